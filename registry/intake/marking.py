"""Marks a clerk's own workbook: `python -m registry.intake.marking`, in a process with limits and without Django.

Every sheet, format and other column stays as openpyxl keeps it; pictures and charts it does not keep.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
from openpyxl import load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from registry import formulas
from registry.intake import looks
from registry.intake.additions import AUTHOR, MARKER, PROBLEMS, SUMMARY
from registry.intake.addresses import letters
from registry.intake.limits import Limits
from registry.intake.processes import TOO_LARGE, confine
from registry.intake.summaries import Fault, Summary

_UNREADABLE = "工作簿过于复杂，无法在原文件上标注"


def mark(sheet: Worksheet, faults: Mapping[int, Sequence[Fault]], *, header_row: int, batch: str) -> None:
    """Mark the faults of each row: red cells with comments, the column 「问题」, the hidden marker behind it."""
    _clean(sheet, header_row)
    first_free = _first_free(sheet, header_row)
    problems, marker = first_free + 1, first_free + 2
    heading = formulas.put(sheet.cell(header_row, problems), PROBLEMS)
    heading.font, heading.fill, heading.alignment = looks.NEEDED, looks.HEADING, looks.CENTRED
    formulas.put(sheet.cell(header_row, marker), f"{MARKER} {batch}")
    sheet.column_dimensions[letters(problems - 1)].width = 60
    sheet.column_dimensions[letters(marker - 1)].hidden = True
    for row, found in faults.items():
        for fault in found:
            if fault.position is not None:
                _mark_cell(_anchor(sheet, row, fault.position + 1), fault.message)
        text = formulas.put(sheet.cell(row, problems), "；".join(fault.message for fault in found))
        text.alignment, text.fill = looks.WRAPPED, looks.WRONG
        sheet.cell(row, marker, row)


def _clean(sheet: Worksheet, header_row: int) -> None:
    """Take away what an earlier return has marked; the clerk's own colours and comments stay."""
    ours = [
        cell.column
        for cell in sheet[header_row]
        if isinstance(cell.value, str) and (cell.value == PROBLEMS or cell.value.startswith(MARKER))
    ]
    for row in sheet.iter_rows(min_row=header_row + 1):
        for cell in row:
            if cell.comment and cell.comment.author == AUTHOR:
                cell.comment = None
                cell.fill = PatternFill()
            if cell.column in ours:
                cell.value, cell.fill = None, PatternFill()
    for column in ours:
        sheet.cell(header_row, column).value = None


def _first_free(sheet: Worksheet, header_row: int) -> int:
    """How many columns are taken by anything the clerk wrote."""
    return max(
        (cell.column for row in sheet.iter_rows(min_row=header_row) for cell in row if cell.value is not None),
        default=0,
    )


def _anchor(sheet: Worksheet, row: int, column: int) -> Cell:
    """The cell, or the first one of the merged cells it belongs to."""
    cell = sheet.cell(row, column)
    if not isinstance(cell, MergedCell):
        return cell
    merged = next(each for each in sheet.merged_cells.ranges if cell.coordinate in each)
    return sheet.cell(merged.min_row, merged.min_col)


def _mark_cell(cell: Cell, message: str) -> None:
    cell.fill = looks.WRONG
    before = f"\n{cell.comment.text}" if cell.comment else ""
    cell.comment = looks.note(f"{message}{before}")


def main() -> None:
    job = json.load(sys.stdin)
    limits = Limits(**job["limits"])
    confine(limits, may_write=limits.unpacked_bytes)
    if not openpyxl.DEFUSEDXML:  # see `checks`; here it is the last line before a foreign file
        sys.exit(1)
    warnings.simplefilter("ignore")  # of what openpyxl cannot keep
    try:
        _run(job)
    except MemoryError:
        json.dump({"refused": TOO_LARGE}, sys.stdout)
    except Exception:  # whatever openpyxl stumbles over, the wrong rows can still be returned without the file
        json.dump({"refused": _UNREADABLE}, sys.stdout)


def _run(job: dict) -> None:
    with Path(job["path"]).open("rb") as file:  # by a path, openpyxl would ask for its name to end in .xlsx
        book = load_workbook(file, rich_text=True, keep_links=False)
    sheet = book[job["sheet"]]
    faults = {
        int(row): [Fault(message, position) for message, position in found] for row, found in job["faults"].items()
    }
    mark(sheet, faults, header_row=job["header_row"], batch=job["batch"])
    if SUMMARY in book.sheetnames:
        del book[SUMMARY]
    summary = Summary({int(position): text for position, text in job["headings"].items()})
    for row, found in faults.items():
        summary.add(row, found)
    summary.write(book.create_sheet(SUMMARY, 0), where=sheet.title)
    book.active = 0
    for each in book.worksheets[1:]:
        each.sheet_view.tabSelected = False
    book.save(job["to"])


if __name__ == "__main__":
    main()
