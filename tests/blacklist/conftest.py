"""Entries of the severe dishonesty list and the people who make them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from registry.directory.organisations import Organisation
from registry.directory.staff import Role, User
from registry.models import Record
from registry.records import workflow
from registry.records.statuses import Action
from tests import factories
from tests.factories import NOON, TODAY

PERSON = {
    "counterparty_name": "柯试明",
    "counterparty_kind": "自然人",
    "counterparty_uscc": "",
    "counterparty_document_type": "身份证",
    "counterparty_id_number": "610902190001050014",
    "persons": "",
}


@pytest.fixture(autouse=True)
def today(settings) -> date:
    settings.CREDIT_TODAY = TODAY
    return TODAY


@pytest.fixture
def listed(published) -> Callable[..., Record]:
    """Make an entry that went the whole way."""

    def make(**changes: Any) -> Record:
        return published("blacklist", **changes)

    return make


@pytest.fixture
def step(clerk: User, reviewer: User) -> Callable[..., Record]:
    """Take a step with an entry some days from today, as whoever takes such steps."""

    def take(record: Record, action: Action, *, days: int = 0, by: User | None = None, reason: str = "") -> Record:
        who = by or (clerk if action is Action.SUBMIT else reviewer)
        workflow.move(record, action, by=who, at=NOON + timedelta(days=days), reason=reason)
        return record

    return take


@pytest.fixture
def court(rules: None) -> Organisation:
    body = factories.OrganisationFactory(name="汉滨区试例人民法院", kind="court")
    factories.CatalogueItemVersionFactory(item__organisation=body, item__kind="blacklist", persons_are_public=True)
    factories.list_rule(body)
    return body


@pytest.fixture
def officer(rules: None) -> User:
    office = factories.OrganisationFactory(name="安康市试例发展和改革委员会", is_credit_office=True, level="city")
    return factories.UserFactory(organisation=office, role=Role.CREDIT_OFFICE, full_name="试例信用办员")
