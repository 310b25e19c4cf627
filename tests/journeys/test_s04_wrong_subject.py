"""S-04: the wrong subject is listed; objection, suspension, revocation, the reputation restored (steps 1 to 6).

Step 7, the penalty that is corrected, and the variants of step 9 are in `test_s04_other_ends.py`. Pages as applicant,
the desk as office and body, the joint check by machine, on the days of the scenario.
"""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.urls import reverse

from measures import feedback, standing
from measures.standing import Standing
from objections.models import Case, RecallTask
from objections.statuses import CaseAction, CaseStatus, Outcome, Procedure
from registry import clock
from registry.models import ApiKey, AuditLog, Delivery, PersonalItem, Record
from registry.records import drafting
from registry.records.models import DeliveryState
from registry.records.parsing import Door
from registry.records.statuses import Status
from registry.records.validation import Invalid
from registry.records.workflow import MoveRefused
from tests import factories
from tests.admin.pages import text
from tests.journeys import black
from tests.journeys.black import Body, told
from tests.journeys.wrong_subject import BID_RIGGING, FINDING, O4, P3, accepted, concluded, hit, objected, stage_of
from tests.objections import answers as said
from tests.objections.visiting import posting, walk, where

pytestmark = pytest.mark.django_db

CLARIFIED = "经核查，该公司没有围标串标行为，黑名单信息已撤销，特此澄清。"


@pytest.fixture
def stage(world, settings) -> SimpleNamespace:
    return stage_of(world, settings)


def test_step_1_who_may_not_object_is_told_alike_and_until_acceptance_everything_bites(stage) -> None:
    page = stage.visitor.get(stage.entry.get_absolute_url())
    assert f"/objections/new/?record={stage.entry.uid}" in page.content.decode()
    pages, _ = said.of(Procedure.OBJECTION, stage.entry, **P3)
    first = stage.visitor.send(stage.visitor.get(f"/objections/new/?record={stage.entry.uid}"))
    neutral = set()
    for wrong in ({"name": "邓试强", "id_last4": "0038"}, {"name": "谢试军", "id_last4": "0037"}):
        answer = stage.visitor.send(first, **pages["who"] | wrong)
        assert answer.status_code == 400 and where(answer) == "who"
        neutral.add(next(line for line in text(answer).splitlines() if "核对" in line or "不一致" in line))
    assert len(neutral) == 1, "one answer to every wrong pair"
    stranger = {"capacity": "representative", "representative": "谢试军"}
    answers, _ = said.of(Procedure.OBJECTION, stage.entry, **P3 | stranger, field_name="")
    page = walk(stage.visitor, first, answers, [], until="papers")
    refused = stage.visitor.send(page)
    assert refused.status_code == 400 and "委托" in text(refused) and "证明" in text(refused)
    assert not Case.objects.exists()
    case, _ = objected(stage)
    assert case.status == CaseStatus.SUBMITTED and hit(stage)["enforcement"] == "IN_FORCE"


def test_step_1_five_wrong_pairs_lock(stage) -> None:
    pages, _ = said.of(Procedure.OBJECTION, stage.entry, **P3)
    first = stage.visitor.send(stage.visitor.get(f"/objections/new/?record={stage.entry.uid}"))
    for _ in range(5):
        stage.visitor.send(first, **pages["who"] | {"id_last4": "9999"})
    right = stage.visitor.send(first, **pages["who"])
    assert right.status_code == 400 and where(right) == "who", "the right pair no longer opens it"


def test_step_2_from_acceptance_on_everything_rests_and_stays_shown(stage) -> None:
    case, _ = accepted(stage)
    assert hit(stage)["enforcement"] == "SUSPENDED"
    page = stage.visitor.get(stage.entry.get_absolute_url())
    assert page.status_code == 200 and "异议核实中" in text(page)
    assert standing.of(stage.measure, on=clock.today()) is Standing.HELD
    assert standing.Dues.of([stage.measure])[stage.measure] is None, "the time to answer stands still"
    again = stage.sjy.answers(stage.measure, "execute", what="不予参与", executed_on="2017-03-02", document="函2号")
    assert again.status_code == 403
    with pytest.raises(MoveRefused, match="核实期间暂不执行"):
        feedback.set_aside(stage.measure, "不适用", by=stage.sjy.reviewer, at=clock.now(), today=clock.today())
    assert told(stage.entry) == [("add", 0), ("update", 2)]
    assert not Record.objects.public(on=clock.today()).contains(stage.honour), "hiding is no measure (Q1)"
    for start in ("objections", "repairs"):
        refused = stage.visitor.get(f"/{start}/new/?record={stage.entry.uid}")
        assert "已有一件正在办理的异议或修复" in text(refused)
    assert Case.objects.get() == case


