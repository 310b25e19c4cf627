"""What a line about a record reads, for many records at once: one statement, whatever the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F

from registry.directory import organisations
from registry.directory.subjects import Subject
from registry.prepared import Prepared, Row, instance
from registry.records.models import Record

_OF_RECORD = (
    "id", "uid", "kind", "subject_id", "organisation_id", "title", "document_number", "decided_on", "status",
    "edition", "public_from", "public_until",
)  # fmt: skip
_OF_SUBJECT = ("id", "kind", "name", "uscc", "published_on")


@dataclass(frozen=True, slots=True)
class Line:
    """A public record, with its subject and organisation, and what its current edition says since when."""

    record: Record
    data: Mapping[str, Any]
    said_at: datetime


def lines(keys: Sequence[int], *, on: date) -> list[Line]:
    """The records of these keys as far as anybody may read them on that day, in this order."""
    if not keys:
        return []
    by_key = {row["id"]: row for row in _rows.ask(keys=keys, on=on)}
    return [_line(by_key[key]) for key in keys if key in by_key]


def _line(row: Row) -> Line:
    record = instance(Record, row)
    record.subject = instance(Subject, row, "subject__")
    record.organisation = organisations.known()[record.organisation_id]
    return Line(record, row["editions__data"], row["editions__at"])


_rows = Prepared(
    lambda keys, on: (
        Record.objects.public(on=on)
        .filter(pk__in=keys, editions__edition=F("edition"))
        .values(*_OF_RECORD, *(f"subject__{name}" for name in _OF_SUBJECT), "editions__data", "editions__at")
    )
)
