"""Rows of a sheet written straight as XML and put into a workbook that openpyxl has made without them.

openpyxl builds an element for every cell and a tree for every comment: of a file of 100,000 rows the three in a
hundred that go back took a sixth of the whole import. The workbook around them, with its styles, is still its work.
"""

from __future__ import annotations

import math
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import IO, NamedTuple
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from registry import formulas
from registry.intake import looks
from registry.intake.additions import AUTHOR
from registry.intake.addresses import letters

_AT_ONCE = 1024 * 1024
_END_OF_ROWS = b"</sheetData>"


class Written(NamedTuple):
    """A cell as it stands in the XML, behind its address, and the comment on it."""

    xml: str
    note: str = ""


def text(value: str, style: int) -> Written:
    """Text as text, whatever it looks like."""
    held = formulas.held(value)
    if not held:
        return Written(f' s="{style}" t="inlineStr"/>')
    kept = ' xml:space="preserve"' if held != held.strip() or "\n" in held else ""
    return Written(f' s="{style}" t="inlineStr"><is><t{kept}>{escape(held)}</t></is></c>')


def number(value: float, style: int = 0) -> Written:
    """A number, a day as Excel counts days, or a truth value; nothing where it is not finite."""
    if isinstance(value, bool):
        return Written(f' s="{style}" t="b"><v>{int(value)}</v></c>')
    if not math.isfinite(value):
        return Written(f' s="{style}"/>')
    return Written(f' s="{style}" t="n"><v>{value:.16g}</v></c>')  # as openpyxl and Excel write it


class StreamedRows:
    """The rows below the first of one sheet; in files of no name until `save`, gone with `close`."""

    def __init__(self, folder: Path, *, width: int) -> None:
        self._letters = [letters(place) for place in range(width)]
        self._open = ExitStack()
        self._rows, self._notes, self._shapes = (self._unnamed(folder) for _ in range(3))
        self._last = 1
        self._noted = 0

    def add(self, cells: Sequence[Written | None]) -> None:
        """One more row; None is a cell that is not there."""
        row = self._last = self._last + 1
        there = [
            f'<c r="{self._letters[place]}{row}"{cell.xml}' for place, cell in enumerate(cells) if cell is not None
        ]
        self._rows.write(f'<row r="{row}">{"".join(there)}</row>'.encode())
        for place, cell in enumerate(cells):
            if cell is not None and cell.note:
                self._note(place, row, cell.note)

    def save(self, book: Workbook, sheet: Worksheet, to: Path) -> None:
        """Save the workbook with these rows in its sheet, of which it holds the first row only."""
        frame = BytesIO()
        place = 1 + book.worksheets.index(sheet)
        book.save(frame)
        with ZipFile(frame) as parts, ZipFile(to, "w", ZIP_DEFLATED) as whole:
            for name in parts.namelist():
                with whole.open(name, "w") as part:
                    if name == f"xl/worksheets/sheet{place}.xml":
                        head, _, tail = parts.read(name).partition(_END_OF_ROWS)
                        _fill(part, head, self._rows, _END_OF_ROWS + tail)
                    elif name.startswith("xl/comments/"):
                        _fill(part, _NOTES_BEGIN, self._notes, b"</commentList></comments>")
                    elif name.startswith("xl/drawings/"):
                        _fill(part, _SHAPES_BEGIN, self._shapes, b"</xml>")
                    else:
                        part.write(parts.read(name))

    @property
    def has_notes(self) -> bool:
        """Whether any cell is commented: then the sheet has to have a comment in its first row."""
        return self._noted > 0

    def close(self) -> None:
        self._open.close()

    def _unnamed(self, folder: Path) -> IO[bytes]:
        return self._open.enter_context(tempfile.TemporaryFile(dir=folder))

    def _note(self, place: int, row: int, note: str) -> None:
        self._noted += 1
        self._notes.write(
            f'<comment ref="{self._letters[place]}{row}" authorId="0" shapeId="0"><text><t xml:space="preserve">'
            f"{escape(formulas.held(note))}</t></text></comment>".encode()
        )
        self._shapes.write(
            (_SHAPE % (1025 + self._noted, looks.NOTE_WIDTH, looks.note_height(note), row - 1, place)).encode()
        )


def _fill(part: IO[bytes], head: bytes, rows: IO[bytes], tail: bytes) -> None:
    rows.seek(0)
    part.write(head)
    shutil.copyfileobj(rows, part, _AT_ONCE)
    part.write(tail)


_NOTES_BEGIN = (
    '<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors>'
    f"<author>{AUTHOR}</author></authors><commentList>"
).encode()
# A comment shows as a drawing of the older kind (ECMA-376 part 4, VML), one shape each.
_SHAPES_BEGIN = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    b' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    b'</o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape id="_x0000_s%04d" type="#_x0000_t202" style="position:absolute; margin-left:59.25pt;margin-top:1.5pt;'
    'width:%dpx;height:%dpx;z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:AutoFill>False</x:AutoFill>'
    "<x:Row>%d</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>"
)