def test_step_3_who_entered_or_reviewed_it_does_not_conclude_nor_anybody_without_a_finding(stage) -> None:
    case, _ = accepted(stage)
    office = stage.bin_zj
    for who in (office.clerk, office.reviewer):
        answer = office.desk(who).force(case, CaseAction.CONCLUDE, text=FINDING, outcome=Outcome.TO_REVOKE)
        assert answer.status_code in (403, 409), answer.status_code
    answer = office.desk(office.second).force(case, CaseAction.CONCLUDE, text="", outcome=Outcome.TO_REVOKE)
    assert answer.status_code in (400, 409) and "核查结果" in answer.content.decode()
    case.refresh_from_db()
    assert case.status == CaseStatus.VERIFYING and not stage.entry.events.filter(to_status=Status.REVOKED).exists()


def test_step_4_revoked_it_is_gone_everywhere_and_the_honour_is_back(stage, client) -> None:
    concluded(stage)
    today = clock.today()
    stage.entry.refresh_from_db()
    assert stage.entry.status == Status.REVOKED
    assert client.get(stage.entry.get_absolute_url()).status_code == 410
    for address in ("/blacklist/", "/search/?q=试例建设工程", f"/subjects/{O4}/", "/api/v1/blacklist/"):
        assert "9301" not in client.get(address, follow=True).content.decode(), address
    assert told(stage.entry)[-1] == ("withdraw", 1)
    assert hit(stage) is None
    assert standing.of(stage.measure, on=today) is Standing.LIFTED
    (task,) = RecallTask.objects.waiting().filter(measure=stage.measure)
    assert task.organisation == stage.sjy.organisation and "P16" in task.use
    assert not PersonalItem.objects.filter(record__in=Record.objects.live(on=today)).exists(), "P3's item is void"
    assert Record.objects.public(on=today).contains(stage.honour)
    page = text(client.get(stage.honour.get_absolute_url()))
    assert "质量管理奖" in page and "2017-12-31" in page
    assert stage.honour.public_until == Record.objects.get(pk=stage.honour.pk).public_until


def test_step_5_the_letter_the_tasks_and_the_word_in_public(stage, world, client) -> None:
    Delivery.objects.filter(record=stage.entry).update(state=DeliveryState.ACKED, settled_at=clock.now())
    hit(stage)  # the trading centre has read it as well
    bureau = black.body("安康试例征信中心", factories.make_uscc("12", "610900"), "610900")
    _, secret = ApiKey.objects.create_key(name="试例", organisation=bureau.organisation)
    copied = client.get("/api/v1/changes/", headers={"Authorization": f"Api-Key {secret}"})
    assert "9301" in copied.content.decode(), "the bureau keeps a copy"
    case, (number, code) = concluded(stage)
    stage.office.take(case, CaseAction.FEED_BACK, text="您的异议成立，黑名单信息已撤销。")
    refused = stage.office.force(case, CaseAction.CLOSE)
    assert refused.status_code == 409 and "尚未送达" in refused.content.decode()
    page = stage.visitor.send(stage.visitor.get("/track/"), number=number, code=code)
    assert "异议处理结果告知书" in text(page)
    stage.office.take(case, CaseAction.DELIVER, delivery="邮寄签收")
    page = text(stage.visitor.send(stage.visitor.get("/track/"), number=number, code=code))
    for remedy in ("行政复议", "行政诉讼"):
        assert remedy in page, remedy
    uses = {(task.organisation or task.channel, task.use) for task in RecallTask.objects.all()}
    assert {use for whom, use in uses if whom == stage.sjy.organisation} == {
        "联合奖惩查询", f"执行了{stage.measure.measure}",
    }  # fmt: skip
    assert ("province", "接收了该信息") in uses
    assert (bureau.organisation, "从公开信息变更流读取") in uses
    clarify = reverse("admin:objections_case_clarify", args=[case.pk])
    assert stage.office.client.post(clarify, {"text": CLARIFIED}).status_code in (403, 409)
    assert CLARIFIED not in text(client.get("/objections/clarifications/"))
    opened = stage.visitor.send(stage.visitor.get("/track/"), number=number, code=code)
    which = next(n for n, form in enumerate(posting(opened)) if form.values.get("act") == ["clarification"])
    stage.visitor.send(opened, which, consent="yes")
    stage.office.client.post(clarify, {"text": CLARIFIED})
    assert CLARIFIED in text(client.get("/objections/clarifications/"))
    refused = stage.office.force(case, CaseAction.CLOSE)
    assert refused.status_code == 409 and "纠错任务没有确认" in refused.content.decode()
    _undo_everything(stage, bureau)
    stage.office.take(case, CaseAction.CLOSE)
    assert case.status == CaseStatus.CLOSED


