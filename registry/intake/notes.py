"""What a sheet says beside its values: where formulas and errors stand, and what is hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from registry.intake.errors import Refused

MOST_FORMULAS = 100_000
_FORMULA = ""  # among the marks of a row; an error has its text


@dataclass
class Listed:
    """A sheet as the workbook lists it."""

    name: str
    is_hidden: bool


@dataclass
class SheetNotes:
    """Positions count from 0, rows from 1."""

    marks: dict[int, dict[int, str]] = field(default_factory=dict)  # row, position: '' for a formula, or an error
    blocks: list[tuple[int, int, int, int]] = field(default_factory=list)  # array formulas: rows, positions
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    count: int = 0

    def formula(self, row: int, position: int) -> None:
        self._mark(row, position, _FORMULA)

    def error(self, row: int, position: int, text: str) -> None:
        if self.marks.get(row, {}).get(position) != _FORMULA:  # a formula that fails is a formula
            self._mark(row, position, text)

    def block(self, top: int, left: int, bottom: int, right: int) -> None:
        """An array formula or data table: every cell of it is computed, only the first says so."""
        if len(self.blocks) == 1_000:
            raise Refused("工作表的数组公式过多，请全选复制后“选择性粘贴—数值”再上传")
        self.blocks.append((top, left, bottom, right))

    def _mark(self, row: int, position: int, text: str) -> None:
        self.count += 1
        if self.count > MOST_FORMULAS:
            raise Refused("工作表的公式过多，请全选复制后“选择性粘贴—数值”再上传")
        self.marks.setdefault(row, {})[position] = text

    def of_row(self, row: int) -> Iterator[tuple[int, bool, str]]:
        """Position, whether it is a formula, and the text of an error, for the marked cells of a row."""
        marks = self.marks.get(row, {})
        for position, text in marks.items():
            yield position, text == _FORMULA, text
        for top, left, bottom, right in self.blocks:
            if top <= row <= bottom:
                yield from ((position, True, "") for position in range(left, right + 1) if position not in marks)
