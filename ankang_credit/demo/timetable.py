"""When a body reported, and when it had decided what it reported: dense in the last weeks, thin three years ago."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from random import Random

from registry.clock import SHANGHAI
from registry.workdays import Calendar, is_workday

BACKFILL_DAYS_AGO = 730  # the older decisions were entered in one go, in January of the year two years ago
BACKFILL_REACH = 250  # days before that year; still within the shortest publication term there ever was (12 months)
PROMPT = 7  # days: within them, seven working days cannot have passed
LATE = (16, 75)  # days
_PER_REPORT, _MOST_REPORTS = 90, 12
_WORTH_BACKFILLING = 100


class Timetable:
    """The report days of one body for so many decisions of one kind in three years."""

    def __init__(self, chance: Random, calendar: Calendar, today: date, volume: int) -> None:
        self._chance = chance
        self._calendar = calendar
        self._volume = volume
        year = (today - timedelta(days=BACKFILL_DAYS_AGO)).year
        self.backfill = self._workday(date(year, 1, 10) + timedelta(days=chance.randrange(30)))
        reports = max(1, min(_MOST_REPORTS, round(volume / _PER_REPORT)))
        # Squared, so that half of the reports fall into the last quarter of the time.
        ages = [BACKFILL_DAYS_AGO * ((n + chance.random()) / reports) ** 2 for n in range(reports)]
        self.reports = sorted({self._workday(today - timedelta(days=1 + math.floor(age))) for age in ages})

    def shares(self) -> list[tuple[date, int]]:
        """How many decisions were reported on which day; the backfill holds a fifth."""
        backfilled = self._volume // 5 if self._volume >= _WORTH_BACKFILLING else 0
        rest, days = self._volume - backfilled, len(self.reports)
        ordinary = [(day, rest // days + (n < rest % days)) for n, day in enumerate(self.reports)]
        return [(day, number) for day, number in [(self.backfill, backfilled), *ordinary] if number]

    def decided(self, reported: date) -> date:
        """A day of decision in time for that report."""
        return self._workday(reported - timedelta(days=self._chance.randrange(PROMPT)))

    def decided_late(self, reported: date) -> date:
        return self._workday(reported - timedelta(days=self._chance.randrange(*LATE)))

    def decided_long_ago(self) -> date:
        """In the year before: a decision of the same year is no back-entry."""
        last = date(self.backfill.year - 1, 12, 31)
        return self._workday(last - timedelta(days=self._chance.randrange(BACKFILL_REACH)))

    def _workday(self, day: date) -> date:
        return last_workday(day, self._calendar)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of that day in Ankang."""
    return datetime.combine(day, time(hour, minute), SHANGHAI)


def last_workday(day: date, calendar: Calendar) -> date:
    """That day, or the last working day before it."""
    while not is_workday(day, calendar):
        day -= timedelta(days=1)
    return day
