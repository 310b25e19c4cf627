"""The rows that are put aside and do not stand yet, stored in a few statements of the caller's transaction."""

from __future__ import annotations

from registry.audit.models import AuditLog
from registry.directory.persons import Person
from registry.directory.subjects import Subject
from registry.records import bulk
from registry.records.bulk import Sql
from registry.records.models import Record
from registry.records.staged_columns import NOT_STANDING, OF_A_PERSON, PERSONS, ROWS, SUBJECTS, Columns

_STORED = f"FROM {ROWS} s JOIN {Record._meta.db_table} r ON r.uid = s.uid"


class Overtaken(Exception):
    """While the rows were read, somebody else stored one of their subjects; reading them again sees it."""


def store(columns: Columns, common: Record) -> int:
    """Store persons, subjects, records, their rows and a line of the audit log each; returns how many records.

    `common` is a record with everything they have in common. Raises Overtaken.
    """
    _persons(columns)
    _subjects()
    count = _records(columns, common)
    _details(columns)
    _audit(common)
    return count


def _persons(columns: Columns) -> None:
    referring = [f"SELECT {cell.staged} FROM {ROWS} s WHERE {NOT_STANDING}" for cell in columns.personal]
    referring.append(f"SELECT ref FROM {ROWS} s WHERE {NOT_STANDING} AND s.subject_id IS NULL")
    if columns.spec.naming:  # a list of persons has no column to be joined by
        referring.append(f"SELECT number_index FROM {PERSONS}")
    bulk.insert(
        Person,
        {name: Sql(f"p.{name}") for name in OF_A_PERSON},
        f"FROM {PERSONS} p WHERE p.number_index IN ({' UNION '.join(referring)}) ORDER BY p.number_index",
        or_nothing=True,
    )


def _subjects() -> None:
    # In the order of what they are known by: two files with the same newcomers wait for each other, never both.
    bulk.insert(
        Subject,
        {name: Sql(f"n.{name}") for name in ("kind", "name", "name_key", "uscc", "region_id")}
        | {"person_id": Sql("p.id")},
        f"FROM {SUBJECTS} n LEFT JOIN {Person._meta.db_table} p ON p.number_index = n.person"
        f" WHERE n.ref IN (SELECT ref FROM {ROWS} s WHERE {NOT_STANDING}) ORDER BY n.ref",
        or_nothing=True,
    )
    overtaken = bulk.fetch(
        f"SELECT 1 FROM {SUBJECTS} n JOIN {Subject._meta.db_table} u ON u.uscc = n.uscc"
        f" WHERE u.name_key <> n.name_key AND n.ref IN (SELECT ref FROM {ROWS}) LIMIT 1"
    )
    if overtaken:
        raise Overtaken


def _records(columns: Columns, common: Record) -> int:
    chosen = {
        "subject_id": Sql("COALESCE(s.subject_id, u.id, v.id)"),
        **{name: Sql(f"s.{name}") for name in ("uid", "title", "document_key", "openness")},
        "batch_row": Sql("s.number"),
        **{cell.column.column: Sql(f"s.{cell.staged}") for cell in columns.of_record},
    }
    if columns.number is not None and columns.number.keeper == "detail":
        chosen["document_number"] = Sql("s.d_document_number")
    return bulk.insert(
        Record,
        chosen,
        f"FROM {ROWS} s LEFT JOIN {Subject._meta.db_table} u ON s.subject_id IS NULL AND u.uscc = s.ref"
        f" LEFT JOIN {Person._meta.db_table} p ON s.subject_id IS NULL AND p.number_index = s.ref"
        f" LEFT JOIN {Subject._meta.db_table} v ON v.person_id = p.id"
        f" WHERE {NOT_STANDING} ORDER BY s.number",
        common=common,
        or_nothing=True,
        is_rare=True,
    )


def _details(columns: Columns) -> None:
    chosen = {"record_id": Sql("r.id")}
    joins = []
    for cell in columns.of_detail:
        if cell.item.is_personal:
            joins.append(
                f"LEFT JOIN {Person._meta.db_table} {cell.staged} ON {cell.staged}.number_index = s.{cell.staged}"
            )
            chosen[cell.column.column] = Sql(f"{cell.staged}.id")
        else:
            chosen[cell.column.column] = Sql(f"s.{cell.staged}")
    if columns.in_data:
        chosen["data"] = Sql("s.d_data")
    bulk.insert(columns.kind.detail, chosen, f"{_STORED} {' '.join(joins)}", common=columns.kind.detail())


def _audit(common: Record) -> None:
    bulk.insert(
        AuditLog,
        {"object_key": Sql("CAST(r.id AS varchar(64))"), "detail": Sql("s.audit")},
        _STORED,
        common=AuditLog(
            at=common.entered_at, by=common.entered_by, action="record.draft", object_type="registry.record"
        ),
    )
