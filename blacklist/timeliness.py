"""How quickly bodies list (三（一）“及时…列入”; row S3.1.7): from the day the document takes effect to the entry, and on to
the province's receipt. Derived from what is stored; days are calendar days, the limit is in working days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from statistics import mean

from django.db.models import F, Min, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from blacklist.campaigns import NEVER_COUNTED
from blacklist.models import Listing
from registry import clock, workdays
from registry.directory import calendar
from registry.pages import asking
from registry.pages.crumbs import Crumb, Place
from registry.pages.refusing import public_page
from registry.reading.lines import Line, lines
from registry.records.models import DeliveryState
from registry.records.statuses import Operation
from registry.workdays import Calendar

TITLE = "列入及时性"
LIMIT = 7  # working days, as for every other decision (安政发〔2017〕8号: 七个工作日内公示)
SHOWN = 50  # late entries named on the page


@dataclass(frozen=True)
class Entry:
    """One entry: what it took, in days."""

    record: int
    to_listing: int
    to_receipt: int | None  # None: the province has not confirmed it yet
    is_late: bool


@dataclass
class Body:
    """The entries of one body in a year."""

    name: str
    entries: list[Entry] = field(default_factory=list)

    @property
    def listed(self) -> int:
        return len(self.entries)

    @property
    def late(self) -> int:
        return sum(entry.is_late for entry in self.entries)

    @property
    def mean_days(self) -> float:
        return mean(entry.to_listing for entry in self.entries)

    @property
    def longest(self) -> int:
        return max(entry.to_listing for entry in self.entries)

    @property
    def mean_to_receipt(self) -> float | None:
        confirmed = [entry.to_receipt for entry in self.entries if entry.to_receipt is not None]
        return mean(confirmed) if confirmed else None


def of_year(year: int) -> list[Body]:
    """Every body that listed in that year, the slowest first; what was revoked as wrong counts nowhere (I24)."""
    known, bodies = calendar.current(), {}
    for row in _listed(year):
        body = bodies.setdefault(row["record__organisation"], Body(row["record__organisation__name"]))
        body.entries.append(_entry(row, known))
    return sorted(bodies.values(), key=lambda body: (-body.mean_days, body.name))


def _listed(year: int) -> QuerySet:
    of_listing = Q(record__deliveries__operation=Operation.ADD, record__deliveries__state=DeliveryState.ACKED)
    found = Listing.objects.filter(record__public_from__year=year).exclude(record__status__in=NEVER_COUNTED)
    return (
        found.annotate(
            since=Coalesce(F("effective_on"), F("document_date")),
            confirmed_at=Min("record__deliveries__settled_at", filter=of_listing),
        )
        .order_by("record")
        .values("record", "record__organisation", "record__organisation__name", "record__public_from", "since",
                "confirmed_at")
    )  # fmt: skip


def _entry(row: dict, known: Calendar) -> Entry:
    listed_on, since, confirmed_at = row["record__public_from"], row["since"], row["confirmed_at"]
    return Entry(
        record=row["record"],
        to_listing=(listed_on - since).days,
        to_receipt=(clock.day_of(confirmed_at) - listed_on).days if confirmed_at else None,
        is_late=workdays.workdays_between(since, listed_on, known) > LIMIT,
    )


def late(bodies: Iterable[Body], *, on: date) -> Iterator[tuple[Line, int]]:
    """The late entries anybody may read, the slowest first, each with its days."""
    entries = sorted(
        (entry for body in bodies for entry in body.entries if entry.is_late), key=lambda entry: -entry.to_listing
    )
    days = {entry.record: entry.to_listing for entry in entries}
    shown = lines(list(days), on=on)
    uids = {line.uid for line in shown[:SHOWN]}
    by_uid = dict(Listing.objects.filter(record__uid__in=uids).values_list("record__uid", "record"))
    for line in shown[:SHOWN]:
        yield line, days[by_uid[line.uid]]


@public_page
def timeliness(request: HttpRequest, *, on: date) -> HttpResponseBase:
    """A year of entries, by body."""
    year = asking.year(request.GET, "year", on=on) or on.year
    bodies = of_year(year)
    context = {
        "place": Place(
            title=TITLE, trail=(Crumb("失信黑名单", "/blacklist/"), Crumb(TITLE)), column="失信黑名单",
            keywords=f"{TITLE},黑名单,七个工作日", description="各认定单位从文书生效到列入名单、推送省平台的天数",
        ),
        "year": year,
        "earlier": year - 1 if year > asking.FIRST_YEAR else None,
        "later": year + 1 if year < on.year else None,
        "bodies": bodies,
        "late": list(late(bodies, on=on)),
        "limit": LIMIT,
    }  # fmt: skip
    return render(request, "blacklist/timeliness.html", context)
