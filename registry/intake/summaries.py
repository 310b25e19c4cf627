"""What is wrong with a workbook on one page: how often, in which column, in which rows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from registry import formulas
from registry.intake import looks
from registry.intake.addresses import letters

_ROWS_NAMED = 30
_HEADINGS = ("列", "填报项", "问题", "数量", "所在行")
_WIDTHS = (6, 34, 60, 8, 80)
_PLACE = re.compile(r"（[A-Z]{1,3}[0-9]+）")
_QUOTED = re.compile(r"“[^”]*”")
_FIRST_CLAUSE = re.compile(r"[^，；（]+")


class Fault(NamedTuple):
    """One thing wrong with a row; `position` is its column from 0, None when the whole row is meant."""

    message: str
    position: int | None = None


def kind_of(message: str) -> str:
    """What a message complains of, without the field, the cell and what stands in it."""
    text = _QUOTED.sub("“…”", _PLACE.sub("", message))
    text = text.partition("：")[2] or text
    found = _FIRST_CLAUSE.match(text)
    return found[0].partition("：")[0] if found else text


class Summary:
    """Counts faults as rows pass; `write` puts them on a sheet."""

    def __init__(self, headings: dict[int, str]) -> None:
        self._headings = headings
        self._found: dict[tuple[int, str], list[int]] = {}
        self._counts: dict[tuple[int, str], int] = {}
        self._rows = 0

    def add(self, row: int, faults: Iterable[Fault]) -> None:
        self._rows += 1
        for fault in faults:
            key = (-1 if fault.position is None else fault.position, kind_of(fault.message))
            rows = self._found.setdefault(key, [])
            self._counts[key] = self._counts.get(key, 0) + 1
            if len(rows) < _ROWS_NAMED:
                rows.append(row)

    def write(self, sheet: Worksheet, *, where: str) -> None:
        """The page; `where` says in which sheet the wrong rows are found."""
        looks.fit_to_width(sheet, _WIDTHS)
        sheet.append([_cell(sheet, "有问题的行汇总", font=looks.TITLE)])
        total = sum(self._counts.values())
        sheet.append(
            [_cell(sheet, f"共{self._rows}行、{total}处问题。请在工作表“{where}”中改正标红的单元格后再次上传，")]
        )
        sheet.append(
            [_cell(sheet, "上传时只处理标记的行，正确的行不必重报；请勿删除最后的“问题”列和它后面隐藏的一列。")]
        )
        sheet.append([])
        sheet.append([_cell(sheet, text, font=looks.BOLD, fill=looks.HEADING) for text in _HEADINGS])
        for (position, kind), count in sorted(self._counts.items(), key=lambda item: (-item[1], item[0])):
            sheet.append(self._line(sheet, position, kind, count))

    def _line(self, sheet: Worksheet, position: int, kind: str, count: int) -> list[object]:
        rows = self._found[position, kind]
        named = "、".join(str(row) for row in rows) + ("…" if count > len(rows) else "")
        column = letters(position) if position >= 0 else ""
        heading = self._headings.get(position, "整行")
        texts = (column, heading, kind, str(count), named)
        return [_cell(sheet, text, alignment=looks.WRAPPED) for text in texts]


def _cell(sheet: Worksheet, text: str, **style: object) -> Cell:
    cell = formulas.string_cell(sheet, text)
    for name, value in style.items():
        setattr(cell, name, value)
    return cell
