"""The records of an .xls workbook (MS-XLS): what has to be known before calamine reads it, and what it does not tell.

A record is its kind, its length and as many bytes. The workbook's own records come first; each sheet begins where
the workbook says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import Struct

from registry.intake.errors import DAMAGED, Refused
from registry.intake.notes import Listed, SheetNotes

_BEGINS, _ENDS = 0x809, 0x0A
_PASSWORD, _CALENDAR, _SHEET, _STRINGS, _LINKED_BOOK = 0x2F, 0x22, 0x85, 0xFC, 0x1AE
_DATA_CONNECTIONS = frozenset({0x50, 0x51, 0x52, 0x1AD, 0x1B5})  # DCON, DCONREF, DCONNAME, QSI, DCONBIN
_ROW, _COLUMNS, _FORMULA, _TRUTH_OR_ERROR, _SEVERAL_NUMBERS = 0x208, 0x7D, 0x06, 0x205, 0xBD
_VALUES = frozenset({0x203, 0x204, 0x27E, 0xFD, 0xD6, _FORMULA, _TRUTH_OR_ERROR, _SEVERAL_NUMBERS})

_HEAD, _PAIR, _SHORT = Struct("<HH"), Struct("<HH"), Struct("<H")
_BIFF8 = 0x0600
_OWN_BOOK, _ADD_IN = 0x0401, 0x3A01
_HIDDEN_ROW = 0x20
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_IS_WORKSHEET = 0


@dataclass
class SheetRecords(Listed):
    """One sheet with the number of its last row and column that hold a value."""

    rows: int = 0
    columns: int = 0
    notes: SheetNotes = field(default_factory=SheetNotes)


class Records:
    """A whole workbook, read once; raises Refused for a password, links to elsewhere and older formats."""

    def __init__(self, stream: bytes, *, most_sheets: int) -> None:
        self._stream = stream
        self.is_1904 = False
        self.strings = 0
        self.sheets: list[SheetRecords] = []
        self._starts: dict[int, SheetRecords] = {}
        if len(stream) < 8 or _PAIR.unpack_from(stream, 2)[1] != _BIFF8:
            raise Refused("这是 Excel 95 或更早的格式，请用 Excel 或 WPS 打开后另存为 .xlsx 再上传")
        self._read_workbook()
        if len(self._starts) > most_sheets:
            raise Refused(f"工作簿超过{most_sheets}个工作表，请只保留要填报的工作表")
        for start, sheet in self._starts.items():
            self._read_sheet(start, sheet)

    def _records(self, start: int = 0) -> Iterator[tuple[int, int, int]]:
        """Kind, offset and length of each record of a substream, up to its end; charts inside it are left out."""
        stream, size, depth, head = self._stream, len(self._stream), 0, _HEAD.unpack_from
        while start + 4 <= size:
            kind, length = head(stream, start)
            start += 4
            if start + length > size:
                raise Refused(DAMAGED)
            if kind == _BEGINS:
                depth += 1
            elif kind == _ENDS:
                depth -= 1
                if depth <= 0:
                    return
            if depth <= 1:
                yield kind, start, length
            start += length
        raise Refused(DAMAGED)

    def _read_workbook(self) -> None:
        stream = self._stream
        for kind, at, length in self._records():
            if kind == _PASSWORD:
                raise Refused("工作簿有密码保护，请取消密码后再上传")
            if kind in _DATA_CONNECTIONS:
                raise Refused("工作簿含有外部数据连接，请删除数据连接（粘贴为数值）后再上传")
            if kind == _LINKED_BOOK and length >= 4 and _PAIR.unpack_from(stream, at)[1] not in (_OWN_BOOK, _ADD_IN):
                raise Refused("工作簿链接了其他文件或程序，请断开链接（粘贴为数值）后再上传")
            if kind == _CALENDAR and length >= 2:
                self.is_1904 = _SHORT.unpack_from(stream, at)[0] == 1
            elif kind == _STRINGS and length >= 8:
                self.strings = int.from_bytes(stream[at + 4 : at + 8], "little")
            elif kind == _SHEET and length >= 8:
                self._list(at, length)

    def _list(self, at: int, length: int) -> None:
        start, state, kind = int.from_bytes(self._stream[at : at + 4], "little"), *self._stream[at + 4 : at + 6]
        if kind != _IS_WORKSHEET:
            return
        characters, is_wide = self._stream[at + 6 : at + 8]
        encoding, size = ("utf-16-le", 2 * characters) if is_wide & 1 else ("latin-1", characters)
        name = self._stream[at + 8 : at + min(length, 8 + size)].decode(encoding, "replace")
        sheet = SheetRecords(name, state & 3 != 0)
        if start in self._starts:
            raise Refused(DAMAGED)
        self._starts[start] = sheet
        self.sheets.append(sheet)

    def _read_sheet(self, start: int, sheet: SheetRecords) -> None:
        stream, pair, rows, columns = self._stream, _PAIR.unpack_from, 0, 0
        for kind, at, length in self._records(start):
            if kind in _VALUES:
                if length < 6:
                    raise Refused(DAMAGED)
                row, column = pair(stream, at)
                rows = row if row > rows else rows
                if kind == _SEVERAL_NUMBERS:
                    column = _SHORT.unpack_from(stream, at + length - 2)[0]
                elif kind == _FORMULA:
                    sheet.notes.formula(row + 1, column)
                elif kind == _TRUTH_OR_ERROR and length >= 8 and stream[at + 7]:
                    sheet.notes.error(row + 1, column, _ERRORS.get(stream[at + 6], "#"))
                columns = column if column > columns else columns
            elif kind == _ROW and length >= 16 and stream[at + 12] & _HIDDEN_ROW:
                sheet.notes.hidden_rows.add(_SHORT.unpack_from(stream, at)[0] + 1)
            elif kind == _COLUMNS and length >= 10 and stream[at + 8] & 1:
                first, last = pair(stream, at)
                sheet.notes.hidden_columns.update(range(first, min(last, 255) + 1))
        sheet.rows, sheet.columns = rows + 1, columns + 1
