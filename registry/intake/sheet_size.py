"""How large a sheet really is: its last row and column with a value, found before anything lays it out in memory.

Spreadsheets format whole rows and columns, so cells without a value may stand anywhere and are not counted.
"""

from __future__ import annotations

import re

from registry.intake import sheet_xml
from registry.intake.addresses import letters
from registry.intake.errors import Refused
from registry.intake.limits import Limits


class SheetSize:
    """Sees the pieces of a sheet, each ending with a row; raises Refused at the first value too far out.

    `prefix` is what the sheet's elements have before their names, b'' or such as b'x:'.
    """

    def __init__(self, limits: Limits, prefix: bytes = b"") -> None:
        self._limits = limits
        self._prefix = prefix
        self._row = 0  # the last one seen, for rows that do not say their number
        self._rows = 0
        self._columns = 0
        self._starts_row = re.compile(rb'<%srow r="([0-9]{1,7})"' % prefix)
        self._starts_cell = re.compile(rb'<%sc r="([A-Z]{1,3})[0-9]' % prefix)

    def look(self, piece: bytes) -> None:
        rows, columns = self._at_most(piece)
        if rows > self._limits.rows or columns > self._limits.columns:
            rows, columns = self._filled(piece)
        self._rows, self._columns = max(self._rows, rows), max(self._columns, columns)
        self._refuse_too_much()

    def _at_most(self, piece: bytes) -> tuple[int, int]:
        """No less than the last row and column of the piece, at the speed of a search for its usual spelling."""
        numbers, names = self._starts_row.findall(piece), self._starts_cell.findall(piece)
        if len(numbers) != self._count(piece, b"row") or len(names) != self._count(piece, b"c"):
            return self._filled(piece)
        if numbers:
            self._row = int(numbers[-1])
        columns = max((sheet_xml.position(name) + 1 for name in set(names)), default=0)
        return max(map(int, numbers), default=self._row if names else 0), columns

    def _count(self, piece: bytes, name: bytes) -> int:
        """How often an element of that name begins, however it is written."""
        ends = piece.count(b"</%s%s>" % (self._prefix, name)) if self._prefix else 0
        count = piece.count
        return count(b"<%s " % name) + count(b"<%s>" % name) + count(b":%s " % name) + count(b":%s>" % name) - ends

    def _filled(self, piece: bytes) -> tuple[int, int]:
        """The last row and column that hold a value, cell by cell."""
        rows = columns = 0
        for row, position, is_filled in sheet_xml.cells(piece, self._row):
            self._row = row
            if is_filled:
                rows, columns = max(rows, row), max(columns, position + 1)
        return rows, columns

    def _refuse_too_much(self) -> None:
        limits = self._limits
        if self._rows > limits.rows or self._columns > limits.columns:
            raise Refused(
                f"工作表的内容到了第{self._rows}行、{letters(self._columns - 1)}列，超过{limits.rows}行、"
                f"{limits.columns}列的限度，请删除数据以外的行列，或分成几个文件上传"
            )
        if self._rows * self._columns > limits.cells:
            raise Refused(
                f"工作表有{self._rows}行、{self._columns}列，超过{limits.cells // 10_000}万个单元格的限度，"
                "请删除数据以外的行列，或分成几个文件上传"
            )
