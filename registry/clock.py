"""The only clock of the portal: today is a day in Ankang, whatever time zone the server keeps.

Asked once, at the edge (view, task, command), and passed in from there. `CREDIT_TODAY` moves the day of demos
and tests; signatures and leases ask `real_now()`, because the other side of them lives on the real day.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

SHANGHAI = ZoneInfo("Asia/Shanghai")


def real_now() -> datetime:
    """The true moment, in UTC; not moved by `CREDIT_TODAY`."""
    return datetime.now(UTC)


def now() -> datetime:
    """The moment the portal takes as now, in UTC: today's date with the real time of day in Shanghai."""
    moment = real_now()
    if settings.CREDIT_TODAY is None:
        return moment
    time_of_day = moment.astimezone(SHANGHAI).timetz()
    return datetime.combine(settings.CREDIT_TODAY, time_of_day).astimezone(UTC)


def today() -> date:
    """The day the portal takes as today, in Shanghai."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The Shanghai day an aware moment falls on; raises ValueError for a naive one."""
    if moment.tzinfo is None:
        # astimezone() would silently read it in the server's own zone.
        raise ValueError("A moment without time zone has no day.")
    return moment.astimezone(SHANGHAI).date()
