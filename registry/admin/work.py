"""What waits for a person: returned and unfinished records for a clerk, submitted ones and corrections for a reviewer.

Counted from the index of a department's work list and no further than anybody would read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import QuerySet

from registry.admin import due
from registry.admin.record_filters import open_corrections
from registry.directory.staff import User
from registry.records.models import Record
from registry.records.statuses import Status

SHOWN = 10
COUNTED = 999


@dataclass(frozen=True)
class Item:
    """One record that waits, and by when."""

    record: Record
    last_day: date | None
    is_late: bool


@dataclass(frozen=True)
class Pile:
    """Records that wait for the same step; `query` leads to all of them in the list."""

    title: str
    items: Sequence[Item]
    total: int
    is_more: bool
    query: str


def of(user: User, *, on: date) -> list[Pile]:
    """The piles of this person's own organisation, by what the person may do with them."""
    if user.organisation_id is None:
        return []
    limits = due.known()
    own = Record.objects.filter(organisation=user.organisation_id).select_related("subject", "entered_by")
    return [_pile(title, records, query, limits, on=on) for title, records, query in _waiting(user, own)]


def _waiting(user: User, own: QuerySet) -> Iterator[tuple[str, QuerySet, dict[str, str]]]:
    if user.has_perm("registry.review_record"):
        yield _of_status("待审核", own, Status.SUBMITTED)
        proposed = own.filter(pk__in=open_corrections().exclude(proposed_by=user))
        yield "待审核的更正", proposed.order_by("pk"), {"correction": "open"}
    if user.has_perm("registry.enter_record"):
        yield _of_status("被退回，待修改", own, Status.RETURNED)
        yield _of_status("草稿", own, Status.DRAFT)


def _of_status(title: str, own: QuerySet, status: Status) -> tuple[str, QuerySet, dict[str, str]]:
    # The earliest decision is due first, so what is late comes first.
    return title, own.filter(status=status).order_by("decided_on", "pk"), {"status": status.value}


def _pile(title: str, records: QuerySet, query: dict[str, str], limits: list[due.DueDates], *, on: date) -> Pile:
    items = [
        Item(record, due.last_day(record, limits), due.is_late(record, limits, on=on)) for record in records[:SHOWN]
    ]
    found = len(items) if len(items) < SHOWN else records.order_by().values("pk")[: COUNTED + 1].count()
    return Pile(title, items, min(found, COUNTED), found > COUNTED, urlencode(query))
