"""Checked rows as the temporary tables take them, laid out without a look at the database."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
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
        self._writes = [(cell.item.name, cell.write) for cell in columns.cells]
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
        new_persons: list[Person] = []
        return Laid(
            len(rows),
            bulk.packed([self._row(row, new_persons) for row in rows]),
            bulk.packed([self._subject(one) for one in newcomers]),
            bulk.packed([tuple(getattr(person, name) for name in OF_A_PERSON) for person in new_persons]),
        )

    def _bearer(self, **said: Any) -> Person:
        person = self._at_hand(**said)
        if self._columns.spec.naming:
            self._bearers[person.number_index] = person
        return person

    def _row(self, row: Checked, new_persons: list[Person]) -> list[Any]:
        columns, values = self._columns, row.values
        cells = [
            row.number,
            subject_matching.reference(row.about),
            row.bearer.pk,
            secrets.token_hex(16),  # as `random_uid`
            storing.title_of(columns.kind, values, self._common.item_version),
            row.key,
            self._openness_of(row),
            _audit_of(row),
        ]
        cells += [
            ("" if (value := values[name]) is None else value) if write is None else write(values[name])
            for name, write in self._writes
        ]
        for cell in columns.personal:
            if (person := values[cell.item.name]) is not None:
                self._note(person, new_persons)
        if columns.in_data:
            data = {item.name: as_json(values[item.name]) for item in columns.in_data}
            cells.append(bulk.as_column(columns.data, data))
        for item in columns.spec.naming:
            for one in values[item.name]:
                self._note(self._bearers[one["index"]], new_persons)
        if row.about.get("person"):
            self._note(row.about["person"], new_persons)
        return cells

    def _note(self, person: Person, new_persons: list[Person]) -> None:
        if person.number_index not in self._persons:
            self._persons.add(person.number_index)
            new_persons.append(person)

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
