"""Sheets of .xlsx and .xls as calamine reads them, with what it does not tell: formulas, errors, hidden rows.

A sheet of plain texts is not given to it at all (`plain_sheets`)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import python_calamine
from python_calamine import CalamineSheet, SheetTypeEnum, SheetVisibleEnum

from registry.intake import packages, sheet_xml
from registry.intake.biff import Records
from registry.intake.errors import DAMAGED, Refused
from registry.intake.limits import Limits
from registry.intake.notes import Listed, SheetNotes
from registry.intake.ole import CompoundFile
from registry.intake.plain_sheets import NotPlain, PlainSheets
from registry.intake.values import CellError, Formula

DISORDER = "工作表的行没有按行号顺序存放，请用 Excel 或 WPS 打开后另存为 .xlsx 再上传"


class Spreadsheet:
    """An opened workbook of either format; raises Refused for one that calamine cannot read."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path = path
        self.limits = limits
        try:
            self._book = python_calamine.load_workbook(path)
        except python_calamine.PasswordError:
            raise Refused("工作簿有密码保护，请取消密码后再上传") from None
        except python_calamine.CalamineError:
            raise Refused(DAMAGED) from None
        self._known = [meta for meta in self._book.sheets_metadata if meta.typ is SheetTypeEnum.WorkSheet]
        self.sheets = [Listed(meta.name, meta.visible is not SheetVisibleEnum.Visible) for meta in self._known]
        # One sheet at a time is held in memory: the head is asked first, then the rows of the same sheet.
        self._sheet = lru_cache(maxsize=1)(self._load)

    @property
    def is_1904(self) -> bool:
        raise NotImplementedError

    def notes(self, index: int) -> SheetNotes:
        raise NotImplementedError

    def rows(self, index: int, *, after: int = 0) -> Iterator[tuple[int, list[Any], bool]]:
        """Number, cells and whether it is hidden, of each row below `after` that holds anything."""
        sheet, notes = self._sheet(index)
        padding, number = [""] * (sheet.start[1] if sheet.start else 0), 0
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            if number <= after:
                continue
            cells = padding + cells
            if number in notes.marks or notes.blocks:
                _mark(cells, notes, number)
            if cells.count("") < len(cells):
                yield number, cells, number in notes.hidden_rows
        # Formulas that remember no value may stand below everything that calamine sees.
        for number in sorted(row for row in notes.marks if row > max(number, after)):
            cells = []
            _mark(cells, notes, number)
            yield number, cells, number in notes.hidden_rows

    def hidden_columns(self, index: int) -> list[int]:
        return sorted(self._sheet(index)[1].hidden_columns)

    def _load(self, index: int) -> tuple[CalamineSheet, SheetNotes]:
        try:
            sheet = self._book.get_sheet_by_name(self._known[index].name)
        except python_calamine.CalamineError:
            raise Refused(DAMAGED) from None
        last_row, last_column = sheet.end or (0, 0)
        if last_row >= self.limits.rows or last_column >= self.limits.columns:
            raise Refused(too_large(self.sheets[index].name, self.limits))
        return sheet, self.notes(index)


class Xlsx(Spreadsheet):
    def __init__(self, path: Path, limits: Limits) -> None:
        super().__init__(path, limits)
        self._package = packages.read(path)
        self._plain = PlainSheets(path, limits)
        self._not_plain: set[int] = set()

    def rows(self, index: int, *, after: int = 0) -> Iterator[tuple[int, list[Any], bool]]:
        """Straight from the file while the sheet is plain, by calamine from where it is not."""
        part = self._package.parts.get(self.sheets[index].name)
        if part is None or index in self._not_plain:
            yield from super().rows(index, after=after)
            return
        last, given = after, 0
        try:
            for row in self._plain.rows(part, after=after):
                last, given = row[0], _known_by(given, row)
                yield row
        except NotPlain:
            self._not_plain.add(index)
            yield from self._rest(index, after, last, given)

    def _rest(self, index: int, after: int, last: int, given: int) -> Iterator[tuple[int, list[Any], bool]]:
        """What calamine reads behind the row that was given last. Rows that stand in disorder could lie among those
        given, or change them: then both readers differ, and the sheet is refused."""
        again = 0
        for row in super().rows(index, after=after):
            if row[0] > last:
                if again != given:
                    break
                yield row
            else:
                again = _known_by(again, row)
        if again != given:
            raise Refused(DISORDER)

    def hidden_columns(self, index: int) -> list[int]:
        part = self._package.parts.get(self.sheets[index].name)
        if part is None or index in self._not_plain:
            return super().hidden_columns(index)
        try:
            return self._plain.hidden_columns(part)
        except NotPlain:
            return super().hidden_columns(index)

    @property
    def is_1904(self) -> bool:
        return self._package.is_1904

    def notes(self, index: int) -> SheetNotes:
        part = self._package.parts.get(self.sheets[index].name)
        if part is None:
            raise Refused(DAMAGED)
        with ZipFile(self.path) as container, container.open(part) as content:
            return sheet_xml.notes(content)


class Xls(Spreadsheet):
    def __init__(self, path: Path, limits: Limits) -> None:
        super().__init__(path, limits)
        self._records = Records(CompoundFile(path.read_bytes()).stream("Workbook"), most_sheets=limits.sheets)

    @property
    def is_1904(self) -> bool:
        return self._records.is_1904

    def notes(self, index: int) -> SheetNotes:
        name = self.sheets[index].name
        return next((sheet.notes for sheet in self._records.sheets if sheet.name == name), SheetNotes())


def _known_by(before: int, row: tuple[int, list[Any], bool]) -> int:
    """A number that tells the rows up to this one from any others."""
    number, cells, is_hidden = row
    filled = len(cells)
    while filled and cells[filled - 1] == "":
        filled -= 1
    return hash((before, number, tuple(cells[:filled]), is_hidden))


def too_large(name: str, limits: Limits) -> str:
    return f"工作表“{name[:31]}”超过{limits.rows}行或{limits.columns}列，请删除数据以外的行列，或分成几个文件上传"


def _mark(cells: list[Any], notes: SheetNotes, number: int) -> None:
    for position, is_formula, text in notes.of_row(number):
        if position >= len(cells):
            cells.extend([""] * (position + 1 - len(cells)))
        cells[position] = Formula(cells[position]) if is_formula else CellError(text)
