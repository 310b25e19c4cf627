"""Who handles cases, and filings that came in: made by the same verb the pages use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from objections import codes, receiving
from objections.filing import drafts, submitting
from objections.models import Case, EvidencePurpose, FilingDraft, ServiceProgramme
from objections.statuses import Procedure
from registry.directory.organisations import Organisation, OrganisationKind
from registry.directory.staff import Role, User
from registry.directory.terms import RepairRule
from registry.models import Record
from tests import factories
from tests.objections import answers as said
from tests.objections.files import pdf
from tests.objections.visiting import Visitor

LISTED_ON = date(2025, 3, 10)


@pytest.fixture(autouse=True)
def files_of_their_own(settings: Any, tmp_path: Any) -> None:
    """What is handed in lies in a folder of the test."""
    settings.FILES_ROOT = tmp_path
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }


@pytest.fixture
def credit_office(rules: None) -> Organisation:
    return factories.OrganisationFactory(name="安康市试例信用办", region_id="610900", is_credit_office=True)


@pytest.fixture
def office(credit_office: Organisation) -> User:
    """Somebody of the city's credit office."""
    return factories.UserFactory(organisation=credit_office, role=Role.CREDIT_OFFICE, full_name="试例信用办")


@pytest.fixture
def officer(organisation: Organisation) -> User:
    """A second reviewer of the body, who had nothing to do with its records."""
    return factories.UserFactory(organisation=organisation, role=Role.REVIEWER, full_name="试例核查员")


@pytest.fixture
def begun() -> Callable[..., tuple[FilingDraft, str]]:
    """A draft with these answers and its papers, ready to be sent."""

    def make(procedure: Procedure, answers: dict[str, Any], papers: list[EvidencePurpose]) -> tuple[FilingDraft, str]:
        key = drafts.begin(procedure, at=factories.NOON, answers=answers)
        draft = FilingDraft.objects.get(pk=codes.digest(key))
        for number, purpose in enumerate(papers):
            uploaded = SimpleUploadedFile(f"{purpose.label}{number}.pdf", pdf(f"{purpose} {number}"))
            receiving.receive(uploaded, purpose=purpose, at=factories.NOON, draft=draft)
        return draft, key

    return make


@pytest.fixture
def filed(begun: Callable[..., tuple[FilingDraft, str]]) -> Callable[..., Case]:
    """File an objection, a repair or a complaint; the code of the receipt is kept as `case.code`."""

    def make(procedure: Procedure, record: Record | None = None, at: Any = factories.NOON, **changes: Any) -> Case:
        answers, papers = said.of(procedure, record, **changes)
        draft, key = begun(procedure, answers, papers)
        case = submitting.submit(draft, key, at=at)
        case.code = codes.code_of(key)
        return case

    return make


@pytest.fixture
def objected(filed: Callable[..., Case], published: Callable[..., Record]) -> Callable[..., Case]:
    """An objection to a published penalty."""

    def make(record: Record | None = None, **changes: Any) -> Case:
        return filed(Procedure.OBJECTION, record or published("penalty"), **changes)

    return make


@pytest.fixture
def old_penalty(published: Callable[..., Record]) -> Callable[..., Record]:
    """A penalty of so long ago that it may be repaired."""

    def make(**changes: Any) -> Record:
        of_old = {"decided_on": "2025-03-03", "late_reason": "系统对接延误", "authority_name": "石泉县试例应急管理局"}
        return published("penalty", **{**of_old, **changes})

    return make


@pytest.fixture
def repairing(filed: Callable[..., Case], old_penalty: Callable[..., Record]) -> Callable[..., Case]:
    """A repair request about such a penalty."""

    def make(record: Record | None = None, **changes: Any) -> Case:
        return filed(Procedure.REPAIR, record or old_penalty(), **changes)

    return make


@pytest.fixture
def complained(filed: Callable[..., Case], rules: None) -> Callable[..., Case]:
    """A complaint about an enterprise nobody knows yet."""
    return lambda **changes: filed(Procedure.COMPLAINT, **changes)


@pytest.fixture
def visitor() -> Visitor:
    """Somebody with a browser and no account."""
    return Visitor(Client())


@pytest.fixture
def programme(rules: None) -> ServiceProgramme:
    """What an approved association offers."""
    body = factories.OrganisationFactory(name="石泉县试例志愿者协会", kind=OrganisationKind.SOCIAL)
    return ServiceProgramme.objects.create(
        organisation=body, title="社区服务", approved_from=date(2025, 1, 5), approved_until=date(2026, 12, 31)
    )


@pytest.fixture
def organiser(programme: ServiceProgramme) -> User:
    """Who confirms its hours."""
    return factories.UserFactory(organisation=programme.organisation, role=Role.ORGANISER, full_name="试例组织者")


@pytest.fixture
def serving(
    repairing: Callable[..., Case], old_penalty: Callable[..., Record], programme: ServiceProgramme
) -> Callable[..., Case]:
    """A person's repair by sixty hours of service, with these (day, hours) claimed."""
    RepairRule.objects.filter(kind="penalty").update(service_hours=60)

    def make(*claimed: tuple[date, float], record: Record | None = None) -> Case:
        record = record or old_penalty(**said.PERSON)
        Record.objects.filter(pk=record.pk).update(public_from=LISTED_ON)
        return repairing(
            record, way="service", corrected_on="", subject_code="", name="汪试芳",
            papers=[EvidencePurpose.IDENTITY], rows=[row(programme, *each) for each in claimed],
        )  # fmt: skip

    return make


def row(programme: ServiceProgramme, day: date, hours: float) -> list[str]:
    """One line of the question about service."""
    return [str(programme.pk), day.isoformat(), str(hours)]
