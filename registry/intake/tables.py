"""The table that a workbook delivers: its sheet, its header, its rows, and what the clerk should know of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from registry.intake import versions
from registry.intake.additions import FILL_IN, SHEETS_BESIDE
from registry.intake.columns import Columns, Headings, match
from registry.intake.errors import Refused
from registry.intake.reading import Book, Cell, Row, Sheet
from registry.records.fields import Specification

EXAMPLE = "【示例】"  # how the first cell of the template's example row begins
_FEWEST = 2  # headings by which a header is known
_NAMED = 20  # rows spelled out in a remark; the rest is counted


class Table:
    """What will be read of a workbook; `remarks` are to be shown before anything is stored."""

    def __init__(self, book: Book, sheet: Sheet, header_row: int, columns: Columns, remarks: Sequence[str]) -> None:
        self.book = book
        self.sheet = sheet
        self.header_row = header_row  # from 1; data begin below
        self.columns = columns
        self.batch = columns.batch  # the reference of the batch a returned workbook belongs to, else ''
        self._remarks = tuple(remarks)
        self._hidden: list[int] = []
        self._examples = 0

    def rows(self) -> Iterator[Row]:
        """Every row below the header that is not empty and not the example of the template."""
        self._hidden, self._examples = [], 0
        for row in self.book.rows(self.sheet, after=self.header_row):
            if self._is_example(row.cells):
                self._examples += 1
                continue
            if row.is_hidden:
                self._hidden.append(row.number)
            yield row

    def marked_row(self, row: Row) -> int | None:
        """The row number the returned workbook noted for this row; None for a row it did not mark."""
        marker = self.columns.marker
        cell = row.cells[marker] if marker is not None and marker < len(row.cells) else ""
        text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 7 else None

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is unusual about the workbook; what `rows` met is among it once they have been read."""
        found = list(self._remarks)
        if self._hidden:
            found.append(f"第{_listed(self._hidden)}行是隐藏行，已照常读取，请核对是否应当上报")
        if self._examples:
            found.append(f"模板中的示例行（{self._examples}行）未读取")
        return tuple(found)

    def _is_example(self, cells: Sequence[Cell]) -> bool:
        first = next((cell for cell in cells if cell != ""), "")
        return isinstance(first, str) and first.startswith(EXAMPLE)


def find(book: Book, spec: Specification) -> Table:
    """The sheet 「填报」, or the first that has a known header; raises Refused, naming what is missing."""
    headings = Headings(spec)
    remarks = list(versions.remarks(book, spec))
    for sheet in _likely(book.sheets):
        head = book.head(sheet)
        counts = [_known(headings, row.cells) for row in head]
        if max(counts, default=0) < _FEWEST:
            continue
        first = counts.index(max(counts))
        columns = match(head[first].cells, spec)
        if columns.problems:
            raise Refused(f"工作表“{sheet.name}”{'；'.join(columns.problems)}")
        last = _last_heading(head, first, columns, headings)
        marks = match(head[last].cells, spec)  # what a return adds stands in the row next to the data
        columns = replace(columns, marker=marks.marker, batch=marks.batch)
        remarks += [*_about_sheets(book, sheet), *_about_columns(book, sheet, columns)]
        return Table(book, sheet, head[last].number, columns, remarks)
    raise Refused(_no_header(spec))


def _likely(sheets: Sequence[Sheet]) -> list[Sheet]:
    return sorted(sheets, key=lambda sheet: (sheet.name.strip() != FILL_IN, sheet.is_hidden, sheet.index))


def _known(headings: Headings, cells: Sequence[Cell]) -> int:
    return len({item.name for cell in cells if (item := headings.field_of(cell))})


def _last_heading(head: Sequence[Row], first: int, columns: Columns, headings: Headings) -> int:
    """The standard's own tables have two header rows, labels and codes: both are passed over."""
    last = first
    for index, row in enumerate(head[first + 1 :], start=first + 1):
        is_next = row.number == head[last].number + 1
        is_again = all(
            headings.field_of(cell) is columns.fields.get(place) for place, cell in enumerate(row.cells) if cell
        )
        if not is_next or not is_again or _known(headings, row.cells) < _FEWEST:
            break
        last = index
    return last


def _about_sheets(book: Book, chosen: Sheet) -> Iterator[str]:
    if chosen.is_hidden:
        yield f"读取的工作表“{chosen.name}”是隐藏的，请核对"
    hidden = [each.name for each in book.sheets if each.is_hidden and each != chosen and each.name not in SHEETS_BESIDE]
    if hidden:
        yield f"隐藏的工作表未读取：{'、'.join(hidden[:_NAMED])}"
    others = [each.name for each in book.sheets if not each.is_hidden and each != chosen]
    others = [name for name in others if name not in SHEETS_BESIDE]
    if others:
        yield f"只读取工作表“{chosen.name}”，未读取：{'、'.join(others[:_NAMED])}"


def _about_columns(book: Book, sheet: Sheet, columns: Columns) -> Iterator[str]:
    if columns.unknown:
        unknown = [columns.headings[position][:30] for position in columns.unknown]
        yield f"不认识的列未读取：{'、'.join(unknown[:_NAMED])}"
    hidden = [columns.headings[place] for place in book.hidden_columns(sheet) if place in columns.fields]
    if hidden:
        yield f"隐藏的列已照常读取，请核对：{'、'.join(hidden[:_NAMED])}"


def _no_header(spec: Specification) -> str:
    wanted = [item.label for item in spec if item.required][:4]
    return f"没有找到表头：表头须在前30行内，含“{'”“'.join(wanted)}”等列；请下载模板填报"


def _listed(rows: Sequence[int]) -> str:
    shown = "、".join(str(number) for number in rows[:_NAMED])
    return shown if len(rows) <= _NAMED else f"{shown}…（共{len(rows)}行）"
