"""Public lists that are only filtered: the keys of a page and how many there are, by statements kept ready."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db.models import QuerySet

from registry.prepared import Prepared
from registry.reading.asked import Asked, narrowed
from registry.records import kinds
from registry.records.kinds import Kind
from registry.records.models import Record
from registry.search.asking import CAP, BeyondCap
from registry.search.listing import Page


@dataclass(frozen=True)
class _Questions:
    """The two questions of a list with these filters."""

    keys: Prepared
    rows: Prepared


def browse_public(kind: Kind | None, asked: Asked, *, on: date, page: int, per_page: int) -> Page:
    """A page of the public records of a kind (of every kind: None) that the filters leave, newest decision first."""
    first = (page - 1) * per_page
    if first >= CAP:
        raise BeyondCap
    questions, values = _questions_of(kind, asked, on=on)
    found = [row["pk"] for row in questions.keys.page(first, per_page + 1, **values)]
    total = questions.rows.count(CAP + 1, **values)
    return Page(
        keys=found[:per_page],
        total=min(total, CAP),
        capped=total > CAP,
        number=page,
        has_next=len(found) > per_page and first + per_page < CAP,
    )


def count_public(kind: Kind, asked: Asked, *, on: date) -> tuple[int, bool]:
    """How many public records of a kind the filters leave, and whether there are more than are ever counted."""
    questions, values = _questions_of(kind, asked, on=on)
    total = questions.rows.count(CAP + 1, **values)
    return min(total, CAP), total > CAP


def _questions_of(kind: Kind | None, asked: Asked, *, on: date) -> tuple[_Questions, dict[str, Any]]:
    values = asked.filters() | {"on": on} | ({"kind": kind.code} if kind else {})
    return _prepared(frozenset(values), kind.code if kind and kind.yields_to else ""), values


@cache
def _prepared(filters: frozenset[str], contested: str) -> _Questions:
    """The questions for lists that are narrowed by these filters, whatever their values: sixty-four at most, and as
    many for each kind that may be hidden by another."""

    def rows(*, on: date, kind: str | None = None, **values: Any) -> QuerySet:
        if kind is None:
            return narrowed(Record.objects.public(on=on), **values).values("pk")
        shown = Record.objects.public(on=on, of=(contested,) if contested else kinds.standing())
        return narrowed(shown, **values).filter(kind=kind).values("pk")

    return _Questions(
        keys=Prepared(lambda **values: rows(**values).order_by("-decided_on", "-pk")),
        rows=Prepared(lambda **values: rows(**values).order_by()),
    )
