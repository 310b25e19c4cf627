"""Models of honesty on their way: submitted, looked at, confirmed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from redlist import checking
from registry.directory.staff import User
from registry.models import CatalogueItemVersion, Record
from registry.records import workflow
from registry.records.statuses import Action
from tests.factories import NOON

PERSON = {
    "subject_name": "唐试兰",
    "subject_kind": "自然人",
    "subject_uscc": "",
    "subject_document_type": "身份证",
    "subject_id_number": "61090219000622006X",
    "category": "R05",
    "title": "2025年安康好人",
    "consent_on": "2026-02-26",
}


@pytest.fixture
def confirm(reviewer: User) -> Callable[[Record], Record]:
    """Look at the subject's records, then confirm the honour."""

    def act(record: Record, **more: Any) -> Record:
        checking.cross_check(record, by=reviewer, at=more.get("at", NOON))
        workflow.move(record, Action.PUBLISH, by=reviewer, **{"at": NOON} | more)
        return record

    return act


@pytest.fixture
def honoured(submitted: Callable[..., Record], confirm: Callable[[Record], Record]) -> Callable[..., Record]:
    """A confirmed model of honesty, with some of its values changed."""
    return lambda **changes: confirm(submitted("redlist", **changes))


@pytest.fixture
def open_persons(organisation: Any) -> None:
    """The catalogue lets persons be shown in the red list of that body."""
    CatalogueItemVersion.objects.filter(item__organisation=organisation, item__kind="redlist").update(
        persons_are_public=True
    )
