"""The deadline of a decision, reckoned day by day for whoever wants to check it."""

from __future__ import annotations

from datetime import date

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from disclosure.deadlines import deadline
from registry import workdays
from registry.directory import calendar
from registry.records.models import Record
from registry.remembering import remembered_each

register = template.Library()

MOST = 1_000  # some 2 KiB each


@register.simple_tag
def publication_deadline(record: Record) -> SafeString:
    """The last day for making the decision public, the rule and the days behind it, and whether it was kept."""
    return _part(record.kind, record.decided_on, record.public_from, record.is_backfill)


@remembered_each(MOST)
def _part(kind: str, decided_on: date, published_on: date | None, is_backfill: bool) -> SafeString:
    """The part of the page; what was decided and published on the same days shares it."""
    known = calendar.current()
    due = deadline(kind, decided_on, known=known)
    if due is None or published_on is None:
        return mark_safe("")
    late_by = workdays.workdays_between(due.last_day, published_on, known)
    context = {
        "due": due,
        "published_on": published_on.isoformat(),
        "last_day": due.last_day.isoformat(),
        "late_by": max(late_by, 1) if due.is_late(published_on) else 0,
        "is_backfill": is_backfill,
        "counted": [day.isoformat() for day in due.reckoning.counted],
        "skipped": [(skipped.day.isoformat(), skipped.reason) for skipped in due.reckoning.skipped],
    }
    return render_to_string("disclosure/_deadline.html", context)
