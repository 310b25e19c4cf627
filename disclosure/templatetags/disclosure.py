"""The deadline of a decision, reckoned day by day for whoever wants to check it."""

from __future__ import annotations

from django import template

from disclosure.deadlines import deadline
from registry import workdays
from registry.directory import calendar
from registry.records.models import Record

register = template.Library()


@register.inclusion_tag("disclosure/_deadline.html")
def publication_deadline(record: Record) -> dict[str, object]:
    """The last day for making the decision public, the rule and the days behind it, and whether it was kept."""
    known = calendar.current()
    due = deadline(record.kind, record.decided_on, known=known)
    if due is None or record.public_from is None:
        return {"due": None}
    late_by = workdays.workdays_between(due.last_day, record.public_from, known)
    return {
        "due": due,
        "published_on": record.public_from.isoformat(),
        "last_day": due.last_day.isoformat(),
        "late_by": max(late_by, 1) if due.is_late(record.public_from) else 0,
        "is_backfill": record.is_backfill,
        "counted": [day.isoformat() for day in due.reckoning.counted],
        "skipped": [(skipped.day.isoformat(), skipped.reason) for skipped in due.reckoning.skipped],
    }
