"""Today is a day in Ankang: at any hour, on a server in any zone."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from registry import clock

ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Pacific/Kiritimati")


@pytest.fixture(autouse=True)
def real_day(settings):
    settings.CREDIT_TODAY = None


@pytest.fixture(params=ZONES)
def server_zone(request, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


@pytest.mark.parametrize(
    "moment,day",
    [
        (datetime(2026, 3, 9, 15, 59, 59, tzinfo=UTC), date(2026, 3, 9)),
        (datetime(2026, 3, 9, 16, 0, 0, tzinfo=UTC), date(2026, 3, 10)),
        (datetime(2026, 3, 9, 16, 30, 0, tzinfo=UTC), date(2026, 3, 10)),  # 00:30 in Shanghai
        (datetime(2026, 12, 31, 16, 0, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_today_turns_at_midnight_in_shanghai_on_every_server(moment, day, server_zone):
    with time_machine.travel(moment, tick=False):
        assert clock.today() == day
        assert clock.now() == clock.real_now() == moment


def test_the_day_taken_as_today_keeps_the_time_of_day_of_shanghai(settings, server_zone):
    settings.CREDIT_TODAY = date(2017, 3, 10)
    with time_machine.travel(datetime(2026, 7, 1, 16, 30, tzinfo=UTC), tick=False):
        assert clock.today() == date(2017, 3, 10)
        assert clock.now() == datetime(2017, 3, 9, 16, 30, tzinfo=UTC)
        assert clock.day_of(clock.now()) == clock.today()


def test_the_day_taken_as_today_does_not_move_the_clock_of_signatures(settings):
    settings.CREDIT_TODAY = date(2017, 3, 10)
    assert abs(clock.real_now() - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize("credit_today", [None, date(2017, 3, 10)])
def test_every_moment_is_told_in_utc(settings, credit_today):
    settings.CREDIT_TODAY = credit_today
    assert clock.now().tzinfo is UTC
    assert clock.real_now().tzinfo is UTC


def test_a_moment_without_zone_has_no_day():
    with pytest.raises(ValueError):
        clock.day_of(datetime(2026, 3, 9, 12, 0))


def test_a_moment_told_in_another_zone_falls_on_its_shanghai_day():
    assert clock.day_of(datetime.fromisoformat("2026-03-09T12:00:00-05:00")) == date(2026, 3, 10)
