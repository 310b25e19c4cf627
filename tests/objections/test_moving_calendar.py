"""The State Council announces other holidays: limits that run move with them, and it is said; what is over stays."""

from __future__ import annotations

from datetime import date

import pytest

from objections import notices, situations, tasks, workflow
from objections.statuses import CaseAction
from registry.models import CalendarDay
from tests.admin.pages import text
from tests.factories import NOON, TODAY
from tests.objections.visiting import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(settings):
    settings.CREDIT_TODAY = TODAY


@pytest.fixture
def new_holiday() -> None:
    """Tuesday 3 March 2026 becomes a day off."""

    def announce() -> None:
        CalendarDay.objects.create(day=date(2026, 3, 3), is_workday=False, name="试例假", source="试例通知")

    return announce


def test_a_running_limit_moves_and_everybody_concerned_is_told(objected, new_holiday, client, mailoutbox):
    case = objected()
    before = case.due_on
    notices.send_waiting(at=NOON)
    new_holiday()
    tasks.reckon()
    case.refresh_from_db()
    assert case.due_on > before
    event = case.events.order_by("seq").last()
    assert event.action == CaseAction.RECKON and event.party == "system"
    assert str(before) in event.text and str(case.due_on) in event.text and "节假日" in event.text
    tasks.send_notices()
    assert len(mailoutbox) == 2 and str(case.due_on) in mailoutbox[1].body
    visitor = Visitor(client)
    page = visitor.send(visitor.get("/track/"), number=case.number, code=case.code)
    assert str(case.due_on) in text(page)


def test_the_working_names_the_new_holiday(objected, new_holiday):
    case = objected()
    new_holiday()
    (limit, *_) = situations.running(case, situations.history(case))
    assert any("试例假" in skipped for skipped in map(str, limit.reckoning.skipped))


def test_telling_it_twice_changes_nothing_more(objected, new_holiday):
    case = objected()
    new_holiday()
    tasks.reckon()
    tasks.reckon()
    assert case.events.filter(action=CaseAction.RECKON).count() == 1


def test_what_is_over_stays_as_it_was(objected, office, new_holiday):
    case = objected()
    workflow.move(case, CaseAction.REFUSE, by=office, at=NOON, text="不属于信用信息的错误或遗漏")
    new_holiday()
    tasks.reckon()
    seq = case.seq
    case.refresh_from_db()
    assert case.seq == seq and case.due_on is None


def test_a_shorter_rule_of_tomorrow_does_not_touch_a_case_of_today(objected):
    """The rules of the day of filing decide the whole case (lifecycle Q9)."""
    case = objected()
    rule = situations.running(case, situations.history(case))[0].rule
    type(rule).objects.create(
        rule_id="AK-O-ACCEPT-SHORT", regime="另一规则", procedure="objection", step="accept", limit=1, unit="workday",
        counts_from="file", actor="信用办", effective_from=date(2026, 3, 3), legal_basis="试例",
    )  # fmt: skip
    tasks.reckon()
    case.refresh_from_db()
    assert situations.running(case, situations.history(case))[0].rule == rule
    assert not case.events.filter(action=CaseAction.RECKON).exists()
