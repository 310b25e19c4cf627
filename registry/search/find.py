"""The search of the portal: pages and the API ask here, and load what they show from `Record.objects.public`.

Answers hold the keys of public records, newest decision first, or of public subjects (`kind=SUBJECT_NUMBER`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from types import ModuleType

from django.db import connection

from registry.records import kinds
from registry.search import exact, frequencies, postgresql, query, sqlite
from registry.search.asking import USUAL, Asked, BeyondCap, Filters, Found, Limits
from registry.search.entries import region_number, successors
from registry.search.models import SearchEntry

__all__ = ["BeyondCap", "Found", "Limits", "counts_by_kind", "find"]

PER_PAGE_AT_MOST = 100


def find(
    q: str,
    *,
    on: date,
    kind: int | None = None,
    organisation: int | None = None,
    region: str | None = None,
    year: int | None = None,
    page: int = 1,
    per_page: int = 20,
    limits: Limits = USUAL,
) -> Found:
    """A page of what is public on that day; raises BeyondCap for a page that begins behind the cap."""
    size = max(1, min(per_page, PER_PAGE_AT_MOST))
    offset = (max(1, page) - 1) * size
    if offset >= limits.cap:
        raise BeyondCap
    size = min(size, limits.cap - offset)
    filters = Filters(kind=kind, organisation=organisation, region=_region(region), year=year)
    return _find(query.read(q, on=on), filters, on=on, limits=limits, offset=offset, size=size)


def counts_by_kind(
    q: str,
    *,
    on: date,
    organisation: int | None = None,
    region: str | None = None,
    year: int | None = None,
    limits: Limits = USUAL,
) -> dict[int, tuple[int, bool]]:
    """For each kind, and for subjects, the `total` and `capped` that `find` would answer."""
    asked = query.read(q, on=on)
    filters = Filters(organisation=organisation, region=_region(region), year=year)
    numbers = [kinds.SUBJECT_NUMBER, *(kind.number for kind in kinds.every())]
    return {number: _count(asked, replace(filters, kind=number), on=on, limits=limits) for number in numbers}


def _find(asked: query.Query, filters: Filters, *, on: date, limits: Limits, offset: int, size: int) -> Found:
    if not asked.terms or not filters.can_match:
        return Found(notice=asked.notice)
    exactly = exact.find(asked, filters, on=on, limits=limits, offset=offset, size=size)
    if exactly is not None:
        return exactly
    names = Asked(terms=asked.terms, on=on, filters=filters)
    answer = _engine().search(names, frequencies.current(), limits, offset=offset, size=size)
    return Found(
        entries=_entries(answer.keys),
        total=answer.total,
        capped=answer.capped,
        notice=asked.notice,
        path=answer.path,
    )


def _count(asked: query.Query, filters: Filters, *, on: date, limits: Limits) -> tuple[int, bool]:
    if not asked.terms or not filters.can_match:
        return 0, False
    exactly = exact.find(asked, filters, on=on, limits=limits, offset=0, size=0)
    if exactly is not None:
        return exactly.total, exactly.capped
    names = Asked(terms=asked.terms, on=on, filters=filters)
    answer = _engine().count(names, frequencies.current(), limits)
    return answer.total, answer.capped


def _engine() -> ModuleType:
    """The one for the database in use; each offers `search` and `count`."""
    return postgresql if connection.vendor == "postgresql" else sqlite


def _region(code: str | None) -> int | None:
    return None if code is None else region_number(code, successors())


def _entries(keys: Sequence[int]) -> list[tuple[int | None, int]]:
    rows = SearchEntry.objects.filter(pk__in=keys).values_list("pk", "record", "subject")
    found = {key: (record, subject) for key, record, subject in rows}
    return [found[key] for key in keys if key in found]  # one may have been withdrawn since
