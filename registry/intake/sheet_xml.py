"""The XML of a sheet in pieces of whole rows, and the tags of a piece.

A sheet of 100,000 rows is 150 MB of XML. It is never held whole, and its cells are looked at one by one only in a
piece that has something to tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import IO

from registry.intake.errors import Refused
from registry.intake.notes import SheetNotes

PIECE = 1024 * 1024
_LONGEST_ROW = 32 * 1024 * 1024
_LONGEST_PREFIX = 64
_ROW_BEGINS = re.compile(rb"<(?:[\w.-]+:)?row[\s/>]")
_TAG = re.compile(rb"""<(?:[\w.-]+:)?(row|col|c|f)(\s(?:[^<>"'/]|"[^"]*"|'[^']*')*)?(/?)>""")
_ATTRIBUTE = re.compile(rb"""([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_REFERENCE = re.compile(rb"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_SHOWN = re.compile(rb"(#[A-Z0-9/!?_]{1,20})<")
_TELLS = (b"<f", b":f", b'"e"', b"'e'", b"hidden")


def pieces(part: IO[bytes]) -> Iterator[bytes]:
    """The part in pieces of about a megabyte, each beginning where a row begins."""
    yield from cut(iter(lambda: part.read(PIECE), b""))


def cut(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same content, cut where a row begins."""
    rest = b""
    for block in blocks:
        seam = max(0, len(rest) - _LONGEST_PREFIX)
        rest += block
        if (start := _last_start(rest, seam)) > 0:
            yield rest[:start]
            rest = rest[start:]
        elif len(rest) > _LONGEST_ROW:
            raise Refused("工作表中有一行过长，无法读取，请核对后另存为新的 .xlsx 再上传")
    if rest:
        yield rest


def _last_start(data: bytes, behind: int) -> int:
    """Where the last row behind a place begins, -1 where none does."""
    plain, prefixed = data.rfind(b"<row", behind), data.rfind(b":row ", behind)
    return max(plain, data.rfind(b"<", max(0, prefixed - _LONGEST_PREFIX), prefixed) if prefixed >= 0 else -1)


def cells(piece: bytes, row: int) -> Iterator[tuple[int, int, bool]]:
    """Row, position and whether it is filled, for each cell of a piece behind row number `row`."""
    place = -1
    for tag in _TAG.finditer(piece):
        attributes = _attributes(tag[2] or b"")
        if tag[1] == b"row":
            row, place = _number(attributes.get(b"r"), row + 1), -1
        elif tag[1] == b"c":
            row, place = _place(attributes.get(b"r", b"")) or (row, place + 1)
            yield row, place, not tag[3]


def notes(part: IO[bytes]) -> SheetNotes:
    """Formulas, errors and hidden rows and columns of a sheet."""
    scan = _Scan()
    for piece in pieces(part):
        if any(word in piece for word in _TELLS):
            scan.look(piece)
        else:
            scan.skip(piece)
    return scan.notes


def hidden_columns(head: bytes) -> set[int]:
    """Positions of columns that are not shown, from what stands before the first row."""
    scan = _Scan()
    scan.look(head)
    return scan.notes.hidden_columns


def is_hidden(attributes: bytes) -> bool:
    """Whether the attributes of a row or column hide it."""
    return _true(_attributes(attributes).get(b"hidden"))


class _Scan:
    def __init__(self) -> None:
        self.notes = SheetNotes()
        self.row = 0
        self.position = -1

    def skip(self, piece: bytes) -> None:
        """Only count the rows, which need not have a number of their own."""
        start = max(piece.rfind(b"<row "), piece.rfind(b":row "))
        number = _attributes(piece[start : piece.find(b">", start)]).get(b"r") if start >= 0 else None
        self.row = _number(number, self.row + len(_ROW_BEGINS.findall(piece)))

    def look(self, piece: bytes) -> None:
        for tag in _TAG.finditer(piece):
            attributes = _attributes(tag[2] or b"")
            match tag[1]:
                case b"row":
                    self._row(attributes)
                case b"c":
                    self._cell(attributes, piece[tag.end() : tag.end() + 200])
                case b"f":
                    self._formula(attributes)
                case b"col":
                    self._column(attributes)

    def _row(self, attributes: dict[bytes, bytes]) -> None:
        self.row = _number(attributes.get(b"r"), self.row + 1)
        self.position = -1
        if _true(attributes.get(b"hidden")):
            self.notes.hidden_rows.add(self.row)

    def _cell(self, attributes: dict[bytes, bytes], behind: bytes) -> None:
        place = _place(attributes.get(b"r", b""))
        self.row, self.position = place or (self.row, self.position + 1)
        if attributes.get(b"t") == b"e":
            shown = _SHOWN.search(behind)
            self.notes.error(self.row, self.position, shown[1].decode("ascii") if shown else "#")

    def _formula(self, attributes: dict[bytes, bytes]) -> None:
        self.notes.formula(self.row, self.position)
        if attributes.get(b"t") in (b"array", b"dataTable"):
            corners = [_place(corner) for corner in attributes.get(b"ref", b"").split(b":")]
            if corners and corners[0] and corners[-1]:
                (top, left), (bottom, right) = corners[0], corners[-1]
                self.notes.block(top, left, bottom, right)

    def _column(self, attributes: dict[bytes, bytes]) -> None:
        first, last = attributes.get(b"min", b""), attributes.get(b"max", b"")
        if _true(attributes.get(b"hidden")) and first.isdigit() and last.isdigit():
            self.notes.hidden_columns.update(range(int(first) - 1, min(int(last), 16_384)))


def _attributes(text: bytes) -> dict[bytes, bytes]:
    return {name: double or single for name, double, single in _ATTRIBUTE.findall(text)}


def _true(value: bytes | None) -> bool:
    return value in (b"1", b"true")


def _number(text: bytes | None, otherwise: int) -> int:
    return int(text) if text and text.isdigit() and len(text) <= 7 else otherwise


def position(letters: bytes) -> int:
    """The position of a column from its letters: A is 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _place(reference: bytes) -> tuple[int, int] | None:
    """Row and position of a reference such as C7."""
    found = _REFERENCE.fullmatch(reference)
    return (int(found[2]), position(found[1])) if found else None
