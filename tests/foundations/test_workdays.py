"""Deadlines end on the day the law says, whatever the holidays, the year or the server's zone."""

from __future__ import annotations

import csv
import time
from bisect import bisect_right
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry import workdays
from registry.workdays import Skipped, Stop, add_days, add_months, add_workdays, is_workday, workdays_between

RULES = Path(workdays.__file__).parent / "rules"


def rows(name: str) -> list[dict[str, str]]:
    with (RULES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


CALENDAR = workdays.read_calendar(rows("holidays.csv"), rows("calendar_years.csv"))
FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
ARRANGED = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
# A Saturday worked for the New Year of 2006, says 国办发明电〔2005〕35号; the independent table has forgotten it.
FORGOTTEN = {date(2005, 12, 31)}
WORKED = [day for day in ARRANGED if chinese_calendar.is_workday(day) or day in FORGOTTEN]
SEVEN_DAYS_ON = {day: WORKED[bisect_right(WORKED, day) + 6] for day in ARRANGED[:-14]}

REARRANGEMENTS = {
    "国务院关于中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日调休放假的通知",
    "国务院办公厅关于调整2019年劳动节假期安排的通知",
    "国务院办公厅关于延长2020年春节假期的通知",
}

any_day = st.dates(min_value=date(2004, 1, 1), max_value=date(2099, 12, 31))
length = st.integers(min_value=0, max_value=120)


@pytest.mark.parametrize(
    "start,count,last_day",
    [
        ("2026-02-10", 7, "2026-02-26"),  # over the Spring Festival, Saturday 14 February is worked
        ("2026-04-29", 7, "2026-05-12"),  # over Labour Day, Saturday 9 May is worked
        ("2026-01-05", 7, "2026-01-14"),
        ("2026-01-05", 10, "2026-01-19"),
        ("2025-12-26", 7, "2026-01-07"),  # over New Year, Sunday 4 January is worked
        ("2026-09-24", 3, "2026-09-30"),  # over the Mid-Autumn Festival
        ("2026-02-14", 1, "2026-02-24"),
        ("2020-01-23", 1, "2020-02-03"),  # the holiday the epidemic prolonged
        ("2019-04-26", 3, "2019-04-30"),  # the Labour Day that was rearranged in the spring
    ],
)
def test_a_term_of_working_days_ends_on_the_right_day(start, count, last_day):
    deadline = add_workdays(date.fromisoformat(start), count, CALENDAR)
    assert deadline.last_day == date.fromisoformat(last_day)
    assert not deadline.provisional


def test_every_arranged_day_agrees_with_the_independent_table():
    assert len(ARRANGED) == 8401
    wrong = {day for day in ARRANGED if is_workday(day, CALENDAR) != chinese_calendar.is_workday(day)}
    assert wrong == FORGOTTEN


def test_a_seven_day_term_from_every_arranged_day_agrees_with_the_independent_table():
    for start, expected in SEVEN_DAYS_ON.items():
        assert add_workdays(start, 7, CALENDAR).last_day == expected, start


def test_no_day_before_the_loaded_years_is_called_settled():
    for day in (FIRST - timedelta(days=n) for n in range(2, 4000)):
        assert add_workdays(day, 1, CALENDAR).provisional, day


def test_the_rows_tell_named_holidays_and_worked_weekends_apart():
    for row in rows("holidays.csv"):
        day = date.fromisoformat(row["day"])
        assert (row["is_workday"] == "1") == (row["name"] == "调休上班"), row
        assert row["name"] != "调休上班" or day.weekday() >= 5, row
        year = day.year + (day.month == 12)  # December is arranged together with the New Year
        usual = f"国务院办公厅关于{year}年部分节假日安排的通知"
        assert row["source"] in {usual, *REARRANGEMENTS}, row


def test_every_year_has_its_holidays():
    named = Counter((row["day"][:4], row["name"]) for row in rows("holidays.csv") if row["is_workday"] == "0")
    for year in CALENDAR.official_years:
        holidays = {"元旦", "春节", "劳动节", "国庆节"} | ({"清明节", "端午节", "中秋节"} if year >= 2008 else set())
        missing = holidays - {name for found, name in named if found == str(year)}
        # In 2020 and 2023 a festival fell into the days of another holiday or on a plain weekend.
        assert missing <= {"中秋节"}, (year, missing)


def test_a_deadline_shows_what_it_counted_and_why_it_skipped():
    deadline = add_workdays(date(2026, 2, 13), 2, CALENDAR)
    assert deadline.counted == (date(2026, 2, 14), date(2026, 2, 24))
    assert [each.day.day for each in deadline.skipped] == list(range(15, 24))
    assert {each.reason for each in deadline.skipped} == {"春节假期"}
    assert deadline.message == "自2026年2月13日次日起2个工作日，至2026年2月24日止"


def test_plain_weekend_days_are_named_by_their_weekday():
    deadline = add_workdays(date(2026, 1, 16), 1, CALENDAR)
    assert deadline.skipped == (Skipped(date(2026, 1, 17), "周六"), Skipped(date(2026, 1, 18), "周日"))


def test_a_term_of_no_days_ends_at_once_or_on_the_next_working_day():
    assert add_workdays(date(2026, 2, 14), 0, CALENDAR).last_day == date(2026, 2, 14)
    moved = add_workdays(date(2026, 1, 17), 0, CALENDAR)
    assert moved.last_day == date(2026, 1, 19)
    assert [each.reason for each in moved.skipped] == ["周六", "周日"]


def test_a_deadline_in_an_unpublished_year_is_counted_by_weekdays_and_says_so():
    deadline = add_workdays(date(2026, 12, 28), 7, CALENDAR)
    assert deadline.last_day == date(2027, 1, 6)
    assert deadline.provisional
    assert deadline.unpublished_years == (2027,)
    assert "待日历发布：2027年" in deadline.message


def test_a_deadline_within_the_last_published_year_is_settled():
    assert not add_workdays(date(2026, 12, 28), 3, CALENDAR).provisional


def test_a_deadline_is_reckoned_anew_when_the_year_is_published():
    published = workdays.read_calendar(
        [{"day": "2027-01-01", "is_workday": "0", "name": "元旦", "source": ""}],
        [{"year": "2026", "state": "official"}, {"year": "2027", "state": "official"}],
    )
    deadline = add_workdays(date(2026, 12, 28), 7, published)
    assert deadline.last_day == date(2027, 1, 7)
    assert not deadline.provisional


@pytest.mark.parametrize("year", [1, 1900, 2027, 2099, 9998])
def test_no_year_is_too_far(year):
    deadline = add_workdays(date(year, 12, 28), 7, CALENDAR)
    assert deadline.provisional
    assert len(deadline.counted) == 7


def test_nothing_comes_after_the_day_that_stands_for_never():
    assert add_workdays(date.max, 7, CALENDAR).last_day == date.max
    assert add_days(date.max, 7, CALENDAR).last_day == date.max
    assert add_months(date.max, 7) == date.max
    closed = workdays.Calendar({date.max: workdays.SpecialDay(False, "元旦")}, frozenset())
    assert add_workdays(date.max, 0, closed).last_day == date.max


@pytest.mark.parametrize("count", [-1, 3651])
def test_a_length_that_is_no_term_is_refused(count):
    for reckon in (
        lambda: add_workdays(FIRST, count, CALENDAR),
        lambda: add_days(FIRST, count, CALENDAR),
        lambda: add_months(FIRST, count),
    ):
        with pytest.raises(ValueError):
            reckon()


def test_the_longest_term_is_reckoned():
    assert len(add_workdays(FIRST, 3650, CALENDAR).counted) == 3650


@pytest.mark.parametrize(
    "start,count,last_day",
    [
        ("2026-01-05", 7, "2026-01-12"),
        ("2026-01-05", 5, "2026-01-12"),  # ends on a Saturday, moved to Monday
        ("2026-02-10", 5, "2026-02-24"),  # ends in the Spring Festival, moved behind it
        ("2026-02-04", 10, "2026-02-14"),  # ends on a Saturday that is worked
        ("2026-01-10", 0, "2026-01-12"),
    ],
)
def test_a_term_of_natural_days_ends_on_a_working_day(start, count, last_day):
    deadline = add_days(date.fromisoformat(start), count, CALENDAR)
    assert deadline.last_day == date.fromisoformat(last_day)
    assert len(deadline.counted) == count


def test_natural_days_name_the_days_off_they_moved_over():
    deadline = add_days(date(2026, 1, 5), 5, CALENDAR)
    assert [each.reason for each in deadline.skipped] == ["周六", "周日"]
    assert deadline.message == "自2026年1月5日次日起5日，至2026年1月12日止"


def test_natural_days_through_an_unpublished_year_are_settled_when_their_end_is():
    known = workdays.Calendar({}, frozenset({2026, 2028}))
    assert not add_days(date(2026, 12, 1), 400, known).provisional
    assert add_days(date(2026, 12, 1), 60, known).provisional


@pytest.mark.parametrize(
    "day,count,expected",
    [
        ("2026-01-15", 1, "2026-02-15"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-31", 36, "2029-12-31"),
        ("2026-12-31", 0, "2026-12-31"),
        ("2026-06-30", 6, "2026-12-30"),
    ],
)
def test_a_term_of_months_ends_on_the_same_day_number_or_the_months_end(day, count, expected):
    assert add_months(date.fromisoformat(day), count) == date.fromisoformat(expected)


def test_working_days_between_two_days_are_negative_when_the_end_came_first():
    assert workdays_between(date(2026, 2, 10), date(2026, 2, 26), CALENDAR) == 7
    assert workdays_between(date(2026, 2, 26), date(2026, 2, 10), CALENDAR) == -7
    assert workdays_between(date(2026, 2, 26), date(2026, 2, 26), CALENDAR) == 0


@given(any_day, length)
def test_a_term_counts_as_many_working_days_as_it_says_and_ends_on_one(start, count):
    deadline = add_workdays(start, count, CALENDAR)
    assert len(deadline.counted) == count
    assert is_workday(deadline.last_day, CALENDAR)
    assert all(is_workday(day, CALENDAR) for day in deadline.counted)
    assert not any(is_workday(each.day, CALENDAR) for each in deadline.skipped)
    assert start not in deadline.counted


@given(any_day, length.filter(bool))
def test_counting_back_finds_the_length_of_the_term(start, count):
    assert workdays_between(start, add_workdays(start, count, CALENDAR).last_day, CALENDAR) == count


@given(any_day, any_day, length, length)
def test_a_later_start_or_a_longer_term_never_ends_earlier(one, other, some, more):
    early, late = sorted((one, other))
    short, long = sorted((some, more))
    assert (
        add_workdays(early, short, CALENDAR).last_day
        <= add_workdays(early, long, CALENDAR).last_day
        <= add_workdays(late, long, CALENDAR).last_day
    )
    assert add_days(early, short, CALENDAR).last_day <= add_days(late, long, CALENDAR).last_day
    assert add_months(early, short) <= add_months(late, long)


@given(any_day, length)
def test_a_term_is_provisional_exactly_when_it_leaves_the_published_years(start, count):
    deadline = add_workdays(start, count, CALENDAR)
    judged = {day.year for day in deadline.counted} | {each.day.year for each in deadline.skipped}
    judged.add(deadline.last_day.year)
    assert deadline.provisional == (not judged <= CALENDAR.official_years)


@pytest.fixture(params=["UTC", "Asia/Shanghai", "America/New_York", "Pacific/Kiritimati"])
def server_zone(request, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


def test_the_servers_zone_moves_no_deadline(server_zone):
    assert {day: add_workdays(day, 7, CALENDAR).last_day for day in SEVEN_DAYS_ON} == SEVEN_DAYS_ON


def test_typed_rows_are_read_like_text():
    typed = workdays.read_calendar(
        [{"day": date(2026, 2, 14), "is_workday": True, "name": "调休上班"}],
        [{"year": 2026, "state": "official"}],
    )
    text = workdays.read_calendar(
        [{"day": "2026-02-14", "is_workday": "1", "name": "调休上班"}],
        [{"year": "2026", "state": "official"}],
    )
    assert typed == text


@pytest.mark.parametrize(
    "holidays,years,message",
    [
        ([("2026-02-14", "1"), ("2026-02-14", "0")], [], "重复"),
        ([("2026-02-14", "maybe")], [], "是否上班"),
        ([("2026-02-30", "1")], [], "day"),
        ([], [("2026", "sure")], "状态"),
    ],
)
def test_wrong_rows_are_refused(holidays, years, message):
    with pytest.raises(ValueError, match=message):
        workdays.read_calendar(
            [{"day": day, "is_workday": is_workday, "name": "春节"} for day, is_workday in holidays],
            [{"year": year, "state": state} for year, state in years],
        )


def test_working_days_inside_a_stop_do_not_count_and_say_why():
    waited = Stop(date(2026, 1, 6), date(2026, 1, 8), "等待申请人补正")
    plain = add_workdays(date(2026, 1, 5), 3, CALENDAR)
    stopped = add_workdays(date(2026, 1, 5), 3, CALENDAR, [waited])
    assert (plain.last_day, stopped.last_day) == (date(2026, 1, 8), date(2026, 1, 12))
    assert Skipped(date(2026, 1, 7), "等待申请人补正") in stopped.skipped
    assert date(2026, 1, 6) in stopped.counted, "the day the stop begins still counts"


def test_a_stop_that_still_runs_leaves_no_last_day():
    with pytest.raises(ValueError, match="停止计算"):
        add_workdays(date(2026, 1, 5), 3, CALENDAR, [Stop(date(2026, 1, 6), None, "等待申请人补正")])


@given(
    st.dates(date(2025, 1, 1), date(2026, 6, 30)),
    st.integers(1, 15),
    st.integers(0, 20),
    st.integers(1, 20),
)
def test_a_stop_moves_a_term_by_its_working_days_and_never_brings_it_forward(start, count, after, length):
    stop = Stop(start + timedelta(days=after), start + timedelta(days=after + length), "等待申请人补正")
    stopped = add_workdays(start, count, CALENDAR, [stop])
    assert len(stopped.counted) == count
    assert not any(stop.covers(day) for day in stopped.counted)
    assert stopped.last_day >= add_workdays(start, count, CALENDAR).last_day
