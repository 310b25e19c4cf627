"""A record was wrong: whoever used it undoes that and says so, the office sees who has not, and the subject may have it said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from objections import recall, restoring, workflow
from objections.life import Decision
from objections.models import RecallTask
from objections.statuses import CaseAction, CaseStatus, Outcome
from registry.directory.staff import Role
from registry.models import AuditLog, CatalogueItemVersion, Delivery, Record
from registry.records.models import DeliveryState
from registry.records.workflow import MoveRefused
from tests import factories
from tests.admin.pages import text
from tests.factories import NOON, TODAY
from tests.objections.desk import Desk

pytestmark = pytest.mark.django_db

WRONG = Decision(outcome=Outcome.TO_REVOKE)
PERSON = {
    "counterparty_name": "汪试芳", "counterparty_kind": "自然人", "counterparty_uscc": None,
    "legal_representative": None, "counterparty_document_type": "身份证",
    "counterparty_id_number": "610902190006220078",
}  # fmt: skip
SAID = "经核查，该信息所涉行为与贵公司无关，已经撤回，特此澄清。"


@pytest.fixture(autouse=True)
def noon(settings):
    settings.CREDIT_TODAY = TODAY


@pytest.fixture
def planning(rules):
    """Somebody of a body that checked the record before it built upon it."""
    body = factories.OrganisationFactory(name="石泉县试例自然资源局", region_id="610922")
    return factories.UserFactory(organisation=body, role=Role.REVIEWER, full_name="试例规划员")


@pytest.fixture
def used(planning, monkeypatch):
    """That body checked edition 1 and executed a measure on it; a room of checks tells so."""
    monkeypatch.setattr(recall, "_sources", [])

    def tell(record: Record):
        body = planning.organisation_id
        yield recall.Use("联合惩戒查询", 1, organisation=body, at=NOON)
        yield recall.Use("执行了限制参与", 1, organisation=body, at=NOON)

    recall.register(tell)


@pytest.fixture
def acknowledged():
    """The province has taken in everything sent to it so far."""

    def take_in() -> None:
        Delivery.objects.update(state=DeliveryState.ACKED, settled_at=NOON)

    return take_in


@pytest.fixture
def found_wrong(objected, office, officer):
    """An objection that was right; `wants` says whether the subject wants it said in public."""

    def make(*, wants: bool | None = None, before=lambda: None, **changes):
        case = objected(**changes)
        workflow.move(case, CaseAction.ACCEPT, by=office, at=NOON)
        before()
        workflow.move(case, CaseAction.CONCLUDE, by=officer, at=NOON, text="处罚对象是另一公司", decision=WRONG)
        case.objection.wants_clarification = wants
        case.objection.save()
        return case

    return make


def test_everybody_who_used_it_has_a_task_with_a_day(found_wrong, used, acknowledged, planning):
    case = found_wrong(before=acknowledged)
    tasks = RecallTask.objects.filter(restoration=case.pk)
    told = {(task.organisation or task.channel, task.use) for task in tasks}
    body = planning.organisation
    assert (body, "联合惩戒查询") in told and (body, "执行了限制参与") in told
    assert {use for whom, use in told if isinstance(whom, str)} == {"接收了该信息"}
    assert {task.due_on for task in tasks} == {TODAY + timedelta(days=7)}  # five working days


def test_a_channel_confirms_by_the_receipt_for_what_takes_the_wrong_version_back(found_wrong, acknowledged):
    case = found_wrong(before=acknowledged)
    (task,) = RecallTask.objects.filter(restoration=case.pk).exclude(channel="")
    assert task in RecallTask.objects.waiting()
    Delivery.objects.filter(seq__lt=task.seq).update(state=DeliveryState.ACKED)
    assert task in RecallTask.objects.waiting(), "a receipt for an older message proves nothing"
    Delivery.objects.filter(record=case.record).update(state=DeliveryState.ACKED)
    assert task not in RecallTask.objects.waiting()


def test_the_case_is_not_closed_while_one_has_not_confirmed(found_wrong, used, office, planning):
    case = found_wrong()
    workflow.move(case, CaseAction.FEED_BACK, by=office, at=NOON, text="信息有误，已经撤回")
    workflow.move(case, CaseAction.DELIVER, by=office, at=NOON)
    first, second = RecallTask.objects.waiting()
    with pytest.raises(MoveRefused, match="还有2项纠错任务"):
        workflow.move(case, CaseAction.CLOSE, by=office, at=NOON)
    restoring.confirm(first, by=planning, at=NOON, undone="已停止使用并更正审查意见")
    with pytest.raises(MoveRefused, match="还有1项纠错任务"):
        workflow.move(case, CaseAction.CLOSE, by=office, at=NOON)
    restoring.confirm(second, by=planning, at=NOON, undone="已解除限制并通知当事人")
    workflow.move(case, CaseAction.CLOSE, by=office, at=NOON)
    assert case.status == CaseStatus.CLOSED


def test_a_task_is_confirmed_by_its_own_body_once_and_in_words(found_wrong, used, planning, officer, office):
    found_wrong()
    task = RecallTask.objects.waiting().first()
    for stranger in (officer, office):
        with pytest.raises(PermissionDenied, match="使用该信息的单位"):
            restoring.confirm(task, by=stranger, at=NOON, undone="已停止使用该信息")
    with pytest.raises(MoveRefused, match="写明"):
        restoring.confirm(task, by=planning, at=NOON, undone="好")
    restoring.confirm(task, by=planning, at=NOON, undone="已停止使用该信息")
    with pytest.raises(MoveRefused, match="已经确认"):
        restoring.confirm(task, by=planning, at=NOON, undone="已停止使用该信息")
    assert AuditLog.objects.filter(action="recall.confirm", succeeded=True).count() == 1


def test_at_the_staff_door_the_body_confirms_and_the_office_sees_who_has_not(found_wrong, used, planning, office):
    found_wrong()
    desk = Desk.of(planning)
    assert "纠错任务" in text(desk.client.get(reverse("admin:index")))
    task = RecallTask.objects.waiting().first()
    path = reverse("admin:objections_recalltask_change", args=[task.pk])
    assert desk.client.post(path, {"undone": "已停止使用该信息"}).status_code == 302
    board = reverse("admin:objections_recalltask_changelist")
    for somebody in (planning, office):
        shown = text(Desk.of(somebody).client.get(board))
        assert planning.organisation.name in shown and shown.count("执行了限制参与") + shown.count("联合惩戒查询") == 1
    assert task.pk not in set(restoring.overdue(on=TODAY).values_list("pk", flat=True))
    late = restoring.overdue(on=TODAY + timedelta(days=8))
    assert [each.organisation for each in late] == [planning.organisation]


def test_a_clarification_is_public_only_if_the_subject_wants_it(found_wrong, office, client):
    case = found_wrong()
    for wants in (None, False):
        case.objection.wants_clarification = wants
        case.objection.save()
        with pytest.raises(MoveRefused, match="没有同意公开澄清"):
            restoring.clarify(case, by=office, at=NOON, text=SAID)
    assert SAID not in text(client.get("/objections/clarifications/"))
    case.objection.wants_clarification = True
    case.objection.save()
    restoring.clarify(case, by=office, at=NOON, text=SAID)
    assert SAID in text(client.get("/objections/clarifications/"))
    assert SAID in text(client.get(reverse("registry:subject", args=[case.subject.uscc])))
    with pytest.raises(MoveRefused, match="已经发布"):
        restoring.clarify(case, by=office, at=NOON, text=SAID)


def test_nobody_but_the_office_clarifies_and_nothing_that_was_right(found_wrong, objected, office, officer):
    case = found_wrong(wants=True)
    with pytest.raises(PermissionDenied):
        restoring.clarify(case, by=officer, at=NOON, text=SAID)
    with pytest.raises(MoveRefused, match="不少于10个字"):
        restoring.clarify(case, by=office, at=NOON, text="澄清")


def test_an_objection_that_was_not_right_is_not_clarified(objected, office, officer):
    case = objected()
    workflow.move(case, CaseAction.ACCEPT, by=office, at=NOON)
    decision = Decision(outcome=Outcome.UPHELD)
    workflow.move(case, CaseAction.CONCLUDE, by=officer, at=NOON, text="公示内容与决定书一致", decision=decision)
    with pytest.raises(MoveRefused, match="只有核实有误"):
        restoring.clarify(case, by=office, at=NOON, text=SAID)


def test_a_clarification_names_no_natural_person(published, found_wrong, office, client):
    """A penalty of a person was never public, and neither is that it was wrong; a public licence is told with the
    name masked."""
    case = found_wrong(record=published("penalty", **PERSON), wants=True, name="汪试芳", subject_code="")
    with pytest.raises(MoveRefused, match="没有公示过"):
        restoring.clarify(case, by=office, at=NOON, text=SAID)
    CatalogueItemVersion.objects.update(persons_are_public=True)
    case = found_wrong(record=published(**PERSON), wants=True, name="汪试芳", subject_code="", field_name="")
    with pytest.raises(MoveRefused, match="全名"):
        restoring.clarify(case, by=office, at=NOON, text=f"经核查，汪试芳的许可信息有误。{SAID}")
    restoring.clarify(case, by=office, at=NOON, text=SAID)
    page = text(client.get("/objections/clarifications/"))
    assert SAID in page and "汪试芳" not in page and "汪*" in page
