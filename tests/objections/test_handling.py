"""Handling at the staff door: each step by its own people, each attempt in the log, nothing personal without a reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from blacklist.models import Campaign
from objections.models import ContactAccess, Evidence, EvidenceState
from objections.statuses import CaseAction, CaseStatus, Outcome
from registry.directory.staff import Role
from registry.models import AuditLog, Record
from registry.records import drafting
from registry.records.parsing import Door
from registry.records.statuses import Status
from tests import factories, samples
from tests.admin.pages import Browser, text
from tests.factories import TODAY
from tests.objections.desk import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(settings):
    settings.CREDIT_TODAY = TODAY


@pytest.fixture
def at_office(office):
    return Desk.of(office)


@pytest.fixture
def at_body(officer):
    return Desk.of(officer)


def test_an_objection_is_accepted_concluded_fed_back_and_closed(objected, at_office, at_body, clerk):
    case = objected()
    assert at_office.offered(case) == {"accept", "ask", "refuse"}
    assert at_body.offered(case) == set()
    at_office.take(case, CaseAction.ACCEPT)
    assert case.record not in Record.objects.in_force(on=TODAY)
    page = at_body.take(case, CaseAction.CONCLUDE, outcome=Outcome.UPHELD, text="决定书载明罚款五千元，信息无误")
    assert "已办理：作出结论" in text(page)
    assert case.record in Record.objects.in_force(on=TODAY)
    at_office.take(case, CaseAction.FEED_BACK, text="经核查，公示内容与决定书一致。")
    letter = case.letters.get()
    assert "六十日" in letter.remedies and "六个月" in letter.remedies and "维持" in letter.text
    page = at_office.take(case, CaseAction.CLOSE)
    assert "尚未送达" in text(page) and case.status == CaseStatus.FED_BACK
    at_office.take(case, CaseAction.DELIVER, delivery="邮寄签收")
    at_office.take(case, CaseAction.CLOSE)
    assert case.status == CaseStatus.CLOSED


def test_a_wrong_record_is_withdrawn_at_once_and_its_users_are_asked_to_undo(objected, at_office, at_body):
    case = objected()
    at_office.take(case, CaseAction.ACCEPT)
    at_body.take(case, CaseAction.CONCLUDE, outcome=Outcome.TO_REVOKE, text="处罚对象有误，应为另一公司")
    case.record.refresh_from_db()
    assert case.record.status == Status.WITHDRAWN
    assert [event.action for event in case.events.order_by("seq")][-1] == CaseAction.HANDLE
    assert case.restoration is not None


def test_a_correction_takes_two_and_the_conclusion_carries_it_out(objected, at_office, at_body, clerk, client):
    case = objected()
    at_office.take(case, CaseAction.ACCEPT)
    drafting.propose_correction(
        case.record, {"fine": "0.05", "content": "罚款人民币500元"}, reason="笔误", by=clerk, at=factories.NOON,
        today=TODAY, door=Door.FORM,
    )  # fmt: skip
    at_body.take(case, CaseAction.CONCLUDE, outcome=Outcome.TO_CORRECT, text="决定书为五百元，公示有误")
    case.record.refresh_from_db()
    case.objection.refresh_from_db()
    assert case.record.edition == 2 and case.objection.handled_at is not None
    assert case.record in Record.objects.in_force(on=TODAY)


def test_a_stale_page_and_a_forbidden_step_change_nothing_and_are_written_down(objected, at_office, at_body, clerk):
    """BI-W02."""
    case = objected()
    seen = at_office.open(case)
    at_office.take(case, CaseAction.ACCEPT)
    page = at_office.take(case, CaseAction.REFUSE, page=seen, text="材料不足，不予受理")
    assert page.status_code == 409 and case.status == CaseStatus.VERIFYING
    for desk, action, status in (
        (Desk.of(clerk), CaseAction.CONCLUDE, 403),
        (at_office, CaseAction.ACCEPT, 409),
        (at_body, CaseAction.CLOSE, 409),
        (at_body, CaseAction.APPROVE, 409),
    ):
        answer = desk.force(case, action, text="经核查情况属实", outcome="upheld")
        assert answer.status_code == status, (action, answer.status_code)
    refused = AuditLog.objects.filter(object_type="objections.case", object_key=str(case.pk), succeeded=False)
    assert refused.count() >= 3 and all(line.detail["reason"] for line in refused)


def test_the_second_to_decide_is_told_who_was_faster(objected, at_office, office, organisation, officer):
    """BI-W03: at the same page, and at one that was opened before; what the first decided stands."""
    case = objected()
    at_office.take(case, CaseAction.ACCEPT)
    other = Desk.of(factories.UserFactory(organisation=organisation, role=Role.REVIEWER))
    seen = other.open(case)
    Desk.of(officer).take(case, CaseAction.CONCLUDE, outcome=Outcome.UPHELD, text="经核查信息无误")
    for answer in (
        other.take(case, CaseAction.CONCLUDE, page=seen, outcome=Outcome.TO_REVOKE, text="经核查信息有误"),
        other.force(case, CaseAction.CONCLUDE, outcome=Outcome.TO_REVOKE, text="经核查信息有误"),
    ):
        assert answer.status_code == 409 and f"已由{officer.full_name}作出结论" in text(answer)
    case.objection.refresh_from_db()
    assert case.objection.outcome == Outcome.UPHELD and case.events.filter(action=CaseAction.CONCLUDE).count() == 1


def test_who_entered_or_reviewed_cannot_conclude_through_the_page(objected, at_office, reviewer):
    case = objected()
    at_office.take(case, CaseAction.ACCEPT)
    page = Desk.of(reviewer).take(case, CaseAction.CONCLUDE, outcome=Outcome.UPHELD, text="经核查信息无误")
    assert page.status_code == 409 and "审核该信息的人不能" in text(page)
    assert case.status == CaseStatus.VERIFYING


def test_the_queue_is_sorted_by_due_date_and_scoped(objected, complained, at_office, at_body, office):
    late, early = objected(), objected(ground="missing")
    late.__class__.objects.filter(pk=late.pk).update(due_on="2026-03-20")
    complaint = complained()
    listed = text(at_office.client.get(reverse("admin:objections_case_changelist")))
    assert listed.index(early.number) < listed.index(late.number)
    assert complaint.number in listed
    own = text(at_body.client.get(reverse("admin:objections_case_changelist")))
    assert late.number in own and complaint.number not in own
    stranger = Desk.of(factories.UserFactory(role=Role.REVIEWER))
    assert stranger.open(late).status_code == 404
    assert early.number not in text(stranger.client.get(reverse("admin:objections_case_changelist")))


def test_the_county_office_handles_its_own_countys_bodies_only(objected):
    case = objected()  # a body of 石泉 (610922)
    own = factories.OrganisationFactory(region_id="610922", is_credit_office=True)
    other = factories.OrganisationFactory(region_id="610921", is_credit_office=True)
    neighbour = Desk.of(factories.UserFactory(organisation=other, role=Role.COUNTY_OFFICE))
    assert neighbour.open(case).status_code == 404
    Desk.of(factories.UserFactory(organisation=own, role=Role.COUNTY_OFFICE)).take(case, CaseAction.ACCEPT)
    assert case.status == CaseStatus.VERIFYING


def test_contact_data_open_for_a_reason_and_leave_two_lines(complained, at_office, organisation):
    case = complained()
    page = text(at_office.open(case))
    assert "谢*" in page and "谢试军" not in page and "13900000002" not in page
    reveal = reverse("admin:objections_case_reveal", args=[case.pk])
    assert at_office.client.post(reveal, {"reason": ""}).status_code == 400
    assert not ContactAccess.objects.exists()
    opened = at_office.client.post(reveal, {"reason": "电话核实举报内容"})
    assert "谢试军" in text(opened) and "13900000002" in text(opened)
    assert "no-store" in opened["Cache-Control"]
    assert ContactAccess.objects.get().reason == "电话核实举报内容"
    line = AuditLog.objects.get(action="case.reveal_contact")
    assert "谢试军" not in str(line.detail) and "13900000002" not in str(line.detail)


def test_evidence_is_handed_to_the_handlers_alone_as_an_attachment(objected, at_office, at_body):
    """BI-U09."""
    case = objected()
    file = case.evidence.first()
    address = reverse("admin:objections_case_evidence", args=[case.pk, file.uid])
    answer = at_body.client.get(address)
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    stranger = Desk.of(factories.UserFactory(role=Role.REVIEWER))
    assert stranger.client.get(address).status_code == 404
    other = objected(ground="missing")
    assert at_office.client.get(reverse("admin:objections_case_evidence", args=[other.pk, file.uid])).status_code == 404
    assert stranger.client.get(f"/media/{file.path}").status_code == 404
    Evidence.objects.filter(pk=file.pk).update(state=EvidenceState.WAITING)
    assert at_office.client.get(address).status_code == 409


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("part", ["", "bytes=0-3", "bytes=-1", "bytes=0-,5-9", "bytes=9-1", "页=1"])
def test_a_part_of_a_file_is_no_way_round_its_owner(method, part, objected, at_body, client):
    """BI-U09: asked for in part or for its headers alone, a file is handed out whole, logged, or not at all."""
    case = objected()
    file = case.evidence.first()
    address = reverse("admin:objections_case_evidence", args=[case.pk, file.uid])
    asked = {"headers": {"Range": part.encode().decode("latin-1")}} if part else {}
    stranger = Desk.of(factories.UserFactory(role=Role.REVIEWER)).client
    assert getattr(stranger, method)(address, **asked).status_code == 404
    assert getattr(client, method)(address, **asked).status_code == 302, "to the door"
    for guess in (f"/media/{file.path}", f"/files/{file.path}", f"/static/{file.path}", f"/static/../{file.path}",
                  "/media/", "/files/"):  # fmt: skip
        assert getattr(stranger, method)(guess, **asked).status_code == 404, guess
    assert not AuditLog.objects.filter(action="case.evidence").exists()
    answer = getattr(at_body.client, method)(address, **asked)
    assert answer.status_code == 200 and "Content-Range" not in answer.headers
    assert answer.content.startswith(b"%PDF") if method == "get" else answer.content == b""
    assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"]
    assert AuditLog.objects.filter(action="case.evidence").count() == 1


def test_a_complaint_becomes_a_draft_without_the_complainant(complained, at_office, at_body, clerk, organisation):
    case = complained()
    at_office.take(case, CaseAction.ASSIGN, organisation=organisation.pk)
    assert case.body == organisation
    at_body.take(case, CaseAction.FIND_TRUE, text="经调查，欠薪属实")
    desk = Desk.of(clerk)
    page = desk.client.get(reverse("admin:objections_case_draft", args=[case.pk]))
    assert "行政处罚" in text(page)
    address = reverse("admin:objections_case_draft", args=[case.pk]) + "?kind=penalty"
    page = desk.client.get(address)
    assert "该公司拖欠三十名工人" in page.content.decode() and "谢试军" not in page.content.decode()
    raw = samples.penalty(counterparty_name="安康试例置业有限公司", facts=case.complaint.facts)
    Browser(desk.client).fill(page, raw)
    case.complaint.refresh_from_db()
    assert case.complaint.draft.status == Status.DRAFT
    assert "谢试军" not in str(case.complaint.draft.detail.__dict__)
    assert not Record.objects.public(on=TODAY).exists()


def test_a_complaint_is_a_clue_of_a_campaign_that_runs_and_of_no_other(complained, at_office, organisation, client):
    case = complained()
    for title, begins in (("2026年治欠保支专项整治", TODAY), ("2027年治欠保支专项整治", TODAY + timedelta(days=300))):
        Campaign.objects.create(
            title=title, lead=organisation, begins=begins, ends=begins + timedelta(days=90), goal="查处一批"
        )
    shown = text(at_office.open(case))
    assert "2026年治欠保支专项整治" in shown and "2027年治欠保支专项整治" not in shown
    page = at_office.take(case, CaseAction.ASSIGN, organisation=organisation.pk, clue_of="2027年治欠保支专项整治")
    assert case.body is None and "作为线索转入的专项行动" in text(page)
    at_office.take(case, CaseAction.ASSIGN, organisation=organisation.pk, clue_of="2026年治欠保支专项整治")
    assert case.body == organisation and case.complaint.clue_of == "2026年治欠保支专项整治"
    page = text(client.get("/campaigns/"))
    assert "群众线索1件" in page.replace("\n", "").replace(" ", "")
    assert case.complaint.accused_name not in page, "what a clue is about is nobody else's business"


def test_a_draft_of_a_late_decision_says_why_and_keeps_its_day(complained, at_office, at_body, clerk, organisation):
    """BI-W09: eight working days after the decision, at the door where a complaint becomes a draft."""
    case = complained()
    at_office.take(case, CaseAction.ASSIGN, organisation=organisation.pk)
    at_body.take(case, CaseAction.FIND_TRUE, text="经调查，欠薪属实")
    desk = Desk.of(clerk)
    address = reverse("admin:objections_case_draft", args=[case.pk]) + "?kind=penalty"
    late = samples.penalty(counterparty_name="安康试例置业有限公司", decided_on="2026-02-12")
    refused = Browser(desk.client).fill(desk.client.get(address), late)
    assert refused.status_code == 400 and "迟报原因" in text(refused)
    case.complaint.refresh_from_db()
    assert case.complaint.draft is None and not Record.objects.exists()
    Browser(desk.client).fill(desk.client.get(address), late | {"late_reason": "举报后补查"})
    case.complaint.refresh_from_db()
    assert str(case.complaint.draft.decided_on) == "2026-02-12", "not silently re-dated"
    assert case.complaint.draft.detail.late_reason == "举报后补查"
    overdue = desk.client.get(reverse("admin:registry_record_changelist"), {"overdue": "1"})
    assert "已逾期" in text(overdue)


def test_a_body_complained_of_neither_gets_nor_sees_its_case(complained, at_office, organisation, officer):
    case = complained(accused_code=organisation.uscc)
    page = at_office.take(case, CaseAction.ASSIGN, organisation=organisation.pk)
    assert page.status_code == 409 and "被举报的单位" in text(page)


def test_the_work_bench_shows_what_is_due_first(objected, at_office, clerk):
    case = objected()
    assert case.number in text(at_office.client.get(reverse("admin:index")))
    assert case.number in text(Desk.of(clerk).client.get(reverse("admin:index")))


def test_every_page_of_the_staff_door_opens(objected, repairing, complained, at_office, at_body):
    for case in (objected(), repairing(), complained()):
        assert at_office.open(case).status_code == 200
    for name in (
        "case", "recalltask", "serviceprogramme", "remedycase", "steprule", "remedytext", "complainttopic",
        "servicehours",
    ):  # fmt: skip
        answer = at_office.client.get(reverse(f"admin:objections_{name}_changelist"))
        assert answer.status_code == 200, name
