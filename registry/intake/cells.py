"""A row of cells as the one validator takes it, with every repair reported and every damage named.

What Excel did to a value cannot be undone by guessing: a code that became a number, a formula, an error and a
truth value are faults of their cell. What is certain is repaired and said.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from registry.intake.columns import Columns
from registry.intake.reading import Row


@dataclass(frozen=True, kw_only=True)
class CellFault:
    """Something wrong with one cell; `message` begins with the label of the field."""

    position: int
    field: str
    message: str


@dataclass(frozen=True)
class RowRead:
    """A row by field names; a field with a fault is left out of `values`."""

    values: dict[str, Any]  # for `registry.records.validation.check`, door IMPORT
    faults: list[CellFault] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)  # 「D7 许可决定日期：…」


class RowReader:
    """Reads rows of one table; made once, called for each row."""

    def __init__(self, columns: Columns, *, is_1904: bool = False) -> None:
        self.columns = columns
        self.is_1904 = is_1904

    def __call__(self, row: Row) -> RowRead:
        raise NotImplementedError
