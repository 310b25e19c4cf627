"""People, bodies and records that most tests need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import DEFAULT_DB_ALIAS
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from pytest_django.plugin import DjangoDbBlocker

from registry import remembering
from registry.directory import roles
from registry.directory import rules as rule_files
from registry.directory.organisations import Organisation
from registry.directory.staff import Role, User
from registry.models import CodeAuthority, Record
from registry.records import drafting, kinds, workflow
from registry.records.parsing import Door
from registry.records.statuses import Action
from tests import factories, preparing, samples

ARREARS_FIELDS = [
    {"name": "owed_from", "label": "欠费起始日期", "type": "date", "required": True},
    {
        "name": "owed_to",
        "label": "欠费截止日期",
        "type": "date",
        "required": True,
        "not_before": ["owed_from"],
    },
    {"name": "amount", "label": "欠费金额（万元）", "type": "amount", "required": True, "positive": True},
]


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Each test has rows of its own; none may meet what another's page remembered."""
    remembering.forget()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The database holds rules and roles from the start: making them took each test longer than what it tests."""
    with django_db_blocker.unblock():
        _lay_down()


def _lay_down() -> None:
    rule_files.load()
    roles.set_up()


@receiver(post_migrate, sender=apps.get_app_config("awards"))  # the last of them
def _they_outlive_a_flush(using: str, **said: Any) -> None:
    """A test with transactions of its own empties every table in the end; a migration has a plan, and is left alone."""
    if "plan" not in said and using == DEFAULT_DB_ALIAS:
        _lay_down()


@pytest.fixture
def rules(db: None) -> None:
    """Regions, calendar, terms and deadlines as they are delivered."""


@pytest.fixture
def organisation(rules: None) -> Organisation:
    """A body that may collect every kind there is."""
    body = factories.OrganisationFactory(name="石泉县试例市场监督管理局", region_id="610922")
    for kind in kinds.every():
        factories.CatalogueItemVersionFactory(
            item__organisation=body,
            item__kind=kind.code,
            item__catalogue__region_id="610922",
            fields=ARREARS_FIELDS if kind.described_by_catalogue else [],
        )
    factories.red_rule(body)
    for prefix in ("91", "92", "93"):
        CodeAuthority.objects.create(organisation=body, prefix=prefix)
    factories.list_rule(body)
    return body


@pytest.fixture
def clerk(organisation: Organisation) -> User:
    return factories.UserFactory(organisation=organisation, role=Role.CLERK, full_name="试例录入员")


@pytest.fixture
def reviewer(organisation: Organisation) -> User:
    return factories.UserFactory(organisation=organisation, role=Role.REVIEWER, full_name="试例审核员")


@pytest.fixture
def drafted(organisation: Organisation, clerk: User) -> Callable[..., Record]:
    """Make a draft of a kind, with some of its values changed."""

    def make(kind: str = "licence", **changes: Any) -> Record:
        record, _ = drafting.draft(
            kind,
            samples.of(kind, **changes),
            organisation=organisation,
            by=clerk,
            at=factories.NOON,
            today=factories.TODAY,
            door=Door.FORM,
        )
        return record

    return make


@pytest.fixture
def submitted(drafted: Callable[..., Record], clerk: User) -> Callable[..., Record]:
    def make(kind: str = "licence", **changes: Any) -> Record:
        record = drafted(kind, **changes)
        workflow.move(record, Action.SUBMIT, by=clerk, at=factories.NOON)
        return record

    return make


@pytest.fixture
def published(submitted: Callable[..., Record], reviewer: User) -> Callable[..., Record]:
    """Make a record of a kind that went the whole way: entered by one, published by another."""

    def make(kind: str = "licence", **changes: Any) -> Record:
        record = submitted(kind, **changes)
        preparing.for_publication(record, by=reviewer)
        opens = Action.LIST if Action.LIST in record.the_kind.rule_book else Action.PUBLISH
        workflow.move(record, opens, by=reviewer, at=factories.NOON)
        return record

    return make
