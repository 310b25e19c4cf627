"""Thirty and seven days before the window of a repair closes its subject is told, once, where anybody knows how."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from objections import notices, reminding
from objections.models import RepairReminder
from registry.models import Record
from registry.records import kinds
from tests.factories import NOON

pytestmark = pytest.mark.django_db

CLOSES = date(2026, 6, 30)


@pytest.fixture
def closing(old_penalty, monkeypatch) -> Record:
    """A record of a kind with measures, whose window closes on CLOSES."""
    record = old_penalty()
    Record.objects.filter(pk=record.pk).update(public_until=CLOSES)
    monkeypatch.setitem(kinds._kinds, "penalty", replace(kinds.get("penalty"), bites=True))
    return record


def remind(days: int) -> int:
    return reminding.remind(on=CLOSES - timedelta(days=days), at=NOON)


def test_the_days_before_are_thirty_and_seven_and_each_is_told_once(closing):
    told = {days: remind(days) for days in range(31, -1, -1)}
    assert {days for days, number in told.items() if number} == {30, 7}
    assert remind(7) == 0 and RepairReminder.objects.count() == 2


def test_a_subject_that_was_in_touch_is_written_to(closing, objected, mailoutbox):
    objected(record=closing)
    notices.send_waiting(at=NOON)
    mailoutbox.clear()
    remind(30)
    (mail,) = mailoutbox
    assert mail.to == ["shili@example.com"] and str(CLOSES) in mail.body and "/repairs/new/" in mail.body
    assert closing.title not in mail.body and closing.subject.name not in mail.body
    assert RepairReminder.objects.get().told == "电子邮件、短信"


def test_without_an_address_it_is_noted_that_the_body_must_tell(closing, mailoutbox):
    remind(30)
    assert RepairReminder.objects.get().told == "" and not mailoutbox


def test_a_mail_that_cannot_be_sent_keeps_nobody_else_from_being_told(closing, objected, settings, caplog):
    objected(record=closing)
    settings.EMAIL_BACKEND = "tests.objections.broken_mail.Backend"
    assert remind(30) == 1
    assert "提醒未能发送" in caplog.text and "shili@example.com" not in caplog.text
