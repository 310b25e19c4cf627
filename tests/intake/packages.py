"""Workbooks put together part by part, so that a test can spoil one of them."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping
from zipfile import ZIP_DEFLATED, ZipFile

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"

TYPES = "[Content_Types].xml"
WORKBOOK = "xl/workbook.xml"
WORKBOOK_RELS = "xl/_rels/workbook.xml.rels"
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"


def sheet(rows: str, *, before: str = "", after: str = "") -> str:
    return f'{_XML}<worksheet xmlns="{_MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def strings(items: str) -> str:
    return f'{_XML}<sst xmlns="{_MAIN}">{items}</sst>'


def relations(*lines: str) -> str:
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def relation(number: int, kind: str, target: str, more: str = "") -> str:
    return f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"{more}/>'


def workbook(sheets: str = '<sheet name="填报" sheetId="1" r:id="rId1"/>', properties: str = "") -> str:
    return f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{properties}<sheets>{sheets}</sheets></workbook>'


def content_types(main: str = "spreadsheetml.sheet.main+xml", more: str = "") -> str:
    kind = "application/vnd.openxmlformats-officedocument."
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}{main}"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}spreadsheetml.worksheet+xml"/>'
        f"{more}</Types>"
    )


def styles() -> str:
    """Three formats: plain, a day, text."""
    formats = '<xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="49" applyNumberFormat="1"/>'
    return (
        f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
        f'<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        f'<cellXfs count="3">{formats}</cellXfs></styleSheet>'
    )


def parts(rows: str = '<row r="1"><c r="A1" t="inlineStr"><is><t>名称</t></is></c></row>') -> dict[str, str | bytes]:
    """A whole small workbook."""
    return {
        TYPES: content_types(),
        "_rels/.rels": relations(relation(1, "officeDocument", "xl/workbook.xml")),
        WORKBOOK: workbook(),
        WORKBOOK_RELS: relations(
            relation(1, "worksheet", "worksheets/sheet1.xml"),
            relation(2, "styles", "styles.xml"),
            relation(3, "sharedStrings", "sharedStrings.xml"),
        ),
        STYLES: styles(),
        STRINGS: strings("<si><t>甲</t></si>"),
        SHEET: sheet(rows),
    }


def packed(content: Mapping[str, str | bytes]) -> bytes:
    """The parts as a container that any program opens."""
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1) as container:
        for name, part in content.items():
            container.writestr(name, part)
    return file.getvalue()


def spoiled(**changes: str | bytes) -> bytes:
    """The small workbook with parts changed or added: `spoiled(**{SHEET: …})`."""
    return packed(parts() | changes)


def spread(chunk: bytes, times: int) -> bytes:
    """A packed stream of the chunk repeated, made without holding it."""
    packer, out = zlib.compressobj(9, zlib.DEFLATED, -15), []
    for _ in range(times):
        out.append(packer.compress(chunk))
    return b"".join([*out, packer.flush()])


class Forged:
    """A container written byte by byte, whose headers may lie."""

    def __init__(self) -> None:
        self.body = bytearray()
        self.directory = bytearray()
        self._count = 0

    def add(
        self,
        name: str,
        content: bytes = b"",
        *,
        packed: bytes | None = None,
        size: int | None = None,
        crc: int | None = None,
        flags: int = 0,
        method: int = 8,
        attributes: int = 0,
        at: int | None = None,
        local_name: str | None = None,
        extra: bytes = b"",
    ) -> Forged:
        """An entry; `size`, `crc`, `at` and `local_name` are what the headers claim instead of the truth."""
        if packed is None:
            packer = zlib.compressobj(9, zlib.DEFLATED, -15)
            packed = packer.compress(content) + packer.flush() if method == 8 else content
        crc = zlib.crc32(content) if crc is None else crc
        size = len(content) if size is None else size
        raw, inner = name.encode(), (local_name or name).encode()
        common = struct.pack("<5H3L", 20, flags | 0x800, method, 0, 0x21, crc, len(packed), min(size, 0xFFFFFFFF))
        offset = len(self.body) if at is None else at
        if at is None:
            self.body += b"PK\3\4" + common + struct.pack("<2H", len(inner), 0) + inner + packed
        self.directory += b"PK\1\2" + struct.pack("<H", 0x314) + common
        self.directory += struct.pack("<5H2L", len(raw), len(extra), 0, 0, 0, attributes, offset) + raw + extra
        self._count += 1
        return self

    def add_all(self, content: Mapping[str, str | bytes]) -> Forged:
        for name, part in content.items():
            self.add(name, part.encode() if isinstance(part, str) else part)
        return self

    def bytes(self, *, count: int | None = None, comment: bytes = b"", before: bytes = b"") -> bytes:
        count = min(self._count if count is None else count, 0xFFFF)
        start = len(self.body)
        end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(self.directory), start, len(comment))
        return bytes(before + self.body + self.directory + end + comment)
