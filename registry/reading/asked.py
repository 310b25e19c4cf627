"""By what a list is narrowed: one meaning for the address of a page and for the query of the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from registry.directory.organisations import Organisation
from registry.records.models import Record
from registry.search.query import MAX_CHARACTERS


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which body, which division, which year; None or '' where it does not matter."""

    q: str = ""
    organisation: Organisation | None = None
    region: str = ""
    year: int | None = None
    since: date | None = None
    until: date | None = None

    @property
    def query(self) -> str:
        """What was typed, no longer than search reads it; the only form that is shown again."""
        return self.q[:MAX_CHARACTERS]

    @property
    def narrows(self) -> bool:
        return any((self.organisation, self.region, self.year, self.since, self.until))

    def narrow(self, records: QuerySet[Record]) -> QuerySet[Record]:
        """The records these filters leave; `q` is the business of search."""
        return narrowed(records, **self.filters())

    def filters(self) -> dict[str, Any]:
        """What `narrowed` takes, only of the filters that are set; a year is its first and its last day."""
        days = [(self.since, self.until)]
        if self.year is not None:
            days.append((date(self.year, 1, 1), date(self.year, 12, 31)))
        since = max((first for first, _ in days if first is not None), default=None)
        until = min((last for _, last in days if last is not None), default=None)
        body = self.organisation.pk if self.organisation else None
        said = {"organisation": body, "region": self.region or None, "since": since, "until": until}
        return {name: value for name, value in said.items() if value is not None}

    def address(self) -> dict[str, object]:
        """The parameters that say the same again."""
        return {
            "q": self.query,
            "region": self.region,
            "organisation": self.organisation.uscc if self.organisation else "",
            "year": self.year,
            "from": self.since,
            "to": self.until,
        }


def narrowed(
    records: QuerySet[Record],
    *,
    organisation: int | None = None,
    region: str | None = None,
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[Record]:
    """The records of that body, of bodies of that division, decided within these days."""
    if organisation is not None:
        records = records.filter(organisation=organisation)
    if region is not None:
        records = records.filter(Q(organisation__region=region) | Q(organisation__region__successor=region))
    if since is not None:
        records = records.filter(decided_on__gte=since)
    if until is not None:
        records = records.filter(decided_on__lte=until)
    return records
