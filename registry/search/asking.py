"""What a search is asked, how far it goes, and what it answers; the same for every way of finding."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from registry.records import kinds
from registry.search import tokens

CAP = 10_000  # no total is counted beyond it, no page begins behind it
WALK = 300_000  # entries one walk down the dates may visit


class BeyondCap(Exception):
    """A page that begins behind the cap; the text says what would help."""

    def __init__(self) -> None:
        super().__init__(f"只能翻看前{CAP}条结果，请增加检索词或筛选条件，或者下载开放数据")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How far a search goes; tests make it small."""

    cap: int = CAP
    walk: int = WALK


USUAL = Limits()


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What narrows a search; without `kind` it is about records of any kind, not about subjects."""

    kind: int | None = None  # Kind.number or SUBJECT_NUMBER
    organisation: int | None = None
    region: int | None = None  # 0: a region that is none
    year: int | None = None

    @property
    def wants_subjects(self) -> bool:
        return self.kind == kinds.SUBJECT_NUMBER

    @property
    def can_match(self) -> bool:
        """False for values no entry can have; they would not even fit into the index."""
        ranges = {
            (self.kind, tokens.YEAR - tokens.KIND),
            (self.organisation, tokens.REGION - tokens.ORGANISATION),
            (self.region, tokens.FILTERS_END - tokens.REGION),
            (self.year, date.max.year),
        }
        return all(value is None or 0 < value < end for value, end in ranges)

    @property
    def sort(self) -> int:
        """What its tokens begin with: those of subjects are apart from those of records."""
        return tokens.sort_of(self.kind)

    @property
    def columns(self) -> dict[str, tuple[int, int]]:
        """Column of the index -> wanted value and its token."""
        wanted = {
            "kind": (self.kind, tokens.KIND),
            "organisation_id": (self.organisation, tokens.ORGANISATION),
            "region": (self.region, tokens.REGION),
            "year": (self.year, tokens.YEAR),
        }
        return {
            column: (value, self.sort | base + value) for column, (value, base) in wanted.items() if value is not None
        }


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Entries public on that day whose name holds every term."""

    terms: tuple[str, ...]
    on: date
    filters: Filters = Filters()

    @property
    def looked_up(self) -> tuple[str, ...]:
        """The terms asked of the index: a single character only if there is nothing better."""
        return tuple(term for term in self.terms if len(term) > 1) or self.terms

    def tokens_of(self, term: str) -> list[int]:
        return tokens.of_term(term, self.filters.sort)


@dataclass(frozen=True)
class Answer:
    """A page of keys of entries, newest first, and how many there are: exact up to the cap."""

    keys: list[int]
    total: int
    capped: bool
    path: str  # how it was found, for tests and benchmarks


@dataclass(frozen=True, kw_only=True)
class Found:
    """One page of what a visitor is answered; `total` is exact unless `capped`, then there are more."""

    entries: list[tuple[int | None, int]] = field(default_factory=list)  # (record or None, subject), in order
    total: int = 0
    capped: bool = False
    notice: str = ""
    path: str = ""

    @property
    def record_ids(self) -> list[int]:
        return [record for record, _ in self.entries if record is not None]

    @property
    def subject_ids(self) -> list[int]:
        return [subject for record, subject in self.entries if record is None]
