"""A row of cells as the one validator takes it, with every repair reported and every damage named.

What Excel did to a value cannot be undone by guessing: a code that became a number, a formula, an error and a
truth value are faults of their cell. What is certain is repaired and said.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from operator import itemgetter
from typing import Any

from registry import formulas
from registry.intake.addresses import address
from registry.intake.guard import FileKind
from registry.intake.reading import Cell, CellError, Formula, Row
from registry.intake.tables import Table
from registry.records.fields import FieldSpec, FieldType

_SHOWN_AS_POWER = 10**11  # from here on a cell without format shows 9.16E+17
_POWER = re.compile(r"[+-]?\d(\.\d+)?[eE][+-]?\d{1,3}")
_EARLIEST = date(1900, 3, 1)  # Excel has a 29 February 1900, so no day before is certain
_FIRST_SERIAL, _LAST_SERIAL = 18_264, 73_050  # 1950 to 2099: a bare number below is a year or a count
_EPOCH = {False: date(1899, 12, 30), True: date(1904, 1, 1)}

# Text that stays text whatever it looks like: a number there has lost its leading zeros or its last digits.
_KEPT_AS_TEXT = frozenset({
    FieldType.TEXT, FieldType.USCC, FieldType.ORGANISATION_CODE, FieldType.REGISTRATION_NUMBER,
    FieldType.DOCUMENT_NUMBER, FieldType.ID_NUMBER, FieldType.PERSONS,
})  # fmt: skip
_CODES = _KEPT_AS_TEXT - {FieldType.TEXT, FieldType.DOCUMENT_NUMBER}


class CellProblem(Exception):
    """A cell whose value cannot be trusted; the message names the way out."""


@dataclass(frozen=True, kw_only=True)
class CellFault:
    """Something wrong with one cell; `message` begins with the label of the field and names the cell."""

    position: int
    field: str
    message: str


@dataclass(frozen=True)
class RowRead:
    """A row by field names; a field with a fault is left out of `values`, and so are empty ones."""

    values: dict[str, Any]  # for `registry.records.validation.check`, door IMPORT
    faults: list[CellFault] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)  # repairs, such as 「许可决定日期（D7）：已舍去时间」


class RowReader:
    """Reads the rows of one table; made once, called for each row."""

    def __init__(self, table: Table) -> None:
        self._columns = [(position, item.name, item) for position, item in sorted(table.columns.fields.items())]
        positions, self.names = [position for position, _, _ in self._columns], [name for _, name, _ in self._columns]
        self._width = 1 + max(positions)
        # Where each column is a field of its own, a row of plain texts is taken as a whole.
        is_simple = 1 < len(positions) == len(set(self.names))
        self._pick = itemgetter(*positions) if is_simple else None
        self._is_1904 = table.book.is_1904
        self._is_csv = table.book.kind is FileKind.CSV

    def plain(self, row: Row) -> tuple[str, ...] | None:
        """The texts of a row as they lie in the columns of `names`, '' for nothing; None for a row in which any cell
        needs a second look."""
        cells, width = row.cells, len(row.cells)
        if self._pick is None or not _are_plain(cells):
            return None
        return self._pick(cells if width >= self._width else [*cells, *[""] * (self._width - width)])

    def __call__(self, row: Row) -> RowRead:
        picked = self.plain(row)
        if picked is not None:
            return RowRead({name: cell for name, cell in zip(self.names, picked, strict=True) if cell})
        cells, width = row.cells, len(row.cells)
        read = RowRead({})
        values = read.values
        for position, name, item in self._columns:
            cell = cells[position] if position < width else ""
            if cell == "":
                continue
            if not (cell.__class__ is str and _is_plain(cell)):
                cell = self._looked_at(read, row.number, position, item, cell)
                if cell is None:
                    continue
            values[name] = f"{values[name]};{cell}" if name in values else cell
        return read

    def _looked_at(self, read: RowRead, number: int, position: int, item: FieldSpec, cell: Cell) -> Any:
        place = f"{item.label}（{address(position, number)}）"
        notices: list[str] = []
        try:
            value = self._value(item, cell, notices)
        except CellProblem as problem:
            read.faults.append(CellFault(position=position, field=item.name, message=f"{place}：{problem}"))
            return None
        read.notices.extend(f"{place}：{notice}" for notice in notices)
        return value

    def _value(self, item: FieldSpec, cell: Cell, notices: list[str]) -> Any:
        match cell:
            case Formula():
                raise CellProblem("单元格是公式，请粘贴为数值（复制后“选择性粘贴—数值”）")
            case CellError(text):
                raise CellProblem(f"单元格是错误值 {text}，请改为实际内容")
            case bool():
                raise CellProblem("单元格是逻辑值 TRUE/FALSE，请填写文字")
            case str():
                return self._text(item, cell, notices)
        return _BY_TYPE.get(item.type, _as_text)(item, cell, notices, self._is_1904)

    def _text(self, item: FieldSpec, text: str, notices: list[str]) -> str:
        if item.type in _KEPT_AS_TEXT and _POWER.fullmatch(text.strip()):
            raise CellProblem(_POWERED)
        restored = formulas.restored(text) if self._is_csv else text
        if item.type in _CODES | {FieldType.DATE, FieldType.AMOUNT}:
            restored = restored.removeprefix("'")
        if restored != text:
            notices.append("已去除开头的单引号")
        if "\n" in restored and item.type is not FieldType.LONG_TEXT:
            restored = "".join(restored.splitlines())
            notices.append("已去除单元格内的换行")
        return restored


def _are_plain(cells: list[Cell]) -> bool:
    """Whether no cell needs a second look: all at once, because nearly every row is so."""
    try:
        text = "".join(cells)  # type: ignore[arg-type]
    except TypeError:  # a number, a day, a formula
        return False
    return "'" not in text and "\n" not in text and "+" not in text


def _is_plain(text: str) -> bool:
    """Text that needs no second look, whatever its field; nearly all of it is."""
    return text[0] != "'" and "\n" not in text and "+" not in text


def _as_text(item: FieldSpec, cell: Cell, notices: list[str], is_1904: bool) -> str:
    """A number or a day where words are asked for."""
    if isinstance(cell, date | time):
        raise CellProblem("已被 Excel 转成日期，请把该列设为文本格式后重新填写")
    number = _finite(cell)
    if item.type in _KEPT_AS_TEXT:
        raise CellProblem(_POWERED if abs(number) >= _SHOWN_AS_POWER else _NUMBER)
    notices.append("数字已按文字读取")
    return _plain_digits(number)


def _as_amount(item: FieldSpec, cell: Cell, notices: list[str], is_1904: bool) -> Decimal:
    """What Excel shows of a number: fifteen digits, without the dust of binary fractions behind them."""
    if isinstance(cell, date | time):
        raise CellProblem("已被 Excel 转成日期，请把该单元格设为数值格式后重新填写金额")
    number = _finite(cell)
    shown = Decimal(_plain_digits(number))
    if shown != Decimal(repr(number)):
        notices.append(f"已按 Excel 显示的15位有效数字读作 {shown}")
    return shown


def _as_date(item: FieldSpec, cell: Cell, notices: list[str], is_1904: bool) -> date | str:
    if isinstance(cell, datetime):
        notices.append("已舍去时间，只取日期")
        cell = cell.date()
    if isinstance(cell, date):
        if cell < _EARLIEST and not is_1904:
            raise CellProblem(
                "1900年3月1日以前的日期单元格不可靠（Excel 误认1900年2月29日存在），请用文本写成 1900-01-05"
            )
        return cell
    if isinstance(cell, time):
        raise CellProblem("单元格只有时间，没有日期，请写成 2024-01-05")
    return _from_number(_finite(cell), notices, is_1904)


def _from_number(number: float, notices: list[str], is_1904: bool) -> date | str:
    """Eight digits written as a number, or a day whose date format was lost."""
    if number.is_integer() and 19_000_000 < number < 21_000_000:
        return str(int(number))
    if not _FIRST_SERIAL <= number < _LAST_SERIAL + 1:
        raise CellProblem("单元格是数字，不是日期，请写成 2024-01-05")
    day = _EPOCH[is_1904] + timedelta(days=int(number))
    notices.append(f"数字 {int(number)} 已按 Excel 日期序号读作 {day}，请核对")
    return day


def _finite(cell: Any) -> float:
    if not isinstance(cell, int | float) or not math.isfinite(cell):
        raise CellProblem("单元格的数值无法识别，请重新填写")
    return float(cell)


def _plain_digits(number: float) -> str:
    """The number without exponent, as many digits as Excel keeps."""
    return format(Decimal(format(number, ".15g")) + 0, "f")


_NUMBER = "该列须为文本格式，现为数字，前面的0可能已丢失；请把该列设为文本格式后重新填写"
_POWERED = "已被 Excel 转成科学计数法，末尾数字可能已丢失；该列须为文本格式，请设为文本格式后重新填写"
_BY_TYPE: dict[FieldType, Callable[[FieldSpec, Cell, list[str], bool], Any]] = {
    FieldType.DATE: _as_date,
    FieldType.AMOUNT: _as_amount,
}
