"""What goes back to the clerk: the workbook that came in, with the wrong cells marked.

Up to 5,000 rows it is the clerk's own file. Above, it is a workbook of the wrong rows with their numbers. Either
carries a hidden column, so that a second upload touches only what was marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.datetime import to_excel

from registry import formulas
from registry.intake import looks, processes, streamed_rows
from registry.intake.additions import FILL_IN, MARKER, PROBLEMS, ROW_NUMBER, SUMMARY
from registry.intake.addresses import letters
from registry.intake.cells import RowRead
from registry.intake.columns import Columns
from registry.intake.errors import Refused
from registry.intake.guard import FileKind
from registry.intake.limits import Limits
from registry.intake.reading import Cell, CellError, Formula, Row
from registry.intake.streamed_rows import StreamedRows, Written
from registry.intake.summaries import Fault, Summary
from registry.intake.tables import Table
from registry.records.kinds import Problem

__all__ = ["MOST_ROWS_OF_OWN_FILE", "Fault", "WrongRows", "faults_of", "own_file"]

MOST_ROWS_OF_OWN_FILE = 5_000


def faults_of(read: RowRead, problems: Iterable[Problem], columns: Columns) -> list[Fault]:
    """Everything wrong with a row: what its cells hold, then what the validator says of the other fields."""
    unreadable = {fault.field for fault in read.faults}
    found = [Fault(fault.message, fault.position) for fault in read.faults]
    found += [
        Fault(problem.message, columns.position(problem.field))
        for problem in problems
        if problem.field not in unreadable
    ]
    return found


def own_file(
    path: Path, to: Path, *, table: Table, faults: Mapping[int, Sequence[Fault]], batch: str, limits: Limits
) -> None:
    """Write the file at `path` again with the faults of its rows (by row number) marked; CSV and .xls become .xlsx.

    Raises Refused where a workbook is too intricate for that, and then `WrongRows` serves.
    """
    if table.book.kind is not FileKind.XLSX:
        with WrongRows(to, table=table, batch=batch, has_all=True) as book:
            for row in table.book.rows(table.sheet, after=table.header_row):
                book.add(row, faults.get(row.number, ()))
        return
    job = {
        "path": str(path.resolve()), "to": str(to.resolve()), "limits": asdict(limits), "batch": batch, "sheet": table.sheet.name,
        "header_row": table.header_row, "headings": table.columns.headings, "faults": faults,
    }  # fmt: skip
    try:
        processes.run("registry.intake.marking", job, limits=limits)
    except Refused:
        to.unlink(missing_ok=True)  # half a workbook
        raise


class WrongRows:
    """A workbook of wrong rows, written as they come: `with WrongRows(…) as book: book.add(row, faults)`.

    With `has_all` it takes the right rows too and looks like the file that came in.
    """

    def __init__(self, to: Path, *, table: Table, batch: str, has_all: bool = False) -> None:
        self._to = to
        self._columns = table.columns
        self._width = table.columns.width
        self._has_all = has_all
        self._book = Workbook(write_only=True)
        self._summary, self._counts = self._book.create_sheet(SUMMARY), Summary(table.columns.headings)
        self._sheet = self._book.create_sheet(_title(table.sheet.name))
        self._batch = batch
        self._styles: dict[tuple[Any, ...], int] = {}
        self._rows = StreamedRows(to.parent, width=self._width + 3)

    def __enter__(self) -> WrongRows:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        try:
            if kind is None:
                self._lay_out()
                self._counts.write(self._summary, where=self._sheet.title)
                self._rows.save(self._book, self._sheet, self._to)
        finally:
            self._rows.close()

    def add(self, row: Row, faults: Sequence[Fault]) -> None:
        """One row with everything that is wrong with it."""
        wrong: dict[int, list[str]] = {}
        for fault in faults:
            if fault.position is not None:
                wrong.setdefault(fault.position, []).append(fault.message)
        cells = [self._cell(value, wrong.get(position)) for position, value in enumerate(self._padded(row))]
        problems = self._text("；".join(fault.message for fault in faults), alignment=looks.WRAPPED)
        number = streamed_rows.number(row.number)
        self._rows.add([*cells, number, problems, number if faults else None])
        if faults:
            self._counts.add(row.number, faults)

    def _lay_out(self) -> None:
        """Everything of the sheet but its rows."""
        sheet, width = self._sheet, self._width
        sheet.freeze_panes = "A2"
        for position in range(width):
            sheet.column_dimensions[letters(position)].width = 18
        sheet.column_dimensions[letters(width + 1)].width = 60
        sheet.column_dimensions[letters(width + 2)].hidden = True
        names = [self._columns.headings.get(position, "") for position in range(width)]
        headings = [self._heading(text) for text in (*names, ROW_NUMBER, PROBLEMS, f"{MARKER} {self._batch}")]
        if self._rows.has_notes:
            headings[0].comment = looks.note("")  # gives way to those of the rows
        sheet.append(headings)

    def _heading(self, text: str) -> SheetCell:
        cell = formulas.string_cell(self._sheet, text)
        cell.font, cell.fill, cell.alignment = looks.BOLD, looks.HEADING, looks.CENTRED
        return cell

    def _padded(self, row: Row) -> list[Cell]:
        return [*row.cells[: self._width], *[""] * (self._width - len(row.cells))]

    def _cell(self, value: Cell, messages: Sequence[str] | None) -> Written | None:
        if messages:
            return self._written(value, fill=looks.WRONG)._replace(note="\n".join(messages))
        return self._written(value) if value != "" else None

    def _written(self, value: Cell, **look: Any) -> Written:
        """The value as it was, text as text; of a formula what it showed."""
        match value:
            case Formula(shown):
                return self._written(shown, **look)
            case CellError(text):
                return self._text(text, **look)
            case str():
                return self._text(value, number_format=looks.AS_TEXT, **look)
            case datetime():
                look["number_format"] = "yyyy-mm-dd hh:mm"
            case date():
                look["number_format"] = looks.AS_DAY
            case time():
                look["number_format"] = "hh:mm"
        counted = to_excel(value) if isinstance(value, date | time) else value
        return streamed_rows.number(counted, self._style(**look))

    def _text(self, text: str, **look: Any) -> Written:
        return streamed_rows.text(text, self._style(quotePrefix=text.startswith(formulas.STARTS_A_FORMULA), **look))

    def _style(self, **look: Any) -> int:
        """The number under which the workbook knows such a cell."""
        key = tuple(map(id, look.values()))  # all of them stand in `looks`, or are constants here
        if key not in self._styles:
            cell = WriteOnlyCell(self._sheet)
            for name, part in look.items():
                setattr(cell, name, part)
            self._styles[key] = cell.style_id
        return self._styles[key]


def _title(name: str) -> str:
    return FILL_IN if name in ("CSV", SUMMARY) else name[:31]
