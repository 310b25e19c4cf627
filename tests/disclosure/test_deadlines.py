"""Seven working days, shown with how they were counted; late is taken in, marked and explained."""

from __future__ import annotations

from datetime import date

import pytest

from disclosure.deadlines import deadline

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("decided_on", "last_day"),
    [
        (date(2017, 2, 10), date(2017, 2, 21)),
        (date(2017, 2, 22), date(2017, 3, 3)),
        (date(2026, 2, 10), date(2026, 2, 26)),
        (date(2026, 4, 29), date(2026, 5, 12)),
        (date(2025, 12, 26), date(2026, 1, 7)),
    ],
)
def test_the_seventh_working_day_is_the_last(decided_on, last_day, rules):
    due = deadline("penalty", decided_on)
    assert due.last_day == last_day
    assert not due.is_late(last_day)
    assert len(due.reckoning.counted) == 7


def test_it_says_which_days_were_skipped_and_on_which_basis(rules):
    due = deadline("licence", date(2026, 2, 10))
    reasons = {skipped.reason for skipped in due.reckoning.skipped}
    assert any("春节" in reason for reason in reasons)
    assert "国发〔2016〕33号" in due.rule.legal_basis


def test_a_year_without_a_calendar_is_a_state_and_no_crash(rules):
    due = deadline("licence", date(2026, 12, 28))
    assert due.reckoning.provisional
    assert "待日历发布" in due.reckoning.message


def test_before_the_rule_there_was_no_deadline(rules):
    assert deadline("licence", date(2015, 11, 30)) is None


def test_a_late_entry_needs_a_reason_and_is_then_taken_in(published):
    record = published("penalty", decided_on="2026-02-03", late_reason="系统切换")
    assert deadline("penalty", record.decided_on).is_late(record.public_from)
