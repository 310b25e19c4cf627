"""Pages of a list that is only filtered: counted to the cap, refused beyond it, read by key."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from registry.records.models import Record
from registry.search.asking import CAP, BeyondCap


@dataclass(frozen=True, kw_only=True)
class Page:
    """The keys of one page, newest decision first; `total` is exact unless `capped`, then there are more."""

    keys: list[int]
    total: int
    capped: bool
    number: int
    has_next: bool


def browse(queryset: QuerySet[Record], *, page: int, per_page: int = 20, cap: int = CAP) -> Page:
    """A page of the queryset by day of decision; raises BeyondCap for one that begins behind the cap.

    Only the keys, from the index alone: an offset over whole rows is five times as slow.
    """
    number = max(1, page)
    offset = (number - 1) * per_page
    if offset >= cap:
        raise BeyondCap
    bare = queryset.select_related(None).prefetch_related(None)
    found = list(bare.order_by("-decided_on", "-pk").values_list("pk", flat=True)[offset : offset + per_page + 1])
    total = bare.order_by()[: cap + 1].count()
    return Page(
        keys=found[:per_page],
        total=min(total, cap),
        capped=total > cap,
        number=number,
        has_next=len(found) > per_page and offset + per_page < cap,
    )
