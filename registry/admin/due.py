"""By when a record has to be public, as the rooms above know it: they announce it, `registry` never asks by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import reduce
from operator import or_
from typing import Protocol

from django.db.models import Q

from registry.records.models import Record
from registry.records.statuses import NOT_YET_PUBLIC


class DueDates(Protocol):
    """The time limits of many records, known with a fixed number of queries."""

    def last_day(self, kind_code: str, decided_on: date) -> date | None:
        """The last day for publishing a decision of that day; None where no limit applies."""

    def late(self, on: date) -> Q:
        """The records whose last day is over on `on`, as a condition on kind and day of decision."""


_makers: list[Callable[[], DueDates]] = []


def announce(maker: Callable[[], DueDates]) -> None:
    """Have the time limits of `maker` shown in lists and on the work-bench."""
    if maker not in _makers:
        _makers.append(maker)


def known() -> list[DueDates]:
    """Everybody's limits, loaded now: ask once for a page, not once for a row."""
    return [maker() for maker in _makers]


def last_day(record: Record, limits: list[DueDates]) -> date | None:
    """The last day for publishing this record; none for what was entered for past years (补录)."""
    if record.is_backfill:
        return None
    days = (each.last_day(record.kind, record.decided_on) for each in limits)
    return next((day for day in days if day is not None), None)


def is_late(record: Record, limits: list[DueDates], *, on: date) -> bool:
    """Whether the record should be public by now and is not."""
    day = last_day(record, limits)
    return day is not None and on > day and record.status in NOT_YET_PUBLIC


def late(limits: list[DueDates], *, on: date) -> Q:
    """The condition `is_late` as a filter."""
    over = reduce(or_, (each.late(on) for each in limits), Q(pk__in=[]))
    return Q(status__in=NOT_YET_PUBLIC, is_backfill=False) & over
