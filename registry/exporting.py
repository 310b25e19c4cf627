"""Tables to take away, as CSV or XLSX: the one place where cells are made harmless.

A spreadsheet runs a cell that begins like a formula (OWASP ASVS 1.2.10). In CSV such a cell gets an apostrophe in
front, and so does one that begins with an apostrophe, so that an importer takes off exactly one. In XLSX every
cell is a string by its type, which no program evaluates.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from itertools import chain

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

MOST_ROWS = 10_000
STARTS_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads UTF-8 as GBK
_LONGEST_CELL = 32_767  # what Excel holds


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


def neutral(text: str) -> str:
    """The text as a CSV cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith((*STARTS_A_FORMULA, "'")) else text


def restored(text: str) -> str:
    """The text that `neutral` was given, for an importer of CSV."""
    return text[1:] if text.startswith("'") and text[1:].startswith((*STARTS_A_FORMULA, "'")) else text


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
    for row in chain([header], rows):
        sheet.append([_string_cell(sheet, cell) for cell in row])
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def _string_cell(sheet: object, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text)[:_LONGEST_CELL])
    cell.data_type = "s"  # openpyxl would take "=1" for a formula
    return cell
