"""Tables to take away, as CSV or XLSX that Excel opens right; every cell passes `formulas`, which makes it harmless."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from itertools import chain

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from registry.formulas import neutral, string_cell

MOST_ROWS = 10_000
_BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads UTF-8 as GBK


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


def answer(
    file_format: Format, *, code: str, on: date, header: Sequence[str], rows: Iterable[Sequence[str]]
) -> HttpResponseBase:
    """The rows as a download named by code and day, never by anything somebody typed."""
    if file_format is Format.CSV:
        response: HttpResponseBase = StreamingHttpResponse(
            _csv_lines(header, rows), content_type="text/csv; charset=utf-8"
        )
    else:
        response = FileResponse(
            _workbook(header, rows),
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )
    response.headers["Content-Disposition"] = f'attachment; filename="{code}-{on:%Y%m%d}.{file_format}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _csv_lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    line = io.StringIO()
    writer = csv.writer(line)
    yield _BYTE_ORDER_MARK
    for row in chain([header], rows):
        writer.writerow([neutral(cell) for cell in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _workbook(header: Sequence[str], rows: Iterable[Sequence[str]]) -> io.BytesIO:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("导出")
    sheet.freeze_panes = "A2"
    for position, heading in enumerate(header, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = max(12, min(40, 2.2 * len(heading)))
    for row in chain([header], rows):
        sheet.append([_text_cell(sheet, cell) for cell in row])
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def _text_cell(sheet: Worksheet, text: str) -> Cell:
    """In text format too, so that a code that somebody edits does not become a number."""
    cell = string_cell(sheet, text)
    cell.number_format = "@"
    return cell
