"""May a penalty be repaired, and from which day: the rule rows of the day it is asked decide."""

from __future__ import annotations

from datetime import date

import pytest

from registry import remembering
from registry.directory.terms import RepairRule
from registry.records.statuses import Action, Operation, StateCode, Status
from registry.records.workflow import MoveRefused, move
from tests.factories import NOON

pytestmark = pytest.mark.django_db

AS_AGENCY = {"authority_name": "石泉县试例应急管理局"}


def facts(record, on):
    return record.the_kind.facts(record, on)


@pytest.mark.parametrize(
    ("on", "severity", "rule", "first"),
    [
        (date(2026, 5, 6), "轻微", "R36-MINOR-REPAIR", date(2026, 2, 27)),
        (date(2026, 5, 6), "一般", "R36-GENERAL-REPAIR", date(2026, 5, 27)),
        (date(2026, 5, 6), "严重", "R36-SERIOUS-REPAIR", date(2027, 2, 27)),
        (date(2026, 3, 31), "一般", "R58-GENERAL-REPAIR", date(2026, 5, 27)),
        (date(2022, 5, 6), "严重", "R527-SERIOUS-REPAIR", date(2026, 8, 27)),
        (date(2017, 3, 1), "一般", "R2017-REPAIR", date(2026, 2, 27)),
    ],
)
def test_the_regime_of_the_day_it_is_asked_decides(published, on, severity, rule, first):
    record = published("penalty", **AS_AGENCY)
    record.detail.severity = severity
    answer = facts(record, on)
    assert (answer.is_repairable, answer.rule_id, answer.repair_from) == (True, rule, first)
    assert answer.repair_until == record.public_until


def test_a_rule_for_one_authority_goes_before_the_general_one(published):
    record = published("penalty")  # by the 市场监督管理局 of the samples
    assert facts(record, date(2026, 3, 30)).rule_id == "RSAMR-OTHER-REPAIR"
    assert facts(record, date(2026, 4, 1)).rule_id == "R36-GENERAL-REPAIR"


def test_what_may_not_end_early_says_so_with_its_basis(published):
    record = published("penalty", category="罚款;责令停产停业")
    answer = facts(record, date(2026, 3, 30))
    assert not answer.is_repairable and "第十四条第三款" in answer.why_not


def test_a_window_closes_unless_the_rule_lets_late_repair_pass(published):
    record = published("penalty", **AS_AGENCY)
    rules = RepairRule.objects.filter(pk="R58-GENERAL-REPAIR")
    rules.update(window_months=6)
    remembering.forget()
    assert facts(record, date(2026, 3, 30)).repair_until == date(2026, 8, 27)
    rules.update(is_late_allowed=True)
    remembering.forget()
    assert facts(record, date(2026, 3, 30)).repair_until == record.public_until


def test_what_has_ended_is_not_repaired_but_may_be_objected_to(published, reviewer):
    record = published("penalty")
    move(record, Action.WITHDRAW, by=reviewer, at=NOON, reason="处罚对象有误")
    assert "可以提出异议" in facts(record, date(2026, 3, 30)).why_not


def test_without_a_rule_nobody_guesses(published):
    record = published("penalty", **AS_AGENCY)
    RepairRule.objects.all().delete()
    answer = facts(record, date(2026, 3, 30))
    assert not answer.is_repairable and "没有适用的信用修复规则" in answer.why_not


def test_a_licence_has_nothing_to_repair(published):
    assert "不适用" in facts(published(), date(2026, 3, 30)).why_not


def test_the_step_ends_a_penalty_at_the_province_too_but_nobody_takes_it_alone(published, reviewer):
    """The step stands in the rule book; the room that grants repairs is asked before anybody takes it."""
    record = published("penalty")
    rule = record.the_kind.rule_book[Action.REPAIR]
    assert (rule.target, rule.operation, rule.state) == (Status.REPAIRED, Operation.WITHDRAW, StateCode.OTHER)
    with pytest.raises(MoveRefused, match="须由当事人申请"):
        move(record, Action.REPAIR, by=reviewer, at=NOON, reason="已纠正")
    record.refresh_from_db()
    assert record.status == Status.PUBLISHED
