"""Rows in large sets: into a temporary table as fast as the engine takes them, and from one table into another."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from django.db import IntegrityError, connection, transaction
from django.db.models import Field, Model
from django.db.models.expressions import Col

_AT_ONCE = 256 * 1024  # characters handed to COPY at a time
# Control characters stand in no value that any door lets in: rows of COPY are cut at them.
_BETWEEN, _NOTHING = "\x1f", "\x1e"
_ESCAPED = re.compile(r"[\\\n\r\x1e\x1f]")
_TEXT = frozenset({str})
_ESCAPES = {"\\": r"\\", "\n": r"\n", "\r": r"\r", "\x1e": r"\x1e", "\x1f": r"\x1f"}


Packed = str | Sequence[Sequence[Any]]  # lines of COPY, or rows for executemany


class Sql(NamedTuple):
    """An expression of the statement, as against a value."""

    text: str


def execute(statement: str, values: Sequence[Any] = ()) -> int:
    """Run one statement; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def fetch(statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def temporary(table: str) -> str:
    """The temporary table of that name, and no other."""
    return f"{'pg_temp' if connection.vendor == 'postgresql' else 'temp'}.{table}"


def analyse(table: str, *columns: str) -> None:
    """Tell the planner how large a temporary table has become, and how alike the rows are in these columns."""
    if connection.vendor == "postgresql":
        execute(f"ANALYZE {table} ({', '.join(columns)})")


def clear(*tables: str) -> None:
    """Empty temporary tables."""
    if connection.vendor == "postgresql":
        execute(f"TRUNCATE {', '.join(map(temporary, tables))}")
    else:
        for table in tables:
            execute(f"DELETE FROM {temporary(table)}")


def check_now() -> None:
    """Have PostgreSQL look now whether what was written refers to rows that exist; else it does so at the end of the
    transaction, all at once and while everybody waits."""
    if connection.vendor == "postgresql":
        execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def is_distinct(one: str, other: str) -> str:
    """The condition that two values differ, nothing being equal to nothing."""
    return f"{one} IS DISTINCT FROM {other}" if connection.vendor == "postgresql" else f"{one} IS NOT {other}"


def packed(rows: Sequence[Sequence[Any]]) -> Packed:
    """The rows as `put` hands them over; whoever packs them need not be the thread that puts them."""
    return packed_columns(list(zip(*rows, strict=True)))


def packed_columns(columns: Sequence[Sequence[Any]]) -> Packed:
    """The same from columns of equal length."""
    if not columns or not columns[0]:
        return ""
    if connection.vendor != "postgresql":
        return list(zip(*columns, strict=True))
    return _lines(columns)


def put(table: str, columns: Sequence[str], rows: Packed) -> None:
    """Put packed rows into a temporary table: COPY on PostgreSQL, executemany on SQLite."""
    if not rows:
        return
    with connection.cursor() as cursor:
        if isinstance(rows, str):
            cursor.copy_expert(
                f"COPY {table} ({', '.join(columns)}) FROM STDIN WITH (DELIMITER E'\\x1f', NULL E'\\x1e')",
                io.StringIO(rows),
                size=_AT_ONCE,
            )
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)


def _lines(columns: Sequence[Sequence[Any]]) -> str:
    rows, nothings = len(columns[0]), sum(column.count(None) for column in columns)
    lines = list(map(_BETWEEN.join, zip(*map(_texts, columns), strict=True)))
    whole = "\n".join([*lines, ""])
    is_plain = (
        whole.count(_BETWEEN) == rows * (len(columns) - 1)
        and whole.count(_NOTHING) == nothings
        and whole.count("\n") == rows
        and "\\" not in whole
        and "\r" not in whole
    )
    return whole if is_plain else "".join(map(_line, zip(*columns, strict=True)))


def _texts(column: Sequence[Any]) -> Sequence[str]:
    if _TEXT.issuperset(map(type, column)):
        return column
    return [_NOTHING if cell is None else cell if type(cell) is str else str(cell) for cell in column]


def _line(row: Sequence[Any]) -> str:
    return _BETWEEN.join([_NOTHING if cell is None else _escaped(str(cell)) for cell in row]) + "\n"


def _escaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: _ESCAPES[found[0]], text)


def as_column(column: Field, value: Any) -> Any:
    """The value as the engine stores it in that column; JSON as text."""
    prepared = column.get_db_prep_save(value, connection)
    return prepared.dumps(prepared.adapted) if hasattr(prepared, "dumps") else prepared


def from_column(column: Field, value: Any) -> Any:
    """The inverse: a value as a query for that column would give it."""
    for convert in (*connection.ops.get_db_converters(Col("", column)), *column.get_db_converters(connection)):
        value = convert(value, Col("", column), connection)
    return value


def writer(column: Field, keep: Callable[[Any], Any]) -> Callable[[Any], Any] | None:
    """What turns a value into what the column stores; None for a text that is stored as it is, '' for nothing."""
    match column.get_internal_type():
        case "CharField" | "TextField" if not column.null:
            return None
        case "DateField":
            return lambda value: None if value is None else value.isoformat()
        case _:
            return lambda value: as_column(column, keep(value))


def insert(
    model: type[Model],
    columns: Mapping[str, Sql],
    source: str,
    *,
    common: Model | None = None,
    or_nothing: bool = False,
    is_rare: bool = False,
) -> int:
    """INSERT … SELECT: `columns` by their expressions, all others as `common` has them; returns how many came in.

    With `or_nothing`, a row that stands already is passed over. Where such rows are rare, PostgreSQL is first asked
    for the plain statement: looking out for them costs it a quarter more.
    """
    common = common if common is not None else model()
    rest = {
        field.column: field.get_db_prep_save(getattr(common, field.attname), connection)
        for field in model._meta.concrete_fields
        if field.column not in columns and not (field.primary_key and field.get_internal_type().endswith("AutoField"))
    }
    names = [*columns, *rest]
    chosen = [expression.text for expression in columns.values()] + ["%s"] * len(rest)
    statement = f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) SELECT {', '.join(chosen)} {source}"
    values = list(rest.values())
    if not or_nothing:
        return execute(statement, values)
    if is_rare and connection.vendor == "postgresql":
        with suppress(IntegrityError), transaction.atomic():
            return execute(statement, values)
    return execute(f"{statement} ON CONFLICT DO NOTHING", values)
