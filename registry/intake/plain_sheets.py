"""Sheets of nothing but shared texts, as departments deliver them, read row by row as they lie in the file.

calamine lays a sheet out whole before it gives the first row: 160 MiB and a second and a half for 100,000 rows. Here
a piece of the sheet is taken only where every `<` in it belongs to markup we know, so nothing can stand in it that
we did not see; at the first piece with anything else `NotPlain` is raised and calamine reads on from that row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import IO
from zipfile import ZipFile

from registry.intake import sheet_xml
from registry.intake.limits import Limits

STRINGS = "sharedStrings.xml"
MOST_TEXTS = 1_000_000  # a hundred bytes each, held while the sheet is read
_ROW = re.compile(rb'<row r="([1-9][0-9]{0,6})"((?: [\w:.]+="[^"<>]*")*)>')
_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="[0-9]+")?(?:/>| t="s"><v>([0-9]{1,7})</v></c>)')
_TEXT = re.compile(rb'<si><t( xml:space="preserve")?>([^<]*)</t></si>')
_ENCODING = re.compile(rb"""<\?xml[^>]*encoding=["']([\w-]+)["']""")
_ENTITIES = ((b"&lt;", b"<"), (b"&gt;", b">"), (b"&quot;", b'"'), (b"&apos;", b"'"), (b"&amp;", b"&"))
_OPEN, _CLOSED = b"<sheetData>", b"</sheetData>"


class NotPlain(Exception):
    """Something this reader does not know; another has to read the sheet from here on."""


def strings(part: IO[bytes]) -> list[str]:
    """The shared texts of a workbook; raises NotPlain for formatted ones, escapes and whatever else is special."""
    texts: list[str] = []
    rest = b""
    while block := part.read(sheet_xml.PIECE):
        rest += block
        end = rest.rfind(b"</si>") + 5
        if end > 5:
            texts.extend(_texts(rest[:end], is_first=not texts))
            rest = rest[end:]
            if len(texts) > MOST_TEXTS:
                raise NotPlain
        elif len(rest) > 2 * sheet_xml.PIECE:
            raise NotPlain
    if rest.strip() != b"</sst>":
        raise NotPlain
    return texts


def _texts(piece: bytes, *, is_first: bool) -> Iterator[str]:
    if is_first:
        start = piece.find(b"<si>")
        if start < 0:
            raise NotPlain
        _refuse_odd_start(piece[:start])
        piece = piece[start:]
    found = _TEXT.findall(piece)
    if piece.count(b"<") != 4 * len(found) or b"\r" in piece or b"_x" in piece:
        raise NotPlain
    for is_kept, text in found:
        if b"&" in text:
            text = _unescaped(text)
        shown = text.decode()
        if not is_kept and shown != shown.strip():
            raise NotPlain
        yield shown


def _unescaped(text: bytes) -> bytes:
    if text.count(b"&") != sum(text.count(entity) for entity, _ in _ENTITIES):  # a number, or one of its own
        raise NotPlain
    for entity, meant in _ENTITIES:
        text = text.replace(entity, meant)
    return text


def _refuse_odd_start(start: bytes) -> None:
    encoding = _ENCODING.search(start)
    if b"<!" in start or (encoding and encoding[1].lower() != b"utf-8") or start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotPlain


class PlainSheets:
    """The sheets of one workbook, as far as they are plain."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path, self._limits = path, limits
        self._texts: list[str] | None = None
        self._places: dict[tuple[bytes, ...], list[int]] = {}

    def rows(self, part: str, *, after: int) -> Iterator[tuple[int, list[str], bool]]:
        """Number, cells and whether it is hidden, of each row below `after` that holds anything; NotPlain where the
        sheet begins to be something else."""
        with ZipFile(self._path) as container, container.open(part) as content:
            texts, last, is_over, is_first = self._all_texts(container, part), 0, False, True
            for piece in sheet_xml.pieces(content):
                body, is_first = _body(piece, is_first=is_first, is_over=is_over), False
                is_over = body.endswith(_CLOSED)
                for number, cells, is_hidden in self._piece(body.removesuffix(_CLOSED), texts, last):
                    last = number
                    if number > after and any(cells):
                        yield number, cells, is_hidden
            if not is_over:
                raise NotPlain

    def hidden_columns(self, part: str) -> list[int]:
        """What the sheet says before its first row; raises NotPlain as `rows` does."""
        with ZipFile(self._path) as container, container.open(part) as content:
            piece = next(sheet_xml.pieces(content), b"")
        start = piece.find(_OPEN)
        if start < 0:
            raise NotPlain
        _refuse_odd_start(piece[:start])
        return sorted(sheet_xml.hidden_columns(piece[:start]))

    def _all_texts(self, container: ZipFile, part: str) -> list[str]:
        if self._texts is None:
            name = f"{part.rpartition('/worksheets/')[0]}/{STRINGS}"
            if name not in container.namelist():
                raise NotPlain
            with container.open(name) as content:
                self._texts = strings(content)
        return self._texts

    def _piece(self, piece: bytes, texts: list[str], last: int) -> Iterator[tuple[int, list[str], bool]]:
        """All rows of a piece, once all of it is known to be rows."""
        found, markup = [], 0
        for row in piece.split(b"</row>"):
            start = _ROW.match(row)
            if start is None:
                if row.strip():
                    raise NotPlain
                continue
            cells = _CELL.findall(row, start.end())
            columns, numbers, indexes = zip(*cells, strict=True) if cells else ((), (), ())
            markup += 2 + 4 * len(indexes) - 3 * indexes.count(b"")  # of a row, of a text, of an empty cell
            number = int(start[1])
            if number <= last or numbers.count(start[1]) != len(numbers):
                raise NotPlain
            found.append((number, columns, indexes, start[2]))
            last = number
        if piece.count(b"<") != markup or last > self._limits.rows:
            raise NotPlain
        for number, columns, indexes, attributes in found:
            cells = self._cells(columns, indexes, texts) if columns else []
            yield number, cells, b"hidden" in attributes and sheet_xml.is_hidden(attributes)

    def _cells(self, columns: tuple[bytes, ...], indexes: tuple[bytes, ...], texts: list[str]) -> list[str]:
        places = self._places.get(columns)
        if places is None:
            places = self._places[columns] = self._placed(columns)
        if b"" in indexes:  # a cell of nothing but a format
            filled = [(place, index) for place, index in zip(places, indexes, strict=True) if index]
            places, indexes = [place for place, _ in filled], tuple(index for _, index in filled)
        cells = [""] * (places[-1] + 1 if places else 0)
        try:
            for place, text in zip(places, map(texts.__getitem__, map(int, indexes)), strict=True):
                cells[place] = text
        except IndexError:
            raise NotPlain from None
        return cells

    def _placed(self, columns: tuple[bytes, ...]) -> list[int]:
        """Where the columns of a row are; raises NotPlain where they do not stand in order or too far out."""
        places = [sheet_xml.position(letters) for letters in columns]
        if any(one >= other for one, other in pairwise(places)):
            raise NotPlain
        if places[-1] >= self._limits.columns or len(self._places) > self._limits.columns * 100:
            raise NotPlain
        return places


def _body(piece: bytes, *, is_first: bool, is_over: bool) -> bytes:
    """The rows of a piece, with the end of the sheet's data where it holds that; raises NotPlain for odd places."""
    if is_over:
        raise NotPlain
    if is_first:
        start = piece.find(_OPEN)
        if start < 0:
            raise NotPlain
        _refuse_odd_start(piece[:start])
        piece = piece[start + len(_OPEN) :]
    end = piece.find(_CLOSED)
    if end < 0:
        return piece
    if b"<row" in piece[end:] or b"<!" in piece[end:]:
        raise NotPlain
    return piece[: end + len(_CLOSED)]
