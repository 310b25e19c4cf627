"""Hours of public service: forty count, the others are refused each with its reason (S-05.5)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from objections import service, workflow
from objections.filing import submitting
from objections.filing.questions import ServiceRows
from objections.life import Decision, Party
from objections.models import ServiceHours, ServiceProgramme
from objections.statuses import CaseAction, CaseStatus
from registry.directory.organisations import OrganisationKind
from registry.directory.staff import Role
from registry.records.statuses import Status
from registry.records.workflow import MoveRefused
from tests import factories
from tests.admin.pages import forms, text
from tests.factories import NOON, TODAY
from tests.objections.answers import PERSON
from tests.objections.conftest import LISTED_ON, row
from tests.objections.desk import Desk
from tests.objections.visiting import Visitor

pytestmark = pytest.mark.django_db

DAYS = [TODAY - timedelta(days=n) for n in range(1, 11)]
BEFORE_THE_LISTING = LISTED_ON - timedelta(days=1)
BOTH = Decision(is_corrected=True, is_effect_removed=True)


@pytest.fixture(autouse=True)
def noon(settings):
    settings.CREDIT_TODAY = TODAY


def posting(page) -> list:
    return [form for form in forms(page) if form.method == "post"]


def counted(case) -> float:
    served = case.service_hours.filter(confirmed_at__isnull=False, refusal="")
    return float(sum(each.hours for each in served))


def test_forty_hours_count_and_what_cannot_count_says_why(serving, programme, organiser):
    """S-05.5: eight hours on five days; before the listing; thirty hours on one day."""
    case = serving(*((day, 8) for day in DAYS[:5]), (BEFORE_THE_LISTING, 8), (DAYS[5], 15))
    second = ServiceProgramme.objects.create(
        organisation=programme.organisation, title="文明劝导", approved_from=date(2025, 1, 5)
    )
    submitting.claim_hours(case, [row(second, DAYS[5], 15)])
    refused = {}
    for hours in case.service_hours.order_by("pk"):
        try:
            service.confirm(hours, by=organiser, at=NOON)
        except MoveRefused as why:
            refused[hours.served_on, hours.programme_id] = str(why)
    assert counted(case) == 40 + 15
    assert "早于列入" in refused[BEFORE_THE_LISTING, programme.pk]
    assert "当日已确认15小时，合计超过24小时" in refused[DAYS[5], second.pk]
    assert len(refused) == 2


@pytest.mark.parametrize("hours", ["30", "24.5", "0", "-8"])
def test_a_day_has_twenty_four_hours_on_the_form_too(hours, programme):
    asked = ServiceRows(
        {"programme_1": programme.pk, "served_on_1": "2026-02-27", "hours_1": hours}, today=TODAY, before={}
    )
    assert not asked.is_valid() and "不超过24小时" in str(asked.errors)


def test_a_day_outside_the_approval_of_the_programme_does_not_count(serving, programme, organiser):
    case = serving((DAYS[0], 8))
    ServiceProgramme.objects.update(approved_until=DAYS[1])
    with pytest.raises(MoveRefused, match="不在该项目的批准期内"):
        service.confirm(case.service_hours.get(), by=organiser, at=NOON)


def test_nobody_confirms_his_own_hours_nor_those_of_another_organiser(serving, programme, officer, clerk):
    hours = serving((DAYS[0], 8)).service_hours.get()
    oneself = factories.UserFactory(organisation=programme.organisation, role=Role.ORGANISER, full_name="汪试芳")
    with pytest.raises(MoveRefused, match="本人的服务时长"):
        service.confirm(hours, by=oneself, at=NOON)
    other = factories.OrganisationFactory(name="试例慈善会", kind=OrganisationKind.SOCIAL)
    with pytest.raises(PermissionDenied, match="组织该项目的单位"):
        service.confirm(hours, by=factories.UserFactory(organisation=other, role=Role.ORGANISER), at=NOON)
    for stranger in (officer, clerk):
        with pytest.raises(PermissionDenied):
            service.confirm(hours, by=stranger, at=NOON)
    assert not ServiceHours.objects.exclude(confirmed_at=None).exists()


def test_the_request_is_approved_once_the_hours_are_confirmed_and_not_before(serving, organiser, officer):
    case = serving(*((day, 8) for day in DAYS[:8]))
    workflow.move(case, CaseAction.ACCEPT, by=officer, at=NOON)
    days = list(case.service_hours.order_by("pk"))
    for hours in days[:7]:
        service.confirm(hours, by=organiser, at=NOON)
    with pytest.raises(MoveRefused, match="56小时，不足60小时"):
        workflow.move(case, CaseAction.APPROVE, by=officer, at=NOON, text="已完成公益服务", decision=BOTH)
    service.confirm(days[7], by=organiser, at=NOON)
    workflow.move(case, CaseAction.APPROVE, by=officer, at=NOON, text="已完成公益服务", decision=BOTH)
    case.record.refresh_from_db()
    assert case.status in (CaseStatus.APPROVED, CaseStatus.DONE) and case.record.status == Status.REPAIRED


def test_a_day_is_decided_once_and_a_refusal_says_why(serving, organiser):
    hours = serving((DAYS[0], 8)).service_hours.get()
    with pytest.raises(MoveRefused, match="写明"):
        service.refuse(hours, by=organiser, at=NOON, reason="无")
    service.refuse(hours, by=organiser, at=NOON, reason="当天没有签到记录")
    with pytest.raises(MoveRefused, match="已经处理"):
        service.confirm(hours, by=organiser, at=NOON)
    assert counted(hours.case) == 0


def test_the_organiser_decides_at_the_staff_door_and_sees_only_the_own_programmes(serving, organiser, programme):
    other = factories.OrganisationFactory(name="试例慈善会", kind=OrganisationKind.SOCIAL)
    foreign = ServiceProgramme.objects.create(organisation=other, title="扶老", approved_from=date(2026, 1, 5))
    case = serving((DAYS[0], 8))
    submitting.claim_hours(case, [row(foreign, DAYS[1], 4)])
    mine, theirs = case.service_hours.get(programme=programme), case.service_hours.get(programme=foreign)
    client = Desk.of(organiser).client
    address = "admin:objections_servicehours_change"
    assert client.post(reverse(address, args=[theirs.pk]), {"confirm": "1"}).status_code == 404
    assert client.get(reverse("admin:objections_case_changelist")).status_code == 403
    assert client.post(reverse(address, args=[mine.pk]), {"confirm": "1"}).status_code == 302
    assert counted(case) == 8


def test_more_hours_are_claimed_at_the_page_of_the_case(serving, programme, client):
    case = serving((DAYS[0], 8))
    visitor = Visitor(client)
    page = visitor.send(visitor.get("/track/"), number=case.number, code=case.code)
    place = next(n for n, form in enumerate(posting(page)) if "hours_1" in form.names)
    more = {"act": "hours", "programme_1": str(programme.pk), "served_on_1": DAYS[1].isoformat()}
    wrong = visitor.send(page, place, **more, hours_1="30")
    assert wrong.status_code == 409 and "不超过24小时" in text(wrong) and DAYS[1].isoformat() in wrong.content.decode()
    again = visitor.send(page, place, **(more | {"served_on_1": DAYS[0].isoformat()}), hours_1="8")
    assert again.status_code == 409 and "已经申报过" in text(again)
    done = visitor.send(page, place, **more, hours_1="7.5")
    assert "已补报" in text(done) and "待组织单位确认" in text(done)
    assert case.service_hours.count() == 2
    assert case.events.order_by("seq").last().text == "补报公益服务1次"


def test_hours_of_a_request_that_came_to_nothing_count_in_the_next_about_that_record_only(
    serving, organiser, old_penalty
):
    first = serving((DAYS[0], 8))
    service.confirm(first.service_hours.get(), by=organiser, at=NOON)
    workflow.move(first, CaseAction.WITHDRAW, by=Party.APPLICANT, at=NOON)
    other = serving((DAYS[0], 8), record=old_penalty(document_number="石应急罚〔2025〕77号", **PERSON))
    assert counted(other) == 0 and counted(first) == 8
    second = serving((DAYS[0], 8), record=first.record)
    assert counted(second) == 8 and counted(first) == 0
