"""What a line about a record reads, for many records at once: one statement, whatever the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F

from registry.directory import organisations
from registry.prepared import Prepared, Row
from registry.reading.addresses import record_address, subject_page
from registry.reading.naming import subject_name
from registry.records import kinds
from registry.records.models import Record


@dataclass(frozen=True, slots=True)
class Line:
    """A public record as a list shows it, with what its current edition says, and since when it says so."""

    uid: Any
    kind: kinds.Kind
    title: str
    document_number: str
    decided_on: date
    organisation: str
    subject_kind: str
    subject_name: str  # masked where it is a person's
    subject_url: str  # '' where the subject has no page
    data: Mapping[str, Any]
    said_at: datetime

    @property
    def url(self) -> str:
        return record_address(self.uid)


def lines(keys: Sequence[int], *, on: date) -> list[Line]:
    """The records of these keys as far as anybody may read them on that day, in this order."""
    if not keys:
        return []
    by_key = {row["pk"]: row for row in _rows.ask(keys=keys, on=on)}
    bodies = organisations.by_key(row["organisation_id"] for row in by_key.values())
    return [_line(by_key[key], bodies) for key in keys if key in by_key]


_rows = Prepared(
    lambda keys, on: (
        Record.objects.public(on=on)
        .filter(pk__in=keys, editions__edition=F("edition"))
        .values(
            "pk", "uid", "kind", "organisation_id", "title", "document_number", "decided_on", "subject__kind",
            "subject__name", "subject__uscc", "subject__published_on", "editions__data", "editions__at",
        )
    ),
    by_key=True,
)  # fmt: skip


def _line(row: Row, bodies: Mapping[int, organisations.Organisation]) -> Line:
    kind = row["subject__kind"]
    return Line(
        uid=row["uid"],
        kind=kinds.get(row["kind"]),
        title=row["title"],
        document_number=row["document_number"],
        decided_on=row["decided_on"],
        organisation=bodies[row["organisation_id"]].name,
        subject_kind=kind,
        subject_name=subject_name(kinds.get(row["kind"]), kind, row["subject__name"], row["editions__data"]),
        subject_url=subject_page(kind, row["subject__uscc"], row["subject__published_on"]),
        data=row["editions__data"],
        said_at=row["editions__at"],
    )
