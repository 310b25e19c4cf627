"""A visitor on the day of the fixtures, and records in numbers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from registry.directory.organisations import Organisation
from registry.directory.staff import User
from registry.models import Record
from registry.records import drafting, workflow
from registry.records.parsing import Door
from registry.records.statuses import Action
from tests import factories, samples


@pytest.fixture(autouse=True)
def the_day_is_known(settings) -> None:
    settings.CREDIT_TODAY = factories.TODAY


@pytest.fixture
def read(client: Client) -> Callable[..., str]:
    """Ask for a page that must be there, as anybody; returns its text."""

    def ask(path: str, **query: object) -> str:
        response = client.get(path, query)
        assert response.status_code == 200, (path, query, response.status_code)
        return response.content.decode()

    return ask


@pytest.fixture
def publish_many(organisation: Organisation, clerk: User, reviewer: User) -> Callable[..., list[Record]]:
    """Publish many records of a kind at once, each about a subject of its own."""

    def make(kind: str, number: int, *, start: int = 0, **changes: str) -> list[Record]:
        raws = [
            samples.of(kind, **{"counterparty_name": f"安康市试例{n}号茶业有限公司", **_numbered(kind, n), **changes})
            for n in range(start, start + number)
        ]
        drafted = drafting.draft_many(
            kind,
            raws,
            organisation=organisation,
            by=clerk,
            at=factories.NOON,
            today=factories.TODAY,
            door=Door.FORM,
        )
        assert not drafted.refused, [checked.problems for checked in drafted.refused.values()]
        records = list(drafted.records.values())
        workflow.move_many(records, Action.SUBMIT, by=clerk, at=factories.NOON)
        workflow.move_many(records, Action.PUBLISH, by=reviewer, at=factories.NOON)
        return list(Record.objects.filter(pk__in=[record.pk for record in records]))

    return make


def _numbered(kind: str, n: int) -> dict[str, str]:
    return {} if kind == "code-event" else {"document_number": f"石试〔2026〕{100 + n}号"}
