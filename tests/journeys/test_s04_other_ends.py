"""S-04, the other ends: a penalty that is corrected (step 7), and objections that change nothing (step 9)."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from django.urls import reverse

from measures.models import MeasureApplication
from objections.models import RemedyCase
from objections.statuses import CaseAction, CaseStatus, Outcome, Procedure
from registry import clock
from registry.models import Record
from registry.records import drafting
from registry.records.parsing import Door
from registry.records.statuses import Action
from tests import samples
from tests.admin.pages import text
from tests.journeys.black import told
from tests.journeys.wrong_subject import BID_RIGGING, O4, P3, accepted, hit, objected, stage_of
from tests.objections.visiting import begin, posting, where

pytestmark = pytest.mark.django_db

FINE = "汉建罚〔2017〕9302号"
SUIT = {
    "kind": "litigation", "organ": "安康试例铁路运输法院", "case_number": "（2017）陕7101行初9001号",
    "filed_on": "2017-03-20", "document_number": BID_RIGGING["document_number"], "objection_number": "",
}  # fmt: skip


@pytest.fixture
def stage(world, settings) -> SimpleNamespace:
    return stage_of(world, settings)


@pytest.fixture
def fined(stage) -> Record:
    """The penalty of O4 that says 50,000 yuan where the decision says 5,000."""
    stage.settings.CREDIT_TODAY = date(2017, 2, 21)
    values = samples.penalty(
        counterparty_uscc=O4, document_number=FINE, decided_on="2017-02-20", content="罚款人民币50000元", fine="5",
    )  # fmt: skip
    answer = stage.bin_zj.post(stage.bin_zj.clerk, "penalties/", **values)
    assert answer.status_code == 201, answer.content.decode()
    record = Record.objects.get(uid=answer.json()["uid"])
    for who, action in ((stage.bin_zj.clerk, Action.SUBMIT), (stage.bin_zj.reviewer, Action.PUBLISH)):
        moved = stage.bin_zj.post(who, f"penalties/{record.uid}/moves/", action=action)
        assert moved.status_code == 201, moved.content.decode()
    stage.settings.CREDIT_TODAY = date(2017, 3, 1)
    record.refresh_from_db()
    return record


def dates_of(measure: MeasureApplication) -> tuple[date, ...]:
    """What an objection must leave as it was: since when the measure holds, until when, when it was carried out."""
    found = MeasureApplication.objects.select_related("record").get(pk=measure.pk)
    return found.triggered_on, found.record.public_until, found.executed_on, found.due_on


def test_step_7_the_sum_is_corrected_and_the_wrong_one_stays_inside(stage, fined, client) -> None:
    assert "50000元" in text(client.get(fined.get_absolute_url()))
    said = {**P3, "field_name": "fine", "statement": "决定书上的罚款金额是五千元，公示成了五万元。"}
    page = begin(stage.visitor, Procedure.OBJECTION, fined, **said)
    assert where(page) == "done", text(page)
    case = fined.cases.get()
    stage.settings.CREDIT_TODAY = date(2017, 3, 2)
    stage.office.take(case, CaseAction.ACCEPT)
    desk = stage.bin_zj.desk(stage.bin_zj.second)
    drafting.propose_correction(
        case.record, {"fine": "0.5", "content": "罚款人民币5000元"}, reason="录入有误", by=stage.bin_zj.clerk,
        at=clock.now(), today=clock.today(), door=Door.FORM,
    )  # fmt: skip
    desk.take(case, CaseAction.CONCLUDE, text="决定书为五千元。", outcome=Outcome.TO_CORRECT)
    fined.refresh_from_db()
    assert fined.edition == 2
    shown = text(client.get(fined.get_absolute_url()))
    assert "5000元" in shown and "50000元" not in shown
    told_now = client.get(f"/api/v1/records/{fined.uid}/").content.decode()
    assert "50000" not in told_now
    inside = text(
        stage.bin_zj.client(stage.bin_zj.reviewer).get(reverse("admin:registry_record_change", args=[fined.pk]))
    )
    assert "50000元" in inside, "version 1 is seen inside"
    assert told(fined)[0] == ("add", 0) and told(fined)[-1] == ("update", 0)


def test_step_9_not_admitted_it_never_paused(stage) -> None:
    before = dates_of(stage.measure)
    case, _ = objected(stage)
    stage.settings.CREDIT_TODAY = date(2017, 3, 2)
    stage.office.take(case, CaseAction.REFUSE, text="没有提供任何能够说明认定有误的材料。")
    assert case.status == CaseStatus.REFUSED
    assert hit(stage)["enforcement"] == "IN_FORCE" and dates_of(stage.measure) == before
    assert told(stage.entry) == [("add", 0)] and not stage.entry.holds.exists()


def test_step_9_withdrawn_it_goes_on_with_the_same_dates(stage) -> None:
    before = dates_of(stage.measure)
    case, (number, code) = accepted(stage)
    assert hit(stage)["enforcement"] == "SUSPENDED"
    stage.settings.CREDIT_TODAY = date(2017, 3, 6)
    page = stage.visitor.send(stage.visitor.get("/track/"), number=number, code=code)
    ticket = posting(page)[0].values["ticket"][0]
    stage.visitor.client.post("/track/", {"ticket": ticket, "act": "withdraw", "sure": "yes"})
    case.refresh_from_db()
    assert case.status == CaseStatus.WITHDRAWN
    assert hit(stage)["enforcement"] == "IN_FORCE" and dates_of(stage.measure) == before
    assert told(stage.entry) == [("add", 0), ("update", 2), ("update", 0)]
    assert "异议核实中" not in text(stage.visitor.get(stage.entry.get_absolute_url()))


def test_step_9_a_suit_alone_pauses_nothing_until_the_court_says_so(stage) -> None:
    stage.settings.CREDIT_TODAY = date(2017, 3, 20)
    desk = stage.office.client
    assert desk.post(reverse("admin:objections_remedycase_add"), SUIT).status_code == 302
    remedy = RemedyCase.objects.get(record=stage.entry)
    assert hit(stage)["enforcement"] == "IN_FORCE"
    page = reverse("admin:objections_remedycase_change", args=[remedy.pk])
    assert desk.post(page, {"stay": "1", "order": ""}).status_code == 409, "an order has a number"
    assert hit(stage)["enforcement"] == "IN_FORCE"
    assert desk.post(page, {"stay": "1", "order": "（2017）陕7101行保9001号裁定书"}).status_code == 302
    assert hit(stage)["enforcement"] == "SUSPENDED"
    assert "法院裁定停止执行中" in text(stage.visitor.get(stage.entry.get_absolute_url()))
    assert told(stage.entry) == [("add", 0), ("update", 2)]
