"""The codes a delivered workbook or CSV asks about: the column headed 统一社会信用代码, or else the first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from measures.checking import MOST
from registry.intake import configured
from registry.intake.errors import Refused
from registry.intake.reading import Book, Cell, Row, open_workbook

HEADINGS = ("统一社会信用代码", "社会信用代码", "信用代码", "代码", "code", "uscc")


def codes_in(path: Path) -> list[str]:
    """The codes in the order of their rows; raises Refused, also for more than may be asked at once."""
    with open_workbook(path, limits=configured.limits()) as book:
        codes: list[str] = []
        for code in _codes(book):
            codes.append(code)
            if len(codes) > MOST:
                raise Refused(f"一次最多查询{MOST}个代码，请分成几个文件")
    if not codes:
        raise Refused("文件中没有代码；请在第一列、或表头为“统一社会信用代码”的一列填写，每行一个")
    return codes


def _codes(book: Book) -> Iterator[str]:
    sheet = next((one for one in book.sheets if not one.is_hidden), None)
    if sheet is None:
        return
    header, column = _heading(book.head(sheet))
    for row in book.rows(sheet, after=header):
        if text := _text(row.cells[column] if column < len(row.cells) else ""):
            yield text


def _heading(head: list[Row]) -> tuple[int, int]:
    """The row of the header (0: there is none) and the column of the codes."""
    for row in head:
        for place, cell in enumerate(row.cells):
            if isinstance(cell, str) and cell.strip().lower() in HEADINGS:
                return row.number, place
    return 0, 0


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell) if isinstance(cell, int) and not isinstance(cell, bool) else ""
