"""How large a sheet really is: its last row and column with a value, found before anything lays it out in memory.

Spreadsheets format whole rows and columns, so cells without a value may stand anywhere and are not counted.
"""

from __future__ import annotations

import re

from registry.intake import sheet_xml
from registry.intake.addresses import letters
from registry.intake.errors import Refused
from registry.intake.limits import Limits

_MOST_ODD_CELLS = 500_000  # that have to be looked at one by one
_MOST_ROWS = 1_048_576  # of any workbook, formatted ones included


class SheetSize:
    """Sees the pieces of a sheet, each of whole rows; raises Refused at the first value too far out.

    `prefix` is what the sheet's elements have before their names, b'' or such as b'x:'.
    """

    def __init__(self, limits: Limits, prefix: bytes = b"") -> None:
        self._limits = limits
        self._prefix = prefix
        self._row = 0  # the last one seen, for rows that do not say their number
        self._rows = 0
        self._columns = 0
        self._cells = 0
        self._odd_cells = 0
        self._row_elements = 0
        self._starts_row = re.compile(rb'<%srow r="([0-9]{1,7})"' % prefix)
        self._starts_cell = re.compile(rb'<%sc r="([A-Z]{1,3})[0-9]' % prefix)

    def look(self, piece: bytes) -> None:
        rows, cells = self._count(piece, b"row"), self._count(piece, b"c")
        self._count_cells(rows, cells)
        usual = self._at_most(piece, rows, cells)
        if usual is None or usual[0] > self._limits.rows or usual[1] > self._limits.columns:
            usual = self._filled(piece)
        rows, columns = usual
        self._rows, self._columns = max(self._rows, rows), max(self._columns, columns)
        self._refuse_too_much()

    def _at_most(self, piece: bytes, rows: int, cells: int) -> tuple[int, int] | None:
        """No less than the last row and column of the piece, where so many of both begin; None where it is not spelt
        as programs spell it."""
        numbers, names = self._starts_row.findall(piece), self._starts_cell.findall(piece)
        if len(numbers) != rows or len(names) != cells:
            return None
        if numbers:
            self._row = int(numbers[-1])
        columns = max((sheet_xml.position(name) + 1 for name in set(names)), default=0)
        return max(map(int, numbers), default=self._row if names else 0), columns

    def _count_cells(self, rows: int, cells: int) -> None:
        """Empty cells and rows count here: looking at them costs time too."""
        self._cells += cells
        self._row_elements += rows
        if self._row_elements > _MOST_ROWS:
            raise Refused(
                f"工作表的行超过{_MOST_ROWS}行，不是正常的工作簿，请用 Excel 或 WPS 打开后另存为 .xlsx 再上传"
            )
        if self._cells > self._limits.cells:
            raise Refused(
                f"工作表的单元格超过{self._limits.cells // 10_000}万个（包括只有格式的），"
                "请删除数据以外的行列，或分成几个文件上传"
            )

    def _count(self, piece: bytes, name: bytes) -> int:
        """How often an element of that name begins, however it is written."""
        count = piece.count
        bare = count(b"<%s " % name) + count(b"<%s>" % name)
        if b":" not in piece:  # as in nearly every sheet; each count costs as much as inflating the piece
            return bare
        ends = count(b"</%s%s>" % (self._prefix, name)) if self._prefix else 0
        return bare + count(b":%s " % name) + count(b":%s>" % name) - ends

    def _filled(self, piece: bytes) -> tuple[int, int]:
        """The last row and column that hold a value, cell by cell."""
        rows = columns = 0
        for row, position, is_filled in sheet_xml.cells(piece, self._row):
            self._row = row
            self._odd_cells += 1
            if self._odd_cells > _MOST_ODD_CELLS:
                raise Refused("工作表的写法异常，无法读取，请用 Excel 或 WPS 打开后另存为 .xlsx 再上传")
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
