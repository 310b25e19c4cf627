"""A workbook as sheets and rows, parsed in a process of its own.

A cell is text (`str`), a number (`int`, `float`), a day (`date`, `datetime`, `time`), a `bool`, `None` when empty, or
one of the two that no import takes: `Formula` and `CellError`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import NamedTuple

from registry.intake.guard import FileKind
from registry.intake.limits import Limits


class Formula(NamedTuple):
    """A cell that holds a formula; `shown` is the value the sheet remembered for it, which is not trusted."""

    shown: str | float | None


class CellError(NamedTuple):
    """A cell that shows an error, such as #N/A."""

    text: str


Cell = str | int | float | bool | date | datetime | time | Formula | CellError | None


class Row(NamedTuple):
    """One row with at least one value; `number` counts from 1 as the spreadsheet shows it."""

    number: int
    cells: list[Cell]  # position 0 is column A; trailing empty cells may be missing
    is_hidden: bool = False


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet, not read yet."""

    index: int
    name: str
    is_hidden: bool = False


class Book:
    """An opened workbook; everything it gives comes from the child process, so anything may raise Refused."""

    kind: FileKind
    is_1904: bool  # its dates count from 1904, as old Macintosh workbooks do
    sheets: tuple[Sheet, ...]

    def head(self, sheet: Sheet) -> list[Row]:
        """The first rows of a sheet (at most 30), for finding its header."""
        raise NotImplementedError

    def rows(self, sheet: Sheet, *, after: int = 0) -> Iterator[Row]:
        """The rows with a value below row number `after`, in order."""
        raise NotImplementedError

    def hidden_columns(self, sheet: Sheet) -> tuple[int, ...]:
        """Positions of columns that are not shown."""
        raise NotImplementedError


@contextmanager
def open_workbook(path: Path, *, limits: Limits) -> Iterator[Book]:
    """The workbook, inspected and parsed in a child process that ends with the block; raises Refused."""
    raise NotImplementedError
    yield
