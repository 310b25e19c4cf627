"""A limit shows its working, stands still while the applicant is waited for, and follows the rules of its day."""

from __future__ import annotations

from datetime import date

import pytest

from objections import deadlines
from objections.deadlines import Moment
from objections.models import StepRule
from objections.models.rules import Step
from objections.statuses import CaseAction, CaseStatus, Procedure
from registry.directory import calendar

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]

FILED = Moment(CaseAction.FILE, date(2026, 3, 2))  # a Monday


def running(procedure, status, *history, on=date(2026, 3, 2), **more):
    rules = deadlines.in_force(procedure, on=on)
    return deadlines.limits(procedure, status, history, rules, calendar.current(), **more)


def test_an_objection_is_accepted_within_two_working_days():
    (limit,) = running(Procedure.OBJECTION, CaseStatus.SUBMITTED, FILED)
    assert (limit.rule.step, limit.last_day) == (Step.ACCEPT, date(2026, 3, 4))
    assert limit.reckoning.message == "自2026年3月2日次日起2个工作日，至2026年3月4日止"


def test_days_off_are_skipped_and_named():
    late = Moment(CaseAction.FILE, date(2026, 4, 30))
    (limit,) = running(Procedure.OBJECTION, CaseStatus.SUBMITTED, late, on=date(2026, 4, 30))
    assert limit.last_day == date(2026, 5, 7)
    assert {each.reason for each in limit.reckoning.skipped} == {"劳动节假期"}


def test_while_the_applicant_is_waited_for_the_time_of_the_office_stands_still():
    asked = Moment(CaseAction.ASK, date(2026, 3, 3))
    (limit,) = running(Procedure.OBJECTION, CaseStatus.RETURNED, FILED, asked)
    assert (limit.rule.step, limit.last_day) == (Step.SUPPLEMENT, date(2026, 3, 17))
    given = Moment(CaseAction.RESUBMIT, date(2026, 3, 10))
    (limit,) = running(Procedure.OBJECTION, CaseStatus.SUBMITTED, FILED, asked, given)
    assert limit.last_day == date(2026, 3, 11)
    assert {each.day: each.reason for each in limit.reckoning.skipped}[date(2026, 3, 6)] == "等待申请人补正"


def test_a_stop_that_still_runs_has_no_last_day_and_comes_last():
    accepted = Moment(CaseAction.ACCEPT, date(2026, 3, 3))
    asked = Moment(CaseAction.ASK, date(2026, 3, 4))
    rules = deadlines.in_force(Procedure.REPAIR, on=date(2026, 3, 2))
    decide = next(rule for rule in rules if rule.step == Step.DECIDE)
    limit = deadlines.limit(decide, [FILED, accepted, asked], calendar.current())
    assert limit.last_day is None and limit.stops[0].reason == "等待申请人补正"
    (supplement,) = running(Procedure.REPAIR, CaseStatus.RETURNED, FILED, accepted, asked)
    assert supplement.is_of_the_applicant and deadlines.due([limit, supplement]) == supplement.last_day


def test_an_extension_is_added_once_where_the_rule_knows_one():
    history = [FILED, Moment(CaseAction.ACCEPT, date(2026, 3, 3)), Moment(CaseAction.EXTEND, date(2026, 3, 5))]
    verify, whole = running(Procedure.OBJECTION, CaseStatus.VERIFYING, *history)
    assert (verify.days, verify.is_extended, verify.last_day) == (12, True, date(2026, 3, 19))
    assert whole.rule.step == Step.FEED_BACK and whole.last_day == date(2026, 3, 24)


def test_a_second_look_has_its_whole_time():
    history = [
        FILED,
        Moment(CaseAction.ACCEPT, date(2026, 3, 3)),
        Moment(CaseAction.CONCLUDE, date(2026, 3, 9)),
        Moment(CaseAction.SEND_BACK, date(2026, 3, 11)),
    ]
    verify, _ = running(Procedure.OBJECTION, CaseStatus.VERIFYING, *history)
    assert (verify.start, verify.last_day) == (date(2026, 3, 11), date(2026, 3, 20))


def test_what_must_be_corrected_runs_beside_the_answer():
    history = [FILED, Moment(CaseAction.ACCEPT, date(2026, 3, 3)), Moment(CaseAction.CONCLUDE, date(2026, 3, 9))]
    steps = [each.rule.step for each in running(Procedure.OBJECTION, CaseStatus.CONCLUDED, *history, unhandled=True)]
    assert steps == [Step.HANDLE, Step.FEED_BACK]


@pytest.mark.parametrize(
    ("on", "regime", "days"),
    [
        (date(2017, 3, 1), "2017年修复办理规则", 7),
        (date(2019, 7, 1), "发改办财金〔2019〕527号", 10),
        (date(2026, 3, 31), "NDRC-58", 10),
        (date(2026, 4, 1), "NDRC-36", 7),
    ],
)
def test_the_regime_of_the_day_of_filing_decides_the_whole_case(on, regime, days):
    rules = deadlines.in_force(Procedure.REPAIR, on=on)
    assert {rule.regime for rule in rules} == {regime}
    assert next(rule.limit for rule in rules if rule.step == Step.DECIDE) == days


def test_every_step_that_can_run_has_a_rule_every_day_since_2017():
    wanted = {(procedure, step) for (procedure, _), steps in deadlines.RUNNING.items() for step in steps}
    for on in (date(2017, 1, 1), date(2019, 6, 30), date(2021, 5, 5), date(2024, 2, 29), date(2026, 11, 25)):
        known = {(p, Step(rule.step)) for p in Procedure for rule in deadlines.in_force(p, on=on)}
        assert wanted | {(Procedure.OBJECTION, Step.HANDLE)} <= known, on


def test_every_rule_names_its_basis_and_whether_it_is_ours():
    for rule in StepRule.objects.all():
        assert rule.legal_basis and rule.actor
