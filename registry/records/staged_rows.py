"""Checked rows as the temporary tables take them, laid out without a look at the database."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, NamedTuple

from registry.audit import log
from registry.audit.models import AuditLog
from registry.directory import persons
from registry.directory.persons import Person
from registry.directory.regions import Region
from registry.directory.subjects import Subject
from registry.identifiers.normalise import name_key
from registry.records import bulk, storing, subject_matching
from registry.records.editions import as_json
from registry.records.models import Record
from registry.records.openness import SECRECY, openness_of
from registry.records.staged_columns import OF_A_PERSON, Columns
from registry.records.subject_matching import Bearer, Named

PERSONS_AT_HAND = 10_000  # whose number need not be encrypted again
TITLES_AT_HAND = 2_000


class Checked(NamedTuple):
    """A right row: its number in the file, its values with persons for document numbers, the key of its document
    number, whom it is about, and how folded values were typed (for the audit log)."""

    number: int
    values: Mapping[str, Any]
    key: str
    about: Named
    bearer: Bearer
    typed: Mapping[str, str]


class Laid(NamedTuple):
    """Rows as the temporary tables take them, with the subjects and persons among them that were not met before."""

    count: int
    rows: bulk.Packed
    subjects: bulk.Packed
    persons: bulk.Packed


class Layout:
    """Lays out the rows of one file; `common` is a record with everything they have in common."""

    def __init__(self, columns: Columns, common: Record, *, today: date) -> None:
        self._columns, self._common, self._today = columns, common, today
        self._personal = [cell.item.name for cell in columns.personal]
        self._titles = lru_cache(maxsize=TITLES_AT_HAND)(self._title_from)
        self._persons: set[str] = set()
        self._bearers: dict[str, Person] = {}  # whom rows name as answering for the act, by their index
        self._at_hand = lru_cache(maxsize=PERSONS_AT_HAND)(persons.bearer)
        self._openness: dict[str, int] = {}
        self._regions = frozenset(Region.objects.values_list("pk", flat=True))

    def values_of(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Checked data with persons for document numbers, none of them stored yet; one met again is at hand."""
        return storing.values_of(self._columns.spec, data, person=self._bearer)

    def lay_out(self, rows: Sequence[Checked], newcomers: Iterable[Named]) -> Laid:
        """The rows, with the subjects among them that are not known yet."""
        new_persons = self._new_persons(rows)
        return Laid(
            len(rows),
            bulk.packed_columns([*self._of_rows(rows), *self._of_values(rows)]),
            bulk.packed([self._subject(one) for one in newcomers]),
            bulk.packed([[getattr(person, name) for name in OF_A_PERSON] for person in new_persons]),
        )

    def _bearer(self, **said: Any) -> Person:
        person = self._at_hand(**said)
        if self._columns.spec.naming:
            self._bearers[person.number_index] = person
        return person

    def _of_rows(self, rows: Sequence[Checked]) -> list[list[Any]]:
        """The columns that every kind has (`OF_A_ROW`)."""
        uids = secrets.token_hex(16 * len(rows))  # as `random_uid`
        return [
            [row.number for row in rows],
            [subject_matching.reference(row.about) for row in rows],
            [row.bearer.pk for row in rows],
            [uids[start : start + 32] for start in range(0, len(uids), 32)],
            [self._title_of(row.values) for row in rows],
            [row.key for row in rows],
            [self._openness_of(row) for row in rows],
            [_audit_of(row) for row in rows],
        ]

    def _of_values(self, rows: Sequence[Checked]) -> Iterator[list[Any]]:
        """The columns of the values."""
        columns = self._columns
        for cell in columns.cells:
            values = [row.values[cell.item.name] for row in rows]
            if cell.write is None:
                yield ["" if value is None else value for value in values]
            else:
                yield list(map(cell.write, values))
        if columns.in_data:
            data = ({item.name: as_json(row.values[item.name]) for item in columns.in_data} for row in rows)
            yield [bulk.as_column(columns.data, one) for one in data]

    def _title_of(self, values: Mapping[str, Any]) -> str:
        kind = self._columns.kind
        if kind.heading is not None:
            return storing.title_of(kind, values, self._common.item_version)
        return self._titles(values.get(kind.title_field))

    def _title_from(self, value: Any) -> str:
        """The title of a record that is headed by a single field."""
        kind = self._columns.kind
        return storing.title_of(kind, {kind.title_field: value}, self._common.item_version)

    def _new_persons(self, rows: Iterable[Checked]) -> list[Person]:
        """Those among the persons named in the rows that were not met before."""
        new = {}
        for row in rows:
            for person in self._named(row):
                if person.number_index not in self._persons:
                    self._persons.add(person.number_index)
                    new[person.number_index] = person
        return list(new.values())

    def _named(self, row: Checked) -> Iterator[Person]:
        values = row.values
        for name in self._personal:
            if values[name] is not None:
                yield values[name]
        for item in self._columns.spec.naming:
            for one in values[item.name]:
                yield self._bearers[one["index"]]
        if row.about.get("person"):
            yield row.about["person"]

    def _openness_of(self, row: Checked) -> int:
        """As `openness_of` says; of organisations nothing else is asked than why the row is secret."""
        secrecy = row.values.get(SECRECY) or ""
        if not row.bearer.is_natural and secrecy in self._openness:
            return self._openness[secrecy]
        self._common.subject = Subject(kind=row.about["kind"], person=row.about.get("person"))
        openness = int(openness_of(self._common, detail=SimpleNamespace(**{SECRECY: secrecy}), on=self._today))
        if not row.bearer.is_natural:
            self._openness[secrecy] = openness
        return openness

    def _subject(self, one: Named) -> tuple[Any, ...]:
        person, code = one.get("person"), one.get("uscc")
        return (
            subject_matching.reference(one), one["kind"], one["name"], name_key(one["name"]), code or None,
            person.number_index if person else None, subject_matching.region_of(code, self._regions),
        )  # fmt: skip


def _audit_of(row: Checked) -> str:
    return bulk.as_column(AuditLog._meta.get_field("detail"), log.as_typed(row.typed)) if row.typed else "{}"
