"""By what a list is narrowed: one meaning for the address of a page and for the query of the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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
        if self.organisation is not None:
            records = records.filter(organisation=self.organisation)
        if self.region:
            region = Q(organisation__region=self.region) | Q(organisation__region__successor=self.region)
            records = records.filter(region)
        if self.year is not None:
            records = records.filter(decided_on__range=(date(self.year, 1, 1), date(self.year, 12, 31)))
        if self.since is not None:
            records = records.filter(decided_on__gte=self.since)
        if self.until is not None:
            records = records.filter(decided_on__lte=self.until)
        return records

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
