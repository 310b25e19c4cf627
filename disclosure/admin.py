"""双公示 at the staff door: the seven-working-day limit with its working, and the table of severities."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.contrib import admin
from django.db.models import Q

from disclosure import deadlines
from disclosure.deadlines import PublicationDeadline
from disclosure.models import PenaltySeverity
from registry import clock, workdays
from registry.admin import due, panels
from registry.admin.catalogue import Lasting
from registry.admin.site import site
from registry.directory import calendar
from registry.directory.terms import DeadlineRule
from registry.records.models import Record

ONE_DAY = timedelta(days=1)
LONGEST_WALK = 120 * ONE_DAY  # back from today, within which a decision can still be in time


class Deadlines:
    """The limits of many records: calendar and rules are read once (three queries)."""

    def __init__(self) -> None:
        self.calendar = calendar.current()
        self.rules = list(DeadlineRule.objects.order_by("-effective_from"))

    def last_day(self, kind_code: str, decided_on: date) -> date | None:
        rule = self._rule(kind_code, decided_on)
        return self._due(rule, decided_on) if rule else None

    def late(self, on: date) -> Q:
        """Rule by rule, the days of decision that are past their last day on `on`."""
        return reduce(or_, (self._late_under(rule, on) for rule in self.rules), Q(pk__in=[]))

    def _late_under(self, rule: DeadlineRule, on: date) -> Q:
        held = Q(kind=rule.kind, decided_on__gte=rule.effective_from, decided_on__lt=self._first_in_time(rule, on))
        return held & Q(decided_on__lte=rule.effective_to) if rule.effective_to else held

    def _first_in_time(self, rule: DeadlineRule, on: date) -> date:
        """The earliest day of decision that is not late: later decisions are due later, so one walk finds it."""
        day = on
        while day > on - LONGEST_WALK and self._due(rule, day - ONE_DAY) >= on:
            day -= ONE_DAY
        return day

    def _due(self, rule: DeadlineRule, decided_on: date) -> date:
        return workdays.add_workdays(decided_on, rule.workdays, self.calendar).last_day

    def _rule(self, kind_code: str, on: date) -> DeadlineRule | None:
        return next((rule for rule in self.rules if rule.kind == kind_code and _holds(rule, on)), None)


def _holds(rule: DeadlineRule, on: date) -> bool:
    return rule.effective_from <= on and (rule.effective_to is None or on <= rule.effective_to)


def working(record: Record, on: date) -> Mapping[str, Any] | None:
    """The limit of one record: the rule, each day that counted, each that did not and why."""
    found = deadlines.deadline(record.kind, record.decided_on)
    if found is None:
        return None
    published_on = clock.day_of(record.published_at) if record.published_at else None
    return {
        "deadline": found,
        "published_on": published_on,
        "is_backfill": record.is_backfill,
        "is_late": not record.is_backfill and found.is_late(published_on or on),
        "left": _left(found, on) if published_on is None else None,
    }


def _left(found: PublicationDeadline, on: date) -> int:
    return workdays.workdays_between(on, found.last_day, calendar.current())


due.announce(Deadlines)
panels.register(panels.Panel("公示时限", "admin/registry/record/panels/deadline.html", working, place=10))


@admin.register(PenaltySeverity, site=site)
class PenaltySeverityAdmin(Lasting):
    list_display = ("category", "severity", "effective_from", "legal_basis")
    list_filter = ("severity",)
    search_fields = ("category", "legal_basis")
    ordering = ("category", "-effective_from")
    fields = ("category", "severity", "effective_from", "legal_basis")
