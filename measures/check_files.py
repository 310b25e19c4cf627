"""Whom a delivered workbook or CSV asks about: the column headed 统一社会信用代码, or else the first; beside it, under
联合体, the name of the consortium whose member somebody is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from measures.checking import BETWEEN_CONSORTIA, LONGEST_CONSORTIUM, MOST
from registry.identifiers.normalise import NameProblem, clean_name
from registry.intake import configured
from registry.intake.errors import Refused
from registry.intake.reading import Book, Cell, Row, open_workbook

CONSORTIUM_HEADINGS = ("联合体", "联合体名称", "投标联合体")
HEADINGS = ("统一社会信用代码", "社会信用代码", "信用代码", "代码", "code", "uscc")


def wrong_consortium(name: str) -> str:
    """What is wrong with the name of a consortium, if anything."""
    if len(name) > LONGEST_CONSORTIUM:
        return f"名称最多{LONGEST_CONSORTIUM}个字"
    if BETWEEN_CONSORTIA in name:
        return f"名称中不能有“{BETWEEN_CONSORTIA}”"
    try:
        clean_name(name)
    except NameProblem as problem:
        return problem.message
    return ""


@dataclass(frozen=True)
class Parties:
    """Codes in the order of their rows, and for each the consortium it bids with ('' = by itself)."""

    codes: list[str] = field(default_factory=list)
    consortia: list[str] = field(default_factory=list)


def parties_in(path: Path) -> Parties:
    """Who is asked about; raises Refused, also for more than may be asked at once."""
    parties = Parties()
    with open_workbook(path, limits=configured.limits()) as book:
        for code, consortium in _rows(book):
            parties.codes.append(code)
            parties.consortia.append(consortium)
            if len(parties.codes) > MOST:
                raise Refused(f"一次最多查询{MOST}个代码，请分成几个文件")
            if wrong := wrong_consortium(consortium):
                raise Refused(f"联合体：{wrong}（第{len(parties.codes)}个代码所在行）")
    if not parties.codes:
        raise Refused("文件中没有代码；请在第一列、或表头为“统一社会信用代码”的一列填写，每行一个")
    return parties


def _rows(book: Book) -> Iterator[tuple[str, str]]:
    sheet = next((one for one in book.sheets if not one.is_hidden), None)
    if sheet is None:
        return
    head = book.head(sheet)
    header, column = _heading(head, HEADINGS)
    beside, consortium = _heading(head, CONSORTIUM_HEADINGS)
    if beside and not header:  # codes stand in the first column, under a heading we do not know
        header, column = beside, 0
    for row in book.rows(sheet, after=header):
        if text := _cell(row, column):
            yield text, _cell(row, consortium) if beside else ""


def _heading(head: list[Row], wanted: Collection[str]) -> tuple[int, int]:
    """The row of the header (0: there is none) and the column."""
    for row in head:
        for place, cell in enumerate(row.cells):
            if isinstance(cell, str) and cell.strip().lower() in wanted:
                return row.number, place
    return 0, 0


def _cell(row: Row, column: int) -> str:
    return _text(row.cells[column]) if column < len(row.cells) else ""


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell) if isinstance(cell, int) and not isinstance(cell, bool) else ""
