"""A workbook as sheets and rows, parsed in a process of its own (`child`).

A cell is text (`str`, '' when empty), a number (`int`, `float`), a day (`date`, `datetime`, `time`), a `bool`, or one
of the two that no import takes: `Formula` and `CellError`.
"""

from __future__ import annotations

import json
import os
import select
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from registry.intake import guard, processes
from registry.intake.errors import Refused
from registry.intake.guard import FileKind
from registry.intake.limits import Limits
from registry.intake.values import Cell, CellError, Formula, unpacked

__all__ = ["Book", "Cell", "CellError", "Formula", "Row", "Sheet", "open_workbook"]

_AT_ONCE = 1024 * 1024


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

    def __init__(self, path: Path, kind: FileKind, limits: Limits, child: _Child) -> None:
        self.path = path
        self.kind = kind
        self._child = child
        opened = self._child.ask(kind=kind, path=str(path.resolve()), limits=asdict(limits))
        self.is_1904: bool = opened["is_1904"]  # its dates count from 1904, as old Macintosh workbooks do
        self.sheets = tuple(
            Sheet(index=index, name=name, is_hidden=is_hidden)
            for index, (name, is_hidden) in enumerate(opened["sheets"])
        )

    def head(self, sheet: Sheet) -> list[Row]:
        """The first rows with a value of a sheet, at most 30, for finding its header."""
        return _rows(self._child.ask(ask="head", sheet=sheet.index))

    def rows(self, sheet: Sheet, *, after: int = 0) -> Iterator[Row]:
        """The rows with a value below row number `after`, in order."""
        answer = self._child.ask(ask="rows", sheet=sheet.index, after=after)
        try:
            while rows := _rows(answer):
                yield from rows
                answer = self._child.answer()
        except GeneratorExit:  # whoever read them has enough; the next question must not meet the rest
            while answer["rows"]:
                answer = self._child.answer()
            raise

    def hidden_columns(self, sheet: Sheet) -> tuple[int, ...]:
        """Positions of columns that are not shown."""
        return tuple(self._child.ask(ask="hidden", sheet=sheet.index)["columns"])


@contextmanager
def open_workbook(path: Path, *, limits: Limits) -> Iterator[Book]:
    """The workbook, inspected and parsed in a child process that ends with the block; raises Refused."""
    child = _Child(limits)  # it loads its parsers meanwhile, and is told of no file before that is judged
    try:
        kind = guard.inspect(path, limits=limits)
        yield Book(path, kind, limits, child)
    finally:
        child.end()


def _rows(answer: dict[str, Any]) -> list[Row]:
    return [Row(number, unpacked(cells), is_hidden) for number, cells, is_hidden in answer["rows"]]


class _Child:
    """The process `registry.intake.child` and the two pipes to it."""

    def __init__(self, limits: Limits) -> None:
        self._patience = limits.seconds
        self._rest = b""
        self._process = processes.start("registry.intake.child")

    def ask(self, **question: Any) -> dict[str, Any]:
        try:
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
        except BrokenPipeError:
            raise self._death() from None
        return self.answer()

    def answer(self) -> dict[str, Any]:
        """The next line; raises Refused when it says so, when none comes in time and when the process has died."""
        said = json.loads(self._line())
        if "refused" in said:
            raise Refused(said["refused"])
        return said

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()

    def _line(self) -> bytes:
        parts = [self._rest]
        while b"\n" not in parts[-1]:
            parts.append(self._read())
        end, _, self._rest = parts.pop().partition(b"\n")
        return b"".join([*parts, end])

    def _read(self) -> bytes:
        pipe = self._process.stdout.fileno()
        if not select.select([pipe], [], [], self._patience)[0]:
            self._process.kill()
            raise Refused(processes.TOO_SLOW)
        read = os.read(pipe, _AT_ONCE)
        if not read:
            raise self._death()
        return read

    def _death(self) -> Refused:
        self._process.kill()
        return processes.why_it_died(self._process)
