"""Reconsideration and litigation: pending they rest nothing, an order to stay does, and the result is carried out (S-04.9)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from objections import remedies, workflow
from objections.life import Decision
from objections.models import RemedyCase, RemedyKind, RemedyResult
from objections.statuses import CaseAction, Outcome
from registry.models import Record
from registry.records.workflow import MoveRefused
from tests.admin.pages import text
from tests.factories import NOON, TODAY
from tests.objections.desk import Desk

pytestmark = pytest.mark.django_db

ORDER, JUDGMENT = "（2026）陕09行保1号裁定书", "（2026）陕09行初1号判决书"


@pytest.fixture(autouse=True)
def noon(settings):
    settings.CREDIT_TODAY = TODAY


@pytest.fixture
def sued(published, office):
    return RemedyCase.objects.create(
        kind=RemedyKind.LITIGATION, record=published("penalty"), organ="安康试例铁路运输法院", case_number="（2026）陕09行初1号",
        filed_on=TODAY, registered_by=office, registered_at=NOON,
    )  # fmt: skip


def bites(record: Record) -> bool:
    return Record.objects.in_force(on=TODAY).filter(pk=record.pk).exists()


def test_a_suit_alone_rests_nothing_an_order_to_stay_does_and_the_result_ends_it(sued, office):
    assert bites(sued.record)
    sued = remedies.stay(sued, by=office, at=NOON, order=ORDER)
    assert not bites(sued.record) and Record.objects.public(on=TODAY).filter(pk=sued.record_id).exists()
    with pytest.raises(MoveRefused, match="已按停止执行"):
        remedies.stay(sued, by=office, at=NOON, order=ORDER)
    remedies.conclude(sued, by=office, at=NOON, result=RemedyResult.UPHELD, document=JUDGMENT, on=TODAY)
    assert bites(sued.record)


def test_a_stay_and_an_objection_rest_side_by_side(sued, objected, office, officer):
    """The measures bite again when no ground is left."""
    case = objected(record=sued.record)
    workflow.move(case, CaseAction.ACCEPT, by=office, at=NOON)
    sued = remedies.stay(sued, by=office, at=NOON, order=ORDER)
    remedies.conclude(sued, by=office, at=NOON, result=RemedyResult.UPHELD, document=JUDGMENT, on=TODAY)
    assert not bites(sued.record)
    decision = Decision(outcome=Outcome.UPHELD)
    workflow.move(case, CaseAction.CONCLUDE, by=officer, at=NOON, text="公示内容与决定书一致", decision=decision)
    assert bites(sued.record)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"document": "判"}, "写明结果文书"),
        ({"on": TODAY - timedelta(days=1)}, "早于立案日期"),
        ({"result": RemedyResult.PENDING}, "选择结果"),
    ],
)
def test_a_result_is_whole_or_not_registered(said, why, sued, office):
    given = {"result": RemedyResult.CHANGED, "document": JUDGMENT, "on": TODAY} | said
    with pytest.raises(MoveRefused, match=why):
        remedies.conclude(sued, by=office, at=NOON, **given)


def test_what_has_a_result_is_not_stayed_nor_decided_again(sued, office):
    remedies.conclude(sued, by=office, at=NOON, result=RemedyResult.CHANGED, document=JUDGMENT, on=TODAY)
    with pytest.raises(MoveRefused, match="已有结果"):
        remedies.stay(sued, by=office, at=NOON, order=ORDER)
    with pytest.raises(MoveRefused, match="已经登记"):
        remedies.conclude(sued, by=office, at=NOON, result=RemedyResult.UPHELD, document=JUDGMENT, on=TODAY)


def test_nobody_but_the_office_registers_them(sued, officer, clerk):
    for stranger in (officer, clerk):
        with pytest.raises(PermissionDenied):
            remedies.stay(sued, by=stranger, at=NOON, order=ORDER)
        with pytest.raises(PermissionDenied):
            remedies.conclude(sued, by=stranger, at=NOON, result=RemedyResult.UPHELD, document=JUDGMENT, on=TODAY)


def test_it_is_registered_stayed_and_concluded_at_the_staff_door(published, objected, office):
    record = published("penalty")
    case = objected(record=record)
    client = Desk.of(office).client
    add = reverse("admin:objections_remedycase_add")
    said = {
        "kind": "litigation", "organ": "安康试例铁路运输法院", "case_number": "（2026）陕09行初1号",
        "filed_on": "2026-03-02", "document_number": "汉建罚[2026]9301号", "objection_number": case.number,
    }  # fmt: skip
    unknown = client.post(add, said | {"document_number": "汉建罚〔2026〕1号"})
    assert "没有找到该文书号的记录" in text(unknown)
    assert client.post(add, said).status_code == 302
    remedy = RemedyCase.objects.get()
    assert (remedy.record, remedy.case, remedy.registered_by) == (record, case, office)
    path = reverse("admin:objections_remedycase_change", args=[remedy.pk])
    assert client.post(path, {"stay": "1", "order": ""}).status_code == 409
    assert client.post(path, {"stay": "1", "order": ORDER}).status_code == 302
    assert not bites(record)
    shown = text(client.get(path))
    assert ORDER in shown
    done = {"conclude": "1", "result": "upheld", "document": JUDGMENT, "on": "2026-03-02"}
    assert client.post(path, {"conclude": "1"}).status_code == 409
    assert client.post(path, done).status_code == 302
    assert bites(record)
