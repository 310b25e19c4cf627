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

from registry import formulas
from registry.intake import looks, processes
from registry.intake.additions import FILL_IN, MARKER, PROBLEMS, ROW_NUMBER, SUMMARY
from registry.intake.addresses import letters
from registry.intake.cells import RowRead
from registry.intake.columns import Columns
from registry.intake.errors import Refused
from registry.intake.guard import FileKind
from registry.intake.limits import Limits
from registry.intake.reading import Cell, CellError, Formula, Row
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
        self._lay_out(batch)

    def __enter__(self) -> WrongRows:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is None:
            self._counts.write(self._summary, where=self._sheet.title)
            self._book.save(self._to)
        else:  # openpyxl would leave its files, and the persons in them, until this process ends
            for sheet in (self._summary, self._sheet):
                sheet.close()
                sheet._writer.cleanup()

    def add(self, row: Row, faults: Sequence[Fault]) -> None:
        """One row with everything that is wrong with it."""
        wrong: dict[int, list[str]] = {}
        for fault in faults:
            if fault.position is not None:
                wrong.setdefault(fault.position, []).append(fault.message)
        cells = [self._cell(value, wrong.get(position)) for position, value in enumerate(self._padded(row))]
        problems = formulas.string_cell(self._sheet, "；".join(fault.message for fault in faults))
        problems.alignment = looks.WRAPPED
        self._sheet.append([*cells, row.number, problems, row.number if faults else None])
        if faults:
            self._counts.add(row.number, faults)

    def _lay_out(self, batch: str) -> None:
        sheet, width = self._sheet, self._width
        sheet.freeze_panes = "A2"
        for position in range(width):
            sheet.column_dimensions[letters(position)].width = 18
        sheet.column_dimensions[letters(width + 1)].width = 60
        sheet.column_dimensions[letters(width + 2)].hidden = True
        headings = [self._columns.headings.get(position, "") for position in range(width)]
        sheet.append([self._heading(text) for text in (*headings, ROW_NUMBER, PROBLEMS, f"{MARKER} {batch}")])

    def _heading(self, text: str) -> SheetCell:
        cell = formulas.string_cell(self._sheet, text)
        cell.font, cell.fill, cell.alignment = looks.BOLD, looks.HEADING, looks.CENTRED
        return cell

    def _padded(self, row: Row) -> list[Cell]:
        return [*row.cells[: self._width], *[""] * (self._width - len(row.cells))]

    def _cell(self, value: Cell, messages: Sequence[str] | None) -> SheetCell | None:
        if value == "" and not messages:
            return None
        cell = _written(self._sheet, value)
        if messages:
            cell.fill, cell.comment = looks.WRONG, looks.note("\n".join(messages))
        return cell


def _written(sheet: Any, value: Cell) -> SheetCell:
    """The value as it was, text as text; of a formula what it showed."""
    match value:
        case Formula(shown):
            return _written(sheet, shown)
        case CellError(text):
            return formulas.string_cell(sheet, text)
        case str():
            cell = formulas.string_cell(sheet, value)
            cell.number_format = looks.AS_TEXT
            return cell
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, date) and not isinstance(value, datetime):
        cell.number_format = looks.AS_DAY
    elif isinstance(value, datetime | time):
        cell.number_format = "yyyy-mm-dd hh:mm" if isinstance(value, datetime) else "hh:mm"
    return cell


def _title(name: str) -> str:
    return FILL_IN if name in ("CSV", SUMMARY) else name[:31]
