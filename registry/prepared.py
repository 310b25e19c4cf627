"""Questions to the database that are worked out once: the rule stays a queryset, its SQL is kept.

Compiling a queryset takes Django longer than PostgreSQL takes to answer it, and every page asks the same few
questions. A `Prepared` builds its queryset the first time, keeps the statement, and puts in new values after
that. What may be asked still stands in one place, in the queryset methods the question is built from.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import count
from typing import Any
from weakref import WeakSet

from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet

from registry import server_plans

Row = dict[str, Any]
_MOST_SHAPES = 64  # statements kept of one question
Shape = tuple[tuple[str, int], ...]  # of each value that is a sequence, how long it is

_all: WeakSet[Prepared] = WeakSet()
_numbers = count(1)  # of the plans servers keep


def forget() -> None:
    """Work every question out anew; what rules depend on has changed (a kind of record came or went)."""
    for question in _all:
        question.statements.clear()


class Prepared:
    """A question of one shape; `build` makes its queryset, by `.values(…)`, from values given by keyword.

    Values are days, texts, whole numbers, UUIDs, or sequences of them without repetition. They must reach the
    statement as they are: a queryset that computes with one of them is refused the first time it is asked.
    `by_key` says that a unique key finds the rows whatever the values: then one plan is right for all of them, and
    the server keeps it as well.
    """

    def __init__(self, build: Callable[..., QuerySet], *, by_key: bool = False) -> None:
        self.build = build
        self.by_key = by_key
        self.statements: dict[Shape, _Statement] = {}
        _all.add(self)

    def ask(self, **values: Any) -> list[Row]:
        """The rows, as `.values()` would give them."""
        return self._statement(values).run(values)

    def page(self, first: int, most: int, **values: Any) -> list[Row]:
        """At most so many rows, from that one on; rows are counted from 0."""
        return self._statement(values).run(values, cut=f" LIMIT {most:d} OFFSET {first:d}")

    def count(self, most: int, **values: Any) -> int:
        """How many rows there are, never counted beyond so many."""
        return self._statement(values).count(values, most)

    def _statement(self, values: Mapping[str, Any]) -> _Statement:
        shape = tuple((name, len(value)) for name, value in values.items() if isinstance(value, (list, tuple)))
        statement = self.statements.get(shape)
        if statement is None:
            is_kept = len(self.statements) < _MOST_SHAPES
            statement = _compile(self.build, values, plan=_next_plan() if self.by_key and is_kept else "")
            if is_kept:
                self.statements[shape] = statement
        return statement


def instance(model: type[Model], row: Row, prefix: str = "") -> Any:
    """The model with those of its columns that the row holds under this prefix; the others are read when asked for."""
    names = [field.attname for field in model._meta.concrete_fields if prefix + field.attname in row]
    return model.from_db("default", names, [row[prefix + name] for name in names])


@dataclass(frozen=True)
class _Statement:
    using: str
    sql: str
    parameters: tuple[Any, ...]  # a constant, or the _Slot of a value
    names: tuple[str, ...]
    converters: tuple[tuple[int, tuple[Callable, ...], Any], ...]
    plan: str = ""  # the name under which a server keeps it; '' = it is planned each time

    def run(self, values: Mapping[str, Any], cut: str = "") -> list[Row]:
        connection = connections[self.using]
        if self.plan and not cut and server_plans.are_kept(connection):
            found = self._fetch_planned(values, connection)
        else:
            found = self._fetch(f"{self.sql}{cut}", values, connection)
        return [dict(zip(self.names, self._read(row, connection), strict=True)) for row in found]

    def count(self, values: Mapping[str, Any], most: int) -> int:
        ((number,),) = self._fetch(
            f"SELECT COUNT(*) FROM ({self.sql} LIMIT {most:d}) counted", values, connections[self.using]
        )
        return number

    def _fetch(self, sql: str, values: Mapping[str, Any], connection: BaseDatabaseWrapper) -> list[Sequence[Any]]:
        parameters = [each.fill(values, connection) if isinstance(each, _Slot) else each for each in self.parameters]
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall()

    def _fetch_planned(self, values: Mapping[str, Any], connection: BaseDatabaseWrapper) -> list[Sequence[Any]]:
        with connection.cursor() as cursor:
            server_plans.ensure(cursor, self.plan, self._with_numbers)
            cursor.execute(self._execution, [slot.fill(values, connection) for slot in self._slots])
            return cursor.fetchall()

    @cached_property
    def _slots(self) -> list[_Slot]:
        return [each for each in self.parameters if isinstance(each, _Slot)]

    @cached_property
    def _execution(self) -> str:
        return f"EXECUTE {self.plan} ({', '.join(['%s'] * len(self._slots))})"

    def _with_numbers(self, write: Callable[[Any], str]) -> str:
        """The statement with its values numbered; constants stay written out, as partial indexes want to see them."""
        numbers = count(1)
        return self.sql % tuple(
            f"${next(numbers)}" if isinstance(each, _Slot) else write(each) for each in self.parameters
        )

    def _read(self, row: Sequence[Any], connection: BaseDatabaseWrapper) -> Sequence[Any]:
        if not self.converters:
            return row
        read = list(row)
        for position, functions, expression in self.converters:
            for convert in functions:
                read[position] = convert(read[position], expression, connection)
        return read


@dataclass(frozen=True)
class _Slot:
    """The place of a value, or of one member of a sequence, among the parameters."""

    name: str
    index: int | None = None

    def fill(self, values: Mapping[str, Any], connection: BaseDatabaseWrapper) -> Any:
        value = values[self.name]
        return _parameter(value if self.index is None else value[self.index], connection)


def _next_plan() -> str:
    return f"ankang_{next(_numbers)}"


def _compile(build: Callable[..., QuerySet], values: Mapping[str, Any], *, plan: str) -> _Statement:
    queryset = build(**values)
    connection = connections[queryset.db]
    compiler = queryset.query.get_compiler(using=queryset.db)
    sql, parameters = compiler.as_sql()
    converters = compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]])
    return _Statement(
        using=queryset.db,
        sql=sql,
        parameters=tuple(_slotted(build, values, sql, parameters, connection)),
        names=tuple(queryset.query.selected),
        converters=tuple((place, tuple(functions), column) for place, (functions, column) in converters.items()),
        plan=plan,
    )


def _slotted(
    build: Callable[..., QuerySet],
    values: Mapping[str, Any],
    sql: str,
    parameters: Sequence[Any],
    connection: BaseDatabaseWrapper,
) -> Iterator[Any]:
    """The parameters with slots where the values went; found by asking for other values as well."""
    others = {name: _another(value, place) for place, (name, value) in enumerate(values.items(), start=1)}
    other_sql, other_parameters = build(**others).query.get_compiler(using=connection.alias).as_sql()
    if other_sql != sql:
        raise ImproperlyConfigured("This queryset takes another form for other values and cannot be prepared.")
    slots = list(_slots(values))
    for parameter, other in zip(parameters, other_parameters, strict=True):
        fitting = (
            slot
            for slot in slots
            if slot.fill(values, connection) == parameter and slot.fill(others, connection) == other
        )
        slot = next(fitting, None)
        if slot is None and parameter != other:
            raise ImproperlyConfigured("This queryset computes with its values and cannot be prepared.")
        yield parameter if slot is None else slot


def _slots(values: Mapping[str, Any]) -> Iterator[_Slot]:
    for name, value in values.items():
        if isinstance(value, (list, tuple)):
            yield from (_Slot(name, index) for index in range(len(value)))
        else:
            yield _Slot(name)


def _parameter(value: Any, connection: BaseDatabaseWrapper) -> Any:
    """The value as the backend takes it."""
    match value:
        case date():
            return connection.ops.adapt_datefield_value(value)
        case uuid.UUID():
            return value if connection.features.has_native_uuid_field else value.hex
        case _:
            return value


def _another(value: Any, place: int) -> Any:
    """Another value of that type, a different one for every place."""
    if isinstance(value, (list, tuple)):
        return [_another(each, place * 1_000 + index) for index, each in enumerate(value)]
    unlikely = _unlikely(value, place)
    return unlikely if unlikely != value else _unlikely(value, place + 500_000)


def _unlikely(value: Any, place: int) -> Any:
    match value:
        case bool() | None:
            raise ImproperlyConfigured("A question is prepared for days, texts, whole numbers and UUIDs.")
        case date():
            return date.min + timedelta(days=place)
        case uuid.UUID():
            return uuid.UUID(int=place)
        case int():
            return 2_000_000_000 + place  # within what a column of whole numbers takes
        case _:
            return f"\N{SYMBOL FOR NULL}{place}"
