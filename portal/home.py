"""The home page: one search box, how much is public, what is newest, and the ways in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal import navigation
from registry.pages import paging
from registry.pages.cards import RecordCard, record_cards
from registry.pages.crumbs import Place
from registry.pages.refusing import public_page
from registry.pages.urls_of_kinds import list_url, own_list_url
from registry.reading.asked import Asked
from registry.reading.browsing import count_public
from registry.reading.lines import lines
from registry.records import kinds
from registry.records.models import Record

NEWEST = 6


@dataclass(frozen=True)
class Number:
    """How much there is of one kind: the count of the list behind the link."""

    label: str
    total: str
    url: str


@dataclass(frozen=True)
class Panel:
    """The newest records of one kind."""

    label: str
    url: str
    cards: list[RecordCard]


@public_page
def home(request: HttpRequest, *, on: date) -> HttpResponse:
    shown = Record.objects.public(on=on)
    context = {
        "place": Place(title="首页"),
        "numbers": list(_numbers(on=on)),
        "panels": _panels(shown, on=on),
        "services": navigation.services(),
        "on": on,
    }
    return render(request, "portal/home.html", context)


def _numbers(*, on: date) -> Iterator[Number]:
    """A number for each kind; one without a page of its own is passed over while nothing of it is public."""
    for kind in kinds.every():
        total, is_capped = count_public(kind, Asked(), on=on)
        if total or own_list_url(kind):
            yield Number(kind.label, paging.counted(total, is_capped), list_url(kind))


def _newest(shown: QuerySet[Record]) -> list[int]:
    return list(shown.order_by("-decided_on", "-pk").values_list("pk", flat=True)[:NEWEST])


def _panels(shown: QuerySet[Record], *, on: date) -> list[Panel]:
    """One panel for each kind that has a page of its own, filled by one query for all of them."""
    newest = {kind.code: _newest(shown.filter(kind=kind.code)) for kind in kinds.every() if own_list_url(kind)}
    cards = record_cards(lines([key for keys in newest.values() for key in keys], on=on))
    return [
        Panel(kind.label, own_list_url(kind), [card for card in cards if card.kind == kind.code])
        for kind in kinds.every()
        if kind.code in newest
    ]
