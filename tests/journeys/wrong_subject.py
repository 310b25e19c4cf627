"""The stage of S-04: O4 is listed for what O7 did; its honour is hidden and a measure was carried out."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from django.test import Client

from measures.models import MeasureApplication
from objections.models import Case
from objections.statuses import CaseAction, CaseStatus, Outcome, Procedure
from redlist import checking
from registry import clock
from registry.models import Record
from registry.records import drafting, workflow
from registry.records.parsing import Door
from registry.records.statuses import Action
from registry.search import index
from tests import factories
from tests.admin.pages import text
from tests.journeys import black
from tests.journeys.black import Body, listing_of
from tests.objections.desk import Desk
from tests.objections.visiting import Visitor, begin, number_and_code, where

O4 = black.COMPANIES["O4"][1]
BID_RIGGING = listing_of(
    "O4", "B13", ("P3", "法定代表人"), document_number="汉建罚〔2017〕9301号", document_date="2017-02-16",
    facts="2016年6月在三个标段与他人串通投标。",
)  # fmt: skip
P3 = {"name": "邓试强", "id_last4": "0037"}
FINDING = "经核查，围标串标的是汉滨区试例建设劳务有限公司，不是本公司。"


def stage_of(world: Any, settings: Any) -> SimpleNamespace:
    """The entry of 2017-02-20, the honour it hides, the measure that was carried out."""
    black.in_no_hurry(settings)
    settings.CREDIT_TODAY = date(2017, 2, 20)
    black.terms(B13=24)
    black.companies("O4", "O7")
    szj = black.body("安康市质量技术监督局", "11610900XXAK090527", "610900")
    factories.red_rule(szj.organisation, "R09")
    honour = _honoured(szj)
    bin_zj = black.body("汉滨区住房和城乡建设局", "11610902XXAK09212B", "610902", "B13")
    sjy = black.body("安康市公共资源交易中心", "11610900XXAK091165", "610900", measures=("P16",))
    assert Record.objects.public(on=clock.today()).contains(honour)
    entry = bin_zj.lists(BID_RIGGING)
    measure = MeasureApplication.objects.get(record=entry)
    done = {"what": "不予参与投标", "executed_on": "2017-02-20", "document": "安资交函〔2017〕9001号"}
    assert sjy.answers(measure, "execute", **done).status_code == 302
    index.rebuild()
    settings.CREDIT_TODAY = date(2017, 3, 1)
    return SimpleNamespace(
        bin_zj=bin_zj, sjy=sjy, honour=honour, entry=entry, measure=measure, office=Desk.of(world.users["xyb"]),
        settings=settings, visitor=Visitor(Client()),
    )  # fmt: skip


def _honoured(by: Body) -> Record:
    """质量管理奖 2015, valid until the end of 2017."""
    raw = {
        "subject_name": black.COMPANIES["O4"][0], "subject_kind": "法人及非法人组织", "subject_uscc": O4,
        "category": "R09", "title": "2015年度质量管理奖", "level": "市级", "document_number": "安质奖〔2017〕9001号",
        "decided_on": "2017-02-17", "valid_until": "2017-12-31", "award_name": "安康市质量管理奖", "award_level": "市长质量奖", "award_year": "2015",
        "deeds": "连续五年工程质量验收合格率百分之百。",
    }  # fmt: skip
    now, today = clock.now(), clock.today()
    record, _ = drafting.draft(
        "redlist", raw, organisation=by.organisation, by=by.clerk, at=now, today=today, door=Door.FORM
    )
    workflow.move(record, Action.SUBMIT, by=by.clerk, at=now)
    checking.cross_check(record, by=by.reviewer, at=now)
    workflow.move(record, Action.PUBLISH, by=by.reviewer, at=now)
    return Record.objects.get(pk=record.pk)


def hit(stage) -> dict | None:
    """What the joint check tells the trading centre of O4."""
    answer = stage.sjy.checks(code=O4)
    return answer["entries"][0] if answer["entries"] else None


def objected(stage) -> tuple[Case, tuple[str, str]]:
    said_by_p3 = {**P3, "field_name": "", "statement": "我公司没有参加这三个标段的投标，认定的对象有误。"}
    page = begin(stage.visitor, Procedure.OBJECTION, stage.entry, **said_by_p3)
    assert where(page) == "done", text(page)
    return Case.objects.latest("pk"), number_and_code(page)


def accepted(stage) -> tuple[Case, tuple[str, str]]:
    case, receipt = objected(stage)
    stage.settings.CREDIT_TODAY = date(2017, 3, 2)
    stage.office.take(case, CaseAction.ACCEPT)
    assert case.status == CaseStatus.VERIFYING
    return case, receipt


def concluded(stage) -> tuple[Case, tuple[str, str]]:
    case, receipt = accepted(stage)
    stage.settings.CREDIT_TODAY = date(2017, 3, 10)
    desk = stage.bin_zj.desk(stage.bin_zj.second)
    desk.take(case, CaseAction.CONCLUDE, text=FINDING, outcome=Outcome.TO_REVOKE)
    assert case.status == CaseStatus.CONCLUDED, text(desk.open(case))
    return case, receipt
