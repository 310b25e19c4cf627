"""Putting very many rows into a table: COPY on PostgreSQL, executemany on SQLite."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, models, transaction

_BATCH = 20_000


def columns(model: type[models.Model]) -> list[str]:
    return [field.column for field in model._meta.concrete_fields]


@transaction.atomic
def load(model: type[models.Model], rows: Iterable[Sequence[Any]]) -> None:
    """Rows hold a value for each concrete field, in the model's order."""
    put = _copy if connection.vendor == "postgresql" else _execute_many
    rows = iter(rows)
    while batch := list(islice(rows, _BATCH)):
        put(model, batch)


def _copy(model: type[models.Model], batch: list[Sequence[Any]]) -> None:
    lines = io.StringIO("".join("\t".join(map(_as_text, row)) + "\n" for row in batch))
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {model._meta.db_table} ({', '.join(columns(model))}) FROM STDIN", lines)


def _execute_many(model: type[models.Model], batch: list[Sequence[Any]]) -> None:
    marks = ", ".join(["%s"] * len(columns(model)))
    statement = f"INSERT INTO {model._meta.db_table} ({', '.join(columns(model))}) VALUES ({marks})"
    with connection.cursor() as cursor:
        cursor.executemany(statement, [tuple(map(_for_sqlite, row)) for row in batch])


def _as_text(value: Any) -> str:
    return "\\N" if value is None else str(value)


def _for_sqlite(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
