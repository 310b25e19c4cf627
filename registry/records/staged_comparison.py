"""Which of the rows that are put aside are recorded already, and whether they say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from registry.directory.persons import Person
from registry.records import bulk
from registry.records.models import Record
from registry.records.staged_columns import NOT_STANDING, PERSONS, ROWS, STANDING, SUBJECTS, Columns
from registry.records.statuses import VOID


class Comparison:
    """Compares the rows of one file with what stood before it, never with each other."""

    def __init__(self, columns: Columns, common: Record) -> None:
        self._columns, self._common = columns, common
        self._newest: int | None = None  # record that stood before any of ours was stored

    @property
    def store_began(self) -> bool:
        return self._newest is not None

    def store_begins(self) -> None:
        """From now on records of this very file may stand beside the others."""
        if self._newest is None:
            self._newest = bulk.fetch(f"SELECT COALESCE(max(id), 0) FROM {Record._meta.db_table}")[0][0]

    def find(self) -> None:
        """Fill the table of the rows that stand already."""
        number = self._columns.number
        bulk.analyse(ROWS, "number", "ref", "subject_id", "uid", "document_key")
        bulk.analyse(SUBJECTS, "ref", "uscc", "person")
        bulk.analyse(PERSONS, "number_index")
        same_day = "r.decided_on = s.r_decided_on AND r.document_key = '' AND s.document_key = ''"
        self._find("r.document_key = s.document_key AND s.document_key <> ''")
        if number is None or not number.required:
            self._find(f"{same_day} AND NOT ({self._difference})")
        bulk.analyse(STANDING, "number")

    @property
    def _difference(self) -> str:
        differ, columns = bulk.is_distinct, self._columns
        parts = [
            *(differ(f"r.{c.column.column}", f"s.{c.staged}") for c in columns.of_record),
            *(differ(f"d.{c.column.column}", f"s.{c.staged}") for c in columns.of_detail if not c.item.is_personal),
            *(differ(f"{c.staged}.number_index", f"s.{c.staged}") for c in columns.of_detail if c.item.is_personal),
            *([differ("d.data", "s.d_data")] if columns.in_data else []),
        ]
        return " OR ".join(parts) or "1 = 0"

    @property
    def _standing_persons(self) -> str:
        return " ".join(
            f"LEFT JOIN {Person._meta.db_table} {cell.staged} ON {cell.staged}.id = d.{cell.column.column}"
            for cell in self._columns.personal
        )

    def _find(self, known_by: str) -> None:
        columns, common = self._columns, self._common
        marks = ", ".join(["%s"] * len(VOID))
        bulk.execute(
            f"INSERT INTO {STANDING} (number, record_id, changed, own)"
            f" SELECT s.number, r.id, CASE WHEN {self._difference} THEN 1 ELSE 0 END,"
            f" CASE WHEN r.batch_id = %s THEN 1 ELSE 0 END"
            f" FROM {ROWS} s JOIN {Record._meta.db_table} r ON r.subject_id = s.subject_id"
            f" JOIN {columns.table} d ON d.record_id = r.id {self._standing_persons}"
            f" WHERE {known_by} AND r.organisation_id = %s AND r.kind = %s AND r.status NOT IN ({marks})"
            f" AND {NOT_STANDING}{self._not_ours}",
            [common.batch_id, common.organisation_id, columns.kind.code, *(status.value for status in VOID)],
        )

    @property
    def _not_ours(self) -> str:
        return "" if self._newest is None else f" AND r.id <= {self._newest:d}"

    def standing(self, *, changed: bool) -> Iterator[tuple[int, int]]:
        """The rows that stand already other than by this very batch, each with its record: those that say something
        else than it, or those that say the same."""
        return iter(
            bulk.fetch(
                f"SELECT number, min(record_id) FROM {STANDING} WHERE changed = %s AND own = 0"
                " GROUP BY number ORDER BY number",
                [int(changed)],
            )
        )

    def counts(self) -> Counter[tuple[int, int]]:
        """How many of the rows stand by this very batch or not (1, 0) and say something else or the same (1, 0)."""
        found = bulk.fetch(
            f"SELECT own, changed, count(*) FROM (SELECT number, max(own) AS own, min(changed) AS changed"
            f" FROM {STANDING} GROUP BY number) each_row GROUP BY own, changed"
        )
        return Counter({(own, changed): count for own, changed, count in found})

    def similar(self) -> Iterator[tuple[int, str]]:
        """New rows that look like a record under another number: same subject, day and title; with that number."""
        return iter(
            bulk.fetch(
                f"SELECT s.number, min(r.document_number) FROM {ROWS} s JOIN {Record._meta.db_table} r"
                f" ON r.subject_id = s.subject_id AND r.decided_on = s.r_decided_on"
                f" WHERE r.kind = %s AND r.organisation_id = %s AND r.title = s.title"
                f" AND r.document_key <> s.document_key AND r.document_key <> '' AND {NOT_STANDING}{self._not_ours}"
                f" GROUP BY s.number ORDER BY s.number",
                [self._columns.kind.code, self._common.organisation_id],
            )
        )

    def said(self, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
        """What these rows say, by field, read back as their columns read it; of a person the index."""
        cells, data = self._columns.cells, ", d_data" if self._columns.in_data else ""
        marks = ", ".join(["%s"] * len(numbers))
        rows = bulk.fetch(
            f"SELECT number, {', '.join(cell.staged for cell in cells)}{data} FROM {ROWS} WHERE number IN ({marks})",
            numbers,
        )
        return {row[0]: self._read_back(row) for row in rows}

    def _read_back(self, row: tuple[Any, ...]) -> dict[str, Any]:
        said = {}
        for cell, value in zip(self._columns.cells, row[1:], strict=False):
            is_person = cell.item.is_personal
            said[cell.item.name] = value if is_person else bulk.from_column(cell.column, value)
        if self._columns.in_data:
            said |= bulk.from_column(self._columns.data, row[-1])
        return said
