"""Time limits: working days, natural days and months, reckoned over the State Council's holiday arrangement.

民法典 201: the day something happens is not counted. 202: a term of months ends on the same day number, or on
the last day of a shorter month. 203: a term that would end on a day off ends on the next working day.
行政处罚法 85: 二日、三日、五日、七日 are working days.

The arrangement of a year is published late in the year before. A term that reaches a year without one is
counted by weekdays and says so (待日历发布); it is reckoned again when the year turns official.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

LONGEST_TERM = 3650
WAITING_FOR_CALENDAR = "待日历发布"

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)
_DAYS_OFF = {5: "周六", 6: "周日"}


@dataclass(frozen=True)
class SpecialDay:
    """What the arrangement says of one day: a day off, or a weekend day that is worked."""

    is_workday: bool
    name: str


@dataclass(frozen=True)
class Calendar:
    """The days that differ from (or are named within) the plain week, and the years that are settled."""

    days: Mapping[date, SpecialDay]
    official_years: frozenset[int]


@dataclass(frozen=True)
class Stop:
    """A time that does not count: the days after `after` up to `until`, and why, in Chinese; None: it still runs."""

    after: date
    until: date | None
    reason: str

    def covers(self, day: date) -> bool:
        return self.after < day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Skipped:
    """A day that was passed over, and why, in Chinese."""

    day: date
    reason: str


@dataclass(frozen=True)
class Deadline:
    """The last day of a term, with everything needed to explain how it was found."""

    last_day: date
    start: date
    count: int
    unit: str
    counted: tuple[date, ...]
    skipped: tuple[Skipped, ...]
    unpublished_years: tuple[int, ...]

    @property
    def provisional(self) -> bool:
        """True when a day was judged whose year has no official arrangement."""
        return bool(self.unpublished_years)

    @property
    def message(self) -> str:
        """The deadline as a sentence."""
        term = f"自{_written(self.start)}次日起{self.count}{self.unit}，至{_written(self.last_day)}止"
        if not self.provisional:
            return term
        years = "、".join(f"{year}年" for year in self.unpublished_years)
        return f"{term}（{WAITING_FOR_CALENDAR}：{years}放假安排尚未发布或录入，暂按周一至周五计算）"


def is_workday(day: date, calendar: Calendar) -> bool:
    """Whether offices work on that day: what the arrangement says, else Monday to Friday."""
    special = calendar.days.get(day)
    return special.is_workday if special else day.weekday() < _SATURDAY


def add_workdays(start: date, count: int, calendar: Calendar, stops: Sequence[Stop] = ()) -> Deadline:
    """The day on which `count` working days after `start` are full; ValueError beyond 0–3650.

    Working days inside a stop do not count; with one that still runs there is no such day, and ValueError.
    """
    _check_length(count)
    if any(stop.until is None for stop in stops):
        raise ValueError("期限停止计算期间没有届满之日")
    counted: list[date] = []
    skipped: list[Skipped] = []
    day = start
    while len(counted) < count and day < date.max:
        day += _ONE_DAY
        if is_workday(day, calendar):
            stop = next((stop for stop in stops if stop.covers(day)), None)
            if stop is None:
                counted.append(day)
            else:
                skipped.append(Skipped(day, stop.reason))
        else:
            skipped.append(_skip(day, calendar))
    last_day, moved = _settle(day, calendar)  # moves only a term of no days: the others end on a counted one
    skipped += moved
    judged = {*counted, *(each.day for each in skipped), last_day}
    return Deadline(last_day, start, count, "个工作日", tuple(counted), tuple(skipped), _unpublished(judged, calendar))


def add_days(start: date, count: int, calendar: Calendar) -> Deadline:
    """The last of `count` natural days after `start`, moved to a working day (民法典 203); 0–3650."""
    _check_length(count)
    first, end = (start.toordinal() + 1, min(start.toordinal() + count, date.max.toordinal()))
    last_day, moved = _settle(date.fromordinal(end), calendar)
    judged = {*(each.day for each in moved), last_day}
    counted = tuple(map(date.fromordinal, range(first, end + 1)))
    return Deadline(last_day, start, count, "日", counted, tuple(moved), _unpublished(judged, calendar))


def add_months(day: date, count: int) -> date:
    """The same day number `count` months on, else the month's last day (民法典 202); 0–3650."""
    _check_length(count)
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def workdays_between(start: date, end: date, calendar: Calendar) -> int:
    """How many working days after `start` have come by `end`; negative when `end` is earlier."""
    if end < start:
        return -workdays_between(end, start, calendar)
    days = range(start.toordinal() + 1, end.toordinal() + 1)
    return sum(is_workday(date.fromordinal(day), calendar) for day in days)


def read_calendar(holiday_rows: Iterable[Mapping[str, object]], year_rows: Iterable[Mapping[str, object]]) -> Calendar:
    """The calendar of rows (day, is_workday, name) and (year, state), text or typed; ValueError if wrong."""
    days: dict[date, SpecialDay] = {}
    for row in holiday_rows:
        day = _read_day(row["day"])
        if day in days:
            raise ValueError(f"节假日表中{day}重复")
        days[day] = SpecialDay(_read_truth(row["is_workday"]), str(row["name"]))
    return Calendar(days, frozenset(int(str(row["year"])) for row in year_rows if _is_official(row)))


def _check_length(count: int) -> None:
    if not 0 <= count <= LONGEST_TERM:
        raise ValueError(f"期限须在0至{LONGEST_TERM}之间")


def _settle(day: date, calendar: Calendar) -> tuple[date, list[Skipped]]:
    moved: list[Skipped] = []
    # Nothing comes after date.max, which stands for "never": a deadline beyond it stays there.
    while day < date.max and not is_workday(day, calendar):
        moved.append(_skip(day, calendar))
        day += _ONE_DAY
    return day, moved


def _skip(day: date, calendar: Calendar) -> Skipped:
    special = calendar.days.get(day)
    return Skipped(day, f"{special.name}假期" if special else _DAYS_OFF[day.weekday()])


def _unpublished(judged: Iterable[date], calendar: Calendar) -> tuple[int, ...]:
    return tuple(sorted({day.year for day in judged} - calendar.official_years))


def _written(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _read_day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _read_truth(value: object) -> bool:
    truth = {"1": True, "0": False, "True": True, "False": False}.get(str(value))
    if truth is None:
        raise ValueError(f"是否上班须为1或0，不能是「{value}」")
    return truth


def _is_official(row: Mapping[str, object]) -> bool:
    if row["state"] not in ("official", "unpublished"):
        raise ValueError(f"日历年度状态须为official或unpublished，不能是「{row['state']}」")
    return row["state"] == "official"
