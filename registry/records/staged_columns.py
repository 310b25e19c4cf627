"""The temporary tables that rows of one kind wait in, and which column of which table each of theirs is meant for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import Field, Model

from registry.audit.models import AuditLog
from registry.directory.persons import Person
from registry.directory.subjects import Subject
from registry.records import bulk, storing
from registry.records.fields import FieldSpec, Specification
from registry.records.kinds import Kind
from registry.records.models import Record

ROWS, PERSONS, SUBJECTS, STANDING = "staged_rows", "staged_persons", "staged_subjects", "staged_standing"
OF_A_ROW = ("number", "ref", "subject_id", "uid", "title", "document_key", "openness", "audit")
OF_A_PERSON = ("number_index", "name", "document_type", "number_cipher", "number_mask")
OF_A_SUBJECT = ("ref", "kind", "name", "name_key", "uscc", "person", "region_id")
NOT_STANDING = f"NOT EXISTS (SELECT 1 FROM {STANDING} x WHERE x.number = s.number)"


class Cell(NamedTuple):
    """A value of the specification, the column that keeps it, and how it is written there."""

    item: FieldSpec
    column: Field
    staged: str
    write: Callable[[Any], Any] | None  # None: a text, '' for nothing


class Columns:
    """What the rows of one kind are made of, for whoever lays them out, compares and stores them."""

    def __init__(self, kind: Kind, spec: Specification) -> None:
        self.kind, self.spec = kind, spec
        self.table = kind.detail._meta.db_table
        self.of_record = [_cell(item, Record, "r", storing.in_record) for item in spec.kept_by("record")]
        self.of_detail = [_cell(item, kind.detail, "d", None) for item in spec.kept_by("detail")]
        self.cells = (*self.of_record, *self.of_detail)
        self.personal = [cell for cell in self.of_detail if cell.item.is_personal]
        self.in_data = spec.kept_by("data")
        self.data = kind.detail._meta.get_field("data") if self.in_data else None
        self.number = next((item for item in spec if item.name == "document_number"), None)
        self.names = [*OF_A_ROW, *(cell.staged for cell in self.cells), *(["d_data"] if self.in_data else [])]

    @property
    def compared(self) -> list[FieldSpec]:
        """The fields that may differ between a row and the record it is about."""
        return [*(cell.item for cell in self.cells), *self.in_data]

    def create(self) -> None:
        """Make the tables, empty; what an earlier file left is gone."""
        drop()
        bulk.execute(self._rows())
        bulk.execute(
            f"CREATE TEMPORARY TABLE {PERSONS} AS SELECT {', '.join(OF_A_PERSON)}"
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

    def _rows(self) -> str:
        """The table of rows, each column of the type of the column it is meant for."""
        columns = [
            "CAST(0 AS bigint) AS number", "CAST('' AS varchar(32)) AS ref", "r.subject_id", "r.uid", "r.title",
            "r.document_key", "r.openness", f"(SELECT detail FROM {AuditLog._meta.db_table} WHERE 1 = 0) AS audit",
        ]  # fmt: skip
        columns += [f"r.{cell.column.column} AS {cell.staged}" for cell in self.of_record]
        columns += [
            f"CAST('' AS varchar(32)) AS {cell.staged}"
            if cell.item.is_personal
            else f"d.{cell.column.column} AS {cell.staged}"
            for cell in self.of_detail
        ]
        columns += ["d.data AS d_data"] if self.in_data else []
        return (
            f"CREATE TEMPORARY TABLE {ROWS} AS SELECT {', '.join(columns)} FROM {Record._meta.db_table} r"
            f" JOIN {self.table} d ON d.record_id = r.id WHERE 1 = 0"
        )


def drop() -> None:
    """Have the connection forget the tables."""
    for table in (ROWS, PERSONS, SUBJECTS, STANDING):
        bulk.execute(f"DROP TABLE IF EXISTS {bulk.temporary(table)}")


def _cell(item: FieldSpec, model: type[Model], letter: str, keep: Callable | None) -> Cell:
    column = model._meta.get_field(item.attribute)
    staged = f"{letter}_{column.column}"
    if item.is_personal:
        return Cell(item, column, staged, lambda person: None if person is None else person.number_index)
    if keep is None:
        return Cell(item, column, staged, bulk.writer(column, lambda value: storing.in_detail(column, value)))
    return Cell(item, column, staged, bulk.writer(column, lambda value: keep(item, value)))