def _undo_everything(stage, bureau: Body) -> None:
    """Centre and bureau confirm at the desks of measures and of tasks; the province by its receipt."""
    lifted = stage.sjy.answers(stage.measure, "confirm_lifting", note="已恢复其投标资格")
    assert lifted.status_code == 302
    assert not RecallTask.objects.waiting().filter(measure=stage.measure).exists(), "said once is enough"
    for body in (stage.sjy, bureau):
        for task in RecallTask.objects.waiting().filter(organisation=body.organisation):
            page = reverse("admin:objections_recalltask_change", args=[task.pk])
            answer = body.client(body.reviewer).post(page, {"undone": "已注明作废，并从本单位留存的信息中删除"})
            assert answer.status_code == 302
    Delivery.objects.filter(record=stage.entry).update(state=DeliveryState.ACKED, settled_at=clock.now())
    assert not RecallTask.objects.waiting().exists()


def test_step_6_the_subject_is_never_changed_the_right_one_is_listed_anew(stage) -> None:
    with pytest.raises(Invalid) as refused:
        drafting.propose_correction(
            stage.entry, {"counterparty_name": black.COMPANIES["O7"][0], "counterparty_uscc": black.COMPANIES["O7"][1]},
            reason="对象有误", by=stage.bin_zj.clerk, at=clock.now(), today=clock.today(), door=Door.FORM,
        )  # fmt: skip
    assert any("不能更正" in problem.message for problem in refused.value.checked.problems), refused.value.checked
    concluded(stage)
    right = {
        **BID_RIGGING, "counterparty_name": black.COMPANIES["O7"][0], "counterparty_uscc": black.COMPANIES["O7"][1],
        "exempt_basis": "", "persons": [{"name": "谢试军", "number": black.PERSONS["P4"][1], "role": "直接责任人员"}],
    }  # fmt: skip
    anew = stage.bin_zj.drafted(right)
    early = stage.bin_zj.post(stage.bin_zj.reviewer, f"blacklist/{anew.uid}/moves/", action="list")
    assert early.status_code == 409 and "事先告知" in early.json()["detail"]
    stage.bin_zj.post(stage.bin_zj.reviewer, f"blacklist/{anew.uid}/moves/", action="notify")
    stage.settings.CREDIT_TODAY = date(2017, 3, 16)
    listed = stage.bin_zj.post(stage.bin_zj.reviewer, f"blacklist/{anew.uid}/moves/", action="list")
    assert listed.status_code == 201, listed.content.decode()
    call_command("check_integrity")


def test_step_8_every_step_has_its_line_in_the_log_and_no_number_of_anybody(stage) -> None:
    case, _ = concluded(stage)
    assert list(case.events.order_by("seq").values_list("action", flat=True)) == [
        CaseAction.FILE, CaseAction.ACCEPT, CaseAction.CONCLUDE, CaseAction.HANDLE,
    ]  # fmt: skip
    assert all(event.by_id for event in case.events.exclude(action__in=(CaseAction.FILE, CaseAction.HANDLE)))
    number = black.PERSONS["P3"][1]
    for line in AuditLog.objects.all():
        assert number not in str(line.detail) and "邓试强" not in str(line.detail)
