"""Lists of records from both engines: browsing by filters alone, and searching when something was typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from registry.reading.asked import Asked
from registry.reading.browsing import browse_public, count_public
from registry.reading.lines import Line, lines
from registry.records import kinds
from registry.records.kinds import Kind
from registry.records.models import Record
from registry.search.asking import CAP
from registry.search.find import PER_PAGE_AT_MOST, find
from registry.search.listing import browse

PER_PAGE = 20


@dataclass(frozen=True)
class Slice:
    """One page of records, newest decision first; `notice` is what search has to say."""

    lines: list[Line]
    total: int
    capped: bool
    notice: str = ""


def page_of(
    kind: Kind | None, asked: Asked, *, on: date, page: int, more: Q | None = None, per_page: int = PER_PAGE
) -> Slice:
    """The public records of a kind (of every kind: None) that answer the filters and what was typed.

    `more` narrows by what search does not index (the kind's own columns); then the matches of search, which are
    no more than the deepest row, are browsed.
    """
    if asked.q and more is None and asked.since is None and asked.until is None:
        return _found(kind, asked, on=on, page=page, per_page=per_page)
    notice = ""
    if not asked.q and more is None:
        answer = browse_public(kind, asked, on=on, page=page, per_page=per_page)
    else:
        chosen, notice = _chosen(kind, asked, more, on=on)
        answer = browse(chosen, page=page, per_page=per_page)
    return Slice(lines(answer.keys, on=on), answer.total, answer.capped, notice)


def _chosen(kind: Kind | None, asked: Asked, more: Q | None, *, on: date) -> tuple[QuerySet[Record], str]:
    """What is left by everything that was asked for, and the notice of search."""
    shown, notice = asked.narrow(Record.objects.public(on=on)), ""
    if kind is not None:
        shown = shown.filter(kind=kind.code)
    if asked.q:
        ids, notice = matching(kind, asked, on=on)
        shown = shown.filter(pk__in=ids)
    return shown if more is None else shown.filter(more), notice


def _found(kind: Kind | None, asked: Asked, *, on: date, page: int, per_page: int) -> Slice:
    found = find(asked.q, on=on, page=page, per_page=per_page, **narrowing(kind, asked))
    return Slice(lines(found.record_ids, on=on), found.total, found.capped, found.notice)


def matching(kind: Kind | None, asked: Asked, *, on: date) -> tuple[list[int], str]:
    """The keys of everything that search finds, up to the deepest row, and its notice."""
    ids: list[int] = []
    notice = ""
    for found in _pages(kind, asked, on=on):
        ids += found.record_ids
        notice = found.notice
    return ids, notice


def _pages(kind: Kind | None, asked: Asked, *, on: date) -> Iterator:
    for page in range(1, CAP // PER_PAGE_AT_MOST + 1):
        found = find(asked.q, on=on, page=page, per_page=PER_PAGE_AT_MOST, **narrowing(kind, asked))
        yield found
        if page * PER_PAGE_AT_MOST >= found.total:
            break


def narrowing(kind: Kind | None, asked: Asked) -> dict[str, object]:
    """The filters as search takes them."""
    return {
        "kind": kind.number if kind else None,
        "organisation": asked.organisation.pk if asked.organisation else None,
        "region": asked.region or None,
        "year": asked.year,
    }


def browsing_counts(asked: Asked, *, on: date) -> dict[int, tuple[int, bool]]:
    """How many public records of each kind the filters leave, as search counts them; one query a kind."""
    return {kind.number: count_public(kind, asked, on=on) for kind in kinds.every()}


def capped_count(rows: QuerySet) -> tuple[int, bool]:
    """How many rows there are, never counted beyond the deepest that a list shows, and whether there are more."""
    total = rows.order_by()[: CAP + 1].count()
    return min(total, CAP), total > CAP
