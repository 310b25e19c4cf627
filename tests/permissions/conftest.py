"""One body with a record in every state, and people of every role, inside it and elsewhere."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from django.db.models import Model

from ankang_credit.entitlements import ADMINISTRATOR, Holder
from disclosure.models import PenaltySeverity
from exchange.models import Channel, Onboarding
from registry import models
from registry.directory.organisations import Organisation, OrganisationKind
from registry.directory.staff import ROLES_OF_KIND, Role, User
from registry.intake import files
from registry.intake.models import BatchState, Verdict
from registry.models import (
    AuditLog,
    BatchRow,
    ImportBatch,
    LegacyRegistration,
    PersonalDataAccess,
    Record,
    TotpDevice,
)
from registry.records import drafting
from registry.records.parsing import Door
from tests import factories, fresh_cache
from tests.batches.conftest import own_files
from tests.exchange.conftest import mock_process, platform
from tests.permissions import cases, honours, listings, measured

__all__ = ["mock_process", "own_files", "platform"]  # the province, for the steps that ask it, and a place for files

PERSON = {
    "counterparty_name": "唐试兰", "counterparty_kind": "自然人", "counterparty_uscc": None,
    "legal_representative": None, "counterparty_document_type": "身份证",
    "counterparty_id_number": "61090219000622006X",
}  # fmt: skip


@pytest.fixture(autouse=True)
def noon(settings: Any) -> None:
    settings.CREDIT_TODAY = factories.TODAY
    fresh_cache.of_its_own(settings)


@dataclass
class World:
    """The records of the body by what may be done with them, and a row of each list of the work-bench."""

    body: Organisation
    elsewhere: Organisation
    records: dict[str, Record]
    rows: dict[str, Model]
    ports: dict[str, Onboarding]  # by the step that comes next
    unconnected: Organisation
    bound: User  # somebody with a second factor
    checked: ImportBatch
    stored: ImportBatch

    def somebody(self, holder: Holder, *, foreign: bool = False) -> User:
        """A person of that role, in the body itself or elsewhere; its kind is made to suit the role."""
        body = self.elsewhere if foreign else self.body
        if holder == ADMINISTRATOR:
            return factories.UserFactory(organisation=body, is_superuser=True)
        kind = next(kind for kind in OrganisationKind if holder in ROLES_OF_KIND[kind])
        Organisation.objects.filter(pk=body.pk).update(kind=kind)
        return User.objects.get(pk=factories.UserFactory(organisation=body, role=holder).pk)


@pytest.fixture
def world(
    organisation: Organisation, clerk: User, reviewer: User, drafted: Callable, submitted: Callable, published: Callable
) -> World:
    def numbered(make: Callable[..., Record], number: int, kind: str = "licence", **changes: Any) -> Record:
        return make(kind, document_number=f"权〔2026〕{number}号", **changes)

    def proposed(number: int) -> Record:
        record = numbered(published, number)
        drafting.propose_correction(
            record, {"content": "更正后的内容"}, reason="笔误", by=clerk, at=factories.NOON, today=factories.TODAY,
            door=Door.FORM,
        )  # fmt: skip
        return record

    records = {
        "revise": numbered(drafted, 1), "discard": numbered(drafted, 2), "submit": numbered(drafted, 3),
        "amend": numbered(drafted, 4), "work": numbered(drafted, 5), "return": numbered(submitted, 6),
        "publish": numbered(submitted, 7), "withdraw": numbered(published, 8), "propose": numbered(published, 9),
        "accept": proposed(10), "decline": proposed(11), "reveal": numbered(submitted, 12, "penalty", **PERSON),
        "export": numbered(submitted, 13), "rename": numbered(drafted, 14), "batch": numbered(submitted, 15),
    }  # fmt: skip
    elsewhere = factories.OrganisationFactory(name="汉阴县试例局", region_id="610921")
    AuditLog.objects.create(at=factories.NOON, by=clerk, action="x")
    rows = {
        "registry.record": records["revise"],
        "registry.subject": records["revise"].subject,
        "registry.organisation": organisation,
        "registry.catalogueitem": organisation.catalogue_items.first(),
        "registry.catalogueitemversion": records["revise"].item_version,
        "registry.user": clerk,
        "registry.legacyregistration": LegacyRegistration.objects.create(
            authority=organisation,
            region_id="610922",
            scheme="tax-number",
            value="610922000000001",
            name="试例旧照商店",
        ),
        "registry.personaldataaccess": PersonalDataAccess.objects.create(
            at=factories.NOON, by=reviewer, person=records["reveal"].subject.person, reason="核对身份"
        ),
        "exchange.onboarding": Onboarding.objects.create(organisation=organisation, port_number="610922000001"),
        "exchange.channel": Channel.objects.create(name="province"),
        "disclosure.penaltyseverity": PenaltySeverity.objects.first(),
    }
    rows |= honours.rows(organisation, partial(numbered, submitted), reviewer)
    rows |= listings.rows(submitted, reviewer)
    rows |= cases.rows(organisation, partial(numbered, published), reviewer)
    rows |= measured.rows(organisation, partial(numbered, published), clerk, reviewer)
    for name in (
        "Region",
        "CollectionCatalogue",
        "TermRule",
        "RepairRule",
        "DishonestyItem",
        "HonourCategory",
        "PersonRole",
        "DeadlineRule",
        "CalendarDay",
        "CalendarYear",
    ):
        rows[f"registry.{name.lower()}"] = getattr(models, name).objects.first()
    for name in ("Delivery", "AuditLog"):
        rows[f"registry.{name.lower()}"] = getattr(models, name).objects.first()
    states = {"open": "stopped", "test": "connecting", "confirm": "tested", "stop": "onboarded"}
    ports = {verb: _port(number, state) for number, (verb, state) in enumerate(states.items())}
    bound = factories.UserFactory(organisation=organisation)
    TotpDevice.objects.create(user=bound, name="动态口令", confirmed=True)
    checked, stored = _batches(clerk, records["batch"])
    rows["registry.importbatch"] = checked
    unconnected = factories.OrganisationFactory()
    return World(organisation, elsewhere, records, rows, ports, unconnected, bound, checked, stored)


def _port(number: int, state: str) -> Onboarding:
    """A body whose connection has come so far, with the people it needs."""
    body = factories.OrganisationFactory()
    for role in (Role.CLERK, Role.REVIEWER):
        factories.UserFactory(organisation=body, role=role)
    port = Onboarding(organisation=body, state=state, port_number=f"610902-{number}", test_receipt="SXT1")
    port.keep_port_key("k3Yq9" * 8)
    port.save()
    return port


def _batches(clerk: User, record: Record) -> tuple[ImportBatch, ImportBatch]:
    """A file that is checked and one that is stored and submitted, as a clerk would have left them."""
    uid = uuid.uuid4()
    common = {
        "organisation": record.organisation, "kind": "licence", "item_version": record.item_version,
        "uploaded_by": clerk, "uploaded_at": factories.NOON, "file_name": "许可.xlsx", "file_size": 1,
    }  # fmt: skip
    checked = ImportBatch.objects.create(
        **common, uid=uid, sha256="a" * 64, state=BatchState.CHECKED, rows_new=1,
        stored_as=files.keep([b"x"], batch=uid).name, returned_as=files.keep([b"x"], batch=uid).name,
    )  # fmt: skip
    stored = ImportBatch.objects.create(
        **common, sha256="b" * 64, state=BatchState.COMMITTED, committed_by=clerk, committed_at=factories.NOON
    )
    BatchRow.objects.create(batch=stored, number=7, verdict=Verdict.HELD)
    Record.objects.filter(pk=record.pk).update(batch=stored, batch_row=2)
    return checked, stored
