"""Many checked rows of one kind on their way into the tables: put aside, compared and stored in sets.

The rows wait in temporary tables of the connection, which nobody else sees and which are gone when it is cut. So
reading and checking a large file holds no lock and leaves nothing behind; then a few statements store everything in
the caller's transaction. The same rules as for a single draft say which value goes where (`storing`).
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.db.models import Field, Model

from registry.audit import log
from registry.audit.models import AuditLog
from registry.directory import persons
from registry.directory.persons import Person
from registry.directory.regions import Region
from registry.directory.subjects import Subject
from registry.identifiers.normalise import document_key, name_key
from registry.records import bulk, storing, subject_matching
from registry.records.bulk import Sql
from registry.records.editions import as_json
from registry.records.fields import FieldSpec, Specification
from registry.records.kinds import Kind
from registry.records.models import Record
from registry.records.openness import SECRECY, openness_of
from registry.records.statuses import VOID
from registry.records.subject_matching import Bearer, Named

PERSONS_AT_HAND = 10_000  # whose number need not be encrypted again
ROWS, PERSONS, SUBJECTS, STANDING = "staged_rows", "staged_persons", "staged_subjects", "staged_standing"


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


class _Cell(NamedTuple):
    """A value of the specification, the column that keeps it, and how it is written there."""

    item: FieldSpec
    column: Field
    staged: str
    write: Callable[[Any], Any] | None  # None: a text, '' for nothing


class Staging:
    """The temporary tables of one file; `common` is a record with everything its rows have in common."""

    def __init__(self, kind: Kind, spec: Specification, common: Record, *, today: date) -> None:
        self.kind, self.spec, self.common, self.today = kind, spec, common, today
        self._table = kind.detail._meta.db_table
        self._of_record = [_cell(item, Record, "r", storing.in_record) for item in spec.kept_by("record")]
        self._of_detail = [_cell(item, kind.detail, "d", None) for item in spec.kept_by("detail")]
        self._personal = [cell for cell in self._of_detail if cell.item.is_personal]
        self._writes = [(cell.item.name, cell.write) for cell in (*self._of_record, *self._of_detail)]
        self._in_data = spec.kept_by("data")
        self._number = next((item for item in spec if item.name == "document_number"), None)
        self._persons: set[str] = set()
        self._bearers: dict[str, Person] = {}  # whom rows name as answering for the act, by their index
        self._at_hand = lru_cache(maxsize=PERSONS_AT_HAND)(persons.bearer)
        self._openness: dict[str, int] = {}
        self.waiting = 0  # rows that are put aside and not stored
        self._counted: Counter[tuple[int, int]] = Counter()  # as `counts` tells them, of rows that are gone from here
        self._is_all_stored = True  # whatever was put aside and is gone from here
        self._newest: int | None = None  # record that stood before any of ours was stored
        self._regions = frozenset(Region.objects.values_list("pk", flat=True))

    def __enter__(self) -> Staging:
        self._drop()
        bulk.execute(self._layout())
        bulk.execute(
            f"CREATE TEMPORARY TABLE {PERSONS} AS SELECT number_index, name, document_type, number_cipher, number_mask"
            f" FROM {Person._meta.db_table} WHERE 1 = 0"
        )
        bulk.execute(
            f"CREATE TEMPORARY TABLE {SUBJECTS} AS SELECT CAST('' AS varchar(32)) AS ref, u.kind, u.name, u.name_key,"
            f" u.uscc, CAST('' AS varchar(32)) AS person, u.region_id FROM {Subject._meta.db_table} u WHERE 1 = 0"
        )
        bulk.execute(
            f"CREATE TEMPORARY TABLE {STANDING} AS SELECT CAST(0 AS bigint) AS number, CAST(0 AS bigint) AS record_id,"
            f" CAST(0 AS integer) AS changed, CAST(0 AS integer) AS own FROM {Record._meta.db_table} WHERE 1 = 0"
        )
        # However little the planner knows of these tables, a row is looked up and never searched for.
        bulk.execute(f"CREATE INDEX {STANDING}_number ON {STANDING} (number)")
        return self

    def __exit__(self, *exc: object) -> None:
        if exc[0] is None:  # otherwise the connection may be broken, and ends soon
            self._drop()

    def _drop(self) -> None:
        for table in (ROWS, PERSONS, SUBJECTS, STANDING):
            bulk.execute(f"DROP TABLE IF EXISTS {bulk.temporary(table)}")

    def _layout(self) -> str:
        """The table of rows, each column of the type of the column it is meant for."""
        columns = [
            "CAST(0 AS bigint) AS number", "CAST('' AS varchar(32)) AS ref", "r.subject_id", "r.uid", "r.title",
            "r.document_key", "r.openness", f"(SELECT detail FROM {AuditLog._meta.db_table} WHERE 1 = 0) AS audit",
        ]  # fmt: skip
        columns += [f"r.{cell.column.column} AS {cell.staged}" for cell in self._of_record]
        columns += [
            f"CAST('' AS varchar(32)) AS {cell.staged}"
            if cell.item.is_personal
            else f"d.{cell.column.column} AS {cell.staged}"
            for cell in self._of_detail
        ]
        columns += ["d.data AS d_data"] if self._in_data else []
        return (
            f"CREATE TEMPORARY TABLE {ROWS} AS SELECT {', '.join(columns)} FROM {Record._meta.db_table} r"
            f" JOIN {self._table} d ON d.record_id = r.id WHERE 1 = 0"
        )

    @property
    def number_field(self) -> str:
        """The field that holds the number of the decision, '' where the kind has none."""
        return self._number.name if self._number else ""

    def values_of(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Checked data with persons for document numbers, none of them stored yet; one met again is at hand."""
        return storing.values_of(self.spec, data, person=self._bearer)

    def _bearer(self, **said: Any) -> Person:
        person = self._at_hand(**said)
        if self.spec.naming:
            self._bearers[person.number_index] = person
        return person

    def key_of(self, values: Mapping[str, Any]) -> str:
        """What a decision is known by: the key of its number, '' where it has none."""
        return document_key(values[self._number.name] or "") if self._number else ""

    # Putting rows aside

    def lay_out(self, rows: Sequence[Checked], newcomers: Iterable[Named]) -> Laid:
        """Right rows, with the subjects among them that are not known yet, ready to be put aside. Asks the database
        nothing, so that another thread may do it meanwhile."""
        new_persons: list[Person] = []
        return Laid(
            len(rows),
            bulk.packed([self._row(row, new_persons) for row in rows]),
            bulk.packed([self._subject(one) for one in newcomers]),
            bulk.packed([tuple(getattr(person, name) for name in _PERSON) for person in new_persons]),
        )

    def put(self, laid: Laid) -> None:
        """Put rows aside."""
        bulk.put(ROWS, self._columns, laid.rows)
        bulk.put(SUBJECTS, _SUBJECT, laid.subjects)
        bulk.put(PERSONS, _PERSON, laid.persons)
        self.waiting += laid.count

    @cached_property
    def _columns(self) -> list[str]:
        staged = [cell.staged for cell in (*self._of_record, *self._of_detail)]
        return [*_OWN, *staged, *(["d_data"] if self._in_data else [])]

    def _row(self, row: Checked, new_persons: list[Person]) -> list[Any]:
        values = row.values
        cells = [
            row.number,
            subject_matching.reference(row.about),
            row.bearer.pk,
            secrets.token_hex(16),  # as `random_uid`
            storing.title_of(self.kind, values, self.common.item_version),
            row.key,
            self._openness_of(row),
            self._audit_of(row),
        ]
        cells += [
            ("" if (value := values[name]) is None else value) if write is None else write(values[name])
            for name, write in self._writes
        ]
        for cell in self._personal:
            if (person := values[cell.item.name]) is not None:
                self._note(person, new_persons)
        if self._in_data:
            data = {item.name: as_json(values[item.name]) for item in self._in_data}
            cells.append(bulk.as_column(self.kind.detail._meta.get_field("data"), data))
        for item in self.spec.naming:
            for one in values[item.name]:
                self._note(self._bearers[one["index"]], new_persons)
        if row.about.get("person"):
            self._note(row.about["person"], new_persons)
        return cells

    def _audit_of(self, row: Checked) -> str:
        return bulk.as_column(AuditLog._meta.get_field("detail"), log.as_typed(row.typed)) if row.typed else "{}"

    def _note(self, person: Person, new_persons: list[Person]) -> None:
        if person.number_index not in self._persons:
            self._persons.add(person.number_index)
            new_persons.append(person)

    def _openness_of(self, row: Checked) -> int:
        """As `openness_of` says; of organisations nothing else is asked than why the row is secret."""
        secrecy = row.values.get(SECRECY) or ""
        if not row.bearer.is_natural and secrecy in self._openness:
            return self._openness[secrecy]
        self.common.subject = Subject(kind=row.about["kind"], person=row.about.get("person"))
        openness = int(openness_of(self.common, detail=SimpleNamespace(**{SECRECY: secrecy}), on=self.today))
        if not row.bearer.is_natural:
            self._openness[secrecy] = openness
        return openness

    def _subject(self, one: Named) -> tuple[Any, ...]:
        person, code = one.get("person"), one.get("uscc")
        return (
            subject_matching.reference(one), one["kind"], one["name"], name_key(one["name"]), code or None,
            person.number_index if person else None, subject_matching.region_of(code, self._regions),
        )  # fmt: skip

    # What stands already

    def compare(self) -> None:
        """Find the rows whose decision is recorded already, and whether they say the same."""
        bulk.analyse(ROWS, "number", "ref", "subject_id", "uid", "document_key")
        bulk.analyse(SUBJECTS, "ref", "uscc", "person")
        bulk.analyse(PERSONS, "number_index")
        same_day = "r.decided_on = s.r_decided_on AND r.document_key = '' AND s.document_key = ''"
        self._find_standing("r.document_key = s.document_key AND s.document_key <> ''")
        if self._number is None or not self._number.required:
            self._find_standing(f"{same_day} AND NOT ({self._difference})")
        bulk.analyse(STANDING, "number")

    @property
    def _difference(self) -> str:
        differ = bulk.is_distinct
        parts = [
            *(differ(f"r.{c.column.column}", f"s.{c.staged}") for c in self._of_record),
            *(differ(f"d.{c.column.column}", f"s.{c.staged}") for c in self._of_detail if not c.item.is_personal),
            *(differ(f"{c.staged}.number_index", f"s.{c.staged}") for c in self._of_detail if c.item.is_personal),
            *([differ("d.data", "s.d_data")] if self._in_data else []),
        ]
        return " OR ".join(parts) or "1 = 0"

    @property
    def _standing_persons(self) -> str:
        return " ".join(
            f"LEFT JOIN {Person._meta.db_table} {cell.staged} ON {cell.staged}.id = d.{cell.column.column}"
            for cell in self._of_detail
            if cell.item.is_personal
        )

    def _find_standing(self, known_by: str) -> None:
        marks = ", ".join(["%s"] * len(VOID))
        bulk.execute(
            f"INSERT INTO {STANDING} (number, record_id, changed, own)"
            f" SELECT s.number, r.id, CASE WHEN {self._difference} THEN 1 ELSE 0 END,"
            f" CASE WHEN r.batch_id = %s THEN 1 ELSE 0 END"
            f" FROM {ROWS} s JOIN {Record._meta.db_table} r ON r.subject_id = s.subject_id"
            f" JOIN {self._table} d ON d.record_id = r.id {self._standing_persons}"
            f" WHERE {known_by} AND r.organisation_id = %s AND r.kind = %s AND r.status NOT IN ({marks})"
            f" AND {_NOT_STANDING}{self._not_ours}",
            [self.common.batch_id, self.common.organisation_id, self.kind.code, *(status.value for status in VOID)],
        )

    @property
    def store_began(self) -> bool:
        return self._newest is not None

    @property
    def _not_ours(self) -> str:
        """Rows of one file are compared with what stood before it, not with each other."""
        return "" if self._newest is None else f" AND r.id <= {self._newest:d}"

    def standing(self, *, changed: bool) -> Iterator[tuple[int, int]]:
        """The rows that are recorded already, other than by this very batch, with the record: those that say
        something else than it, or those that say the same."""
        return iter(
            bulk.fetch(
                f"SELECT number, min(record_id) FROM {STANDING} WHERE changed = %s AND own = 0"
                " GROUP BY number ORDER BY number",
                [int(changed)],
            )
        )

    def counts(self) -> tuple[int, int, int]:
        """How many rows say the same as a record, how many something else, how many this batch has stored itself."""
        by = self._counted + self._counts()
        return by[0, 0], by[0, 1], by[1, 0] + by[1, 1]

    def _counts(self) -> Counter[tuple[int, int]]:
        found = bulk.fetch(
            f"SELECT own, changed, count(*) FROM (SELECT number, max(own) AS own, min(changed) AS changed"
            f" FROM {STANDING} GROUP BY number) each_row GROUP BY own, changed"
        )
        return Counter({(own, changed): count for own, changed, count in found})

    @property
    def compared(self) -> list[FieldSpec]:
        """The fields that may differ between a row and the record it is about."""
        return [*(cell.item for cell in (*self._of_record, *self._of_detail)), *self._in_data]

    def said(self, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
        """What these rows say, by field, read back as their columns read it; of a person the index."""
        cells = [*self._of_record, *self._of_detail]
        marks = ", ".join(["%s"] * len(numbers))
        data = ", d_data" if self._in_data else ""
        rows = bulk.fetch(
            f"SELECT number, {', '.join(cell.staged for cell in cells)}{data} FROM {ROWS} WHERE number IN ({marks})",
            numbers,
        )
        return {row[0]: self._read_back(row) for row in rows}

    def _read_back(self, row: tuple[Any, ...]) -> dict[str, Any]:
        said = {}
        for cell, value in zip((*self._of_record, *self._of_detail), row[1:], strict=False):
            is_person = cell.item.is_personal
            said[cell.item.name] = value if is_person else bulk.from_column(cell.column, value)
        if self._in_data:
            column = self.kind.detail._meta.get_field("data")
            said |= bulk.from_column(column, row[-1])
        return said

    def similar(self) -> Iterator[tuple[int, str]]:
        """New rows that look like a record under another number: same subject, day and title; with that number."""
        return iter(
            bulk.fetch(
                f"SELECT s.number, min(r.document_number) FROM {ROWS} s JOIN {Record._meta.db_table} r"
                f" ON r.subject_id = s.subject_id AND r.decided_on = s.r_decided_on"
                f" WHERE r.kind = %s AND r.organisation_id = %s AND r.title = s.title"
                f" AND r.document_key <> s.document_key AND r.document_key <> '' AND {_NOT_STANDING}{self._not_ours}"
                f" GROUP BY s.number ORDER BY s.number",
                [self.kind.code, self.common.organisation_id],
            )
        )

    # Storing

    def store(self) -> int:
        """Store what does not stand yet: persons, subjects, records, their rows and a line of the audit log each.

        Returns how many; call it in a transaction. Raises `Overtaken` where a subject has meanwhile come to be
        under another name.
        """
        if self._newest is None:
            self._newest = bulk.fetch(f"SELECT COALESCE(max(id), 0) FROM {Record._meta.db_table}")[0][0]
        self._store_persons()
        self._store_subjects()
        count = self._store_records()
        self._store_details()
        self._store_audit()
        return count

    def forget(self) -> None:
        """Make room for the next rows of the file: these are stored. Whom they named stays known."""
        standing = self._counts()
        self._counted += standing
        self._is_all_stored = self._is_all_stored and not standing
        bulk.check_now()
        # A subject or person of a row that stands need not be stored, and a later row may be the first to need it.
        bulk.clear(ROWS, STANDING, *((SUBJECTS, PERSONS) if self._is_all_stored else ()))
        self.waiting = 0

    def _store_persons(self) -> None:
        referring = [f"SELECT {c.staged} FROM {ROWS} s WHERE {_NOT_STANDING}" for c in self._personal]
        referring.append(f"SELECT ref FROM {ROWS} s WHERE {_NOT_STANDING} AND s.subject_id IS NULL")
        if self.spec.naming:  # a list of persons has no column to be joined by
            referring.append(f"SELECT number_index FROM {PERSONS}")
        bulk.insert(
            Person,
            {name: Sql(f"p.{name}") for name in _PERSON},
            f"FROM {PERSONS} p WHERE p.number_index IN ({' UNION '.join(referring)}) ORDER BY p.number_index",
            or_nothing=True,
        )

    def _store_subjects(self) -> None:
        # In the order of what they are known by: two files with the same newcomers wait for each other, never both.
        bulk.insert(
            Subject,
            {name: Sql(f"n.{name}") for name in ("kind", "name", "name_key", "uscc", "region_id")}
            | {"person_id": Sql("p.id")},
            f"FROM {SUBJECTS} n LEFT JOIN {Person._meta.db_table} p ON p.number_index = n.person"
            f" WHERE n.ref IN (SELECT ref FROM {ROWS} s WHERE {_NOT_STANDING}) ORDER BY n.ref",
            or_nothing=True,
        )
        overtaken = bulk.fetch(
            f"SELECT 1 FROM {SUBJECTS} n JOIN {Subject._meta.db_table} u ON u.uscc = n.uscc"
            f" WHERE u.name_key <> n.name_key AND n.ref IN (SELECT ref FROM {ROWS}) LIMIT 1"
        )
        if overtaken:
            raise Overtaken

    def _store_records(self) -> int:
        columns = {
            "subject_id": Sql("COALESCE(s.subject_id, u.id, v.id)"),
            **{name: Sql(f"s.{name}") for name in ("uid", "title", "document_key", "openness")},
            "batch_row": Sql("s.number"),
            **{cell.column.column: Sql(f"s.{cell.staged}") for cell in self._of_record},
        }
        if self._number is not None and self._number.keeper == "detail":
            columns["document_number"] = Sql("s.d_document_number")
        return bulk.insert(
            Record,
            columns,
            f"FROM {ROWS} s LEFT JOIN {Subject._meta.db_table} u ON s.subject_id IS NULL AND u.uscc = s.ref"
            f" LEFT JOIN {Person._meta.db_table} p ON s.subject_id IS NULL AND p.number_index = s.ref"
            f" LEFT JOIN {Subject._meta.db_table} v ON v.person_id = p.id"
            f" WHERE {_NOT_STANDING} ORDER BY s.number",
            common=self.common,
            or_nothing=True,
        )

    def _store_details(self) -> None:
        columns = {"record_id": Sql("r.id")}
        joins = []
        for cell in self._of_detail:
            if cell.item.is_personal:
                joins.append(
                    f"LEFT JOIN {Person._meta.db_table} {cell.staged} ON {cell.staged}.number_index = s.{cell.staged}"
                )
                columns[cell.column.column] = Sql(f"{cell.staged}.id")
            else:
                columns[cell.column.column] = Sql(f"s.{cell.staged}")
        if self._in_data:
            columns["data"] = Sql("s.d_data")
        bulk.insert(self.kind.detail, columns, f"{_STORED} {' '.join(joins)}", common=self.kind.detail())

    def _store_audit(self) -> None:
        at, by = self.common.entered_at, self.common.entered_by
        bulk.insert(
            AuditLog,
            {"object_key": Sql("CAST(r.id AS varchar(64))"), "detail": Sql("s.audit")},
            _STORED,
            common=AuditLog(at=at, by=by, action="record.draft", object_type="registry.record"),
        )


class Overtaken(Exception):
    """While the rows were read, somebody else stored one of their subjects; reading them again sees it."""


_OWN = ["number", "ref", "subject_id", "uid", "title", "document_key", "openness", "audit"]
_PERSON = ["number_index", "name", "document_type", "number_cipher", "number_mask"]
_SUBJECT = ["ref", "kind", "name", "name_key", "uscc", "person", "region_id"]
_NOT_STANDING = f"NOT EXISTS (SELECT 1 FROM {STANDING} x WHERE x.number = s.number)"
_STORED = f"FROM {ROWS} s JOIN {Record._meta.db_table} r ON r.uid = s.uid"


def _cell(item: FieldSpec, model: type[Model], letter: str, keep: Callable | None) -> _Cell:
    column = model._meta.get_field(item.attribute)
    staged = f"{letter}_{column.column}"
    if item.is_personal:
        return _Cell(item, column, staged, lambda person: None if person is None else person.number_index)
    if keep is None:
        return _Cell(item, column, staged, bulk.writer(column, lambda value: storing.in_detail(column, value)))
    return _Cell(item, column, staged, bulk.writer(column, lambda value: keep(item, value)))
