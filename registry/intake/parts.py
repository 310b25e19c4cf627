"""What the parts of a workbook may hold, told by their content as it streams by.

XML is UTF-8 and has no DOCTYPE, so no parser behind this can be made to expand or fetch anything. A part is what
its root element says, whatever its name. Nothing may point outside the file except a hyperlink.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from registry.intake import sheet_xml
from registry.intake.errors import Refused
from registry.intake.limits import Limits
from registry.intake.sheet_size import SheetSize

TYPES = "[Content_Types].xml"
AGAIN = "请用 Excel 或 WPS 打开后另存为 .xlsx 再上传"

_XML_NAMES = (".xml", ".rels", ".vml")
_OTHER_ENCODINGS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff", b"<\x00", b"\x00<", b"\x00\x00\x00<")
_DECLARED = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DOCTYPE = b"<!DOCTYPE"
_HEAD = 64 * 1024  # within it the root element begins
_NAME = re.compile(rb"<((?:[\w.-]+:)?)([\w.-]+)")

_TYPES_OF_OTHERS = (
    (b"sheet.binary", f"这是二进制工作簿（.xlsb）；{AGAIN}"),
    (b"macroEnabled", "工作簿含有宏（.xlsm），不予读取；请另存为不含宏的 .xlsx 再上传"),
    (b"vbaProject", "工作簿含有宏，不予读取；请另存为不含宏的 .xlsx 再上传"),
    (b"wordprocessingml", "这是 Word 文档，不是工作簿，请上传 .xlsx、.xls 或 CSV 文件"),
    (b"presentationml", "这是演示文稿，不是工作簿，请上传 .xlsx、.xls 或 CSV 文件"),
)
_IS_WORKBOOK = re.compile(rb"spreadsheetml\.(sheet|template)\.main\+xml")
_LINKED = "工作簿链接了其他文件或程序（外部链接、DDE），不予读取；请断开链接并粘贴为数值后再上传"
_CONNECTED = "工作簿含有外部数据连接，不予读取；请删除数据连接并粘贴为数值后再上传"
_REFUSED_ROOTS = {
    b"externalLink": _LINKED,
    b"volTypes": _LINKED,
    b"connections": _CONNECTED,
    b"queryTable": _CONNECTED,
    b"macrosheet": "工作簿含有宏表，不予读取；请删除宏表后再上传",
    b"dialogsheet": "工作簿含有对话框表，不予读取；请删除后再上传",
}
_RELATION = re.compile(rb"<(?:[\w.-]+:)?Relationship\b[^>]*>")
_OUTSIDE = re.compile(rb"""TargetMode\s*=\s*["']External["']""", re.IGNORECASE)
_HYPERLINK = re.compile(rb"""Type\s*=\s*["'][^"']*/hyperlink["']""")
_MANY_STRINGS = "不同的文字过多，超过{}条，请分成几个文件上传"


class Inspection:
    """One workbook, part by part; `finish` says what is missing."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._strings = 0
        self._sheets = 0

    def look(self, name: str, pieces: Iterator[bytes]) -> None:
        """Read the part to its end; raises Refused at the first thing that may not be there."""
        head = b""
        for piece in pieces:
            head += piece
            if len(head) >= _HEAD:
                break
        if name == TYPES:
            _check_types(head)
        if not _is_xml(name, head):
            for _ in pieces:  # its size and check sum are judged while it passes
                pass
            return
        prefix, root = _root(head)
        if refusal := _REFUSED_ROOTS.get(root):
            raise Refused(refusal)
        self._read(root, prefix, _whole(head, pieces))

    def finish(self) -> None:
        if not self._sheets:
            raise Refused(f"工作簿里没有工作表；{AGAIN}")

    def _read(self, root: bytes, prefix: bytes, pieces: Iterator[bytes]) -> None:
        if root == b"worksheet":
            self._sheets += 1
            if self._sheets > self._limits.sheets:
                raise Refused(f"工作簿超过{self._limits.sheets}个工作表，请只保留要填报的工作表")
            size = SheetSize(self._limits, prefix)
            for piece in sheet_xml.cut(pieces):
                size.look(piece)
            return
        for piece in pieces:
            if root == b"sst":
                self._count_strings(piece)
            elif root == b"Relationships":
                _check_relations(piece)

    def _count_strings(self, piece: bytes) -> None:
        self._strings += piece.count(b"<si") + piece.count(b":si>")
        if self._strings > self._limits.strings:
            raise Refused(_MANY_STRINGS.format(self._limits.strings))


def _whole(head: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The part again from its beginning, each piece free of what no part may hold."""
    before = b""
    for piece in _chained(head, pieces):
        if b"\0" in piece or _DOCTYPE in before + piece[: len(_DOCTYPE)] or _DOCTYPE in piece:
            raise Refused(f"工作簿内含有不允许的声明（DOCTYPE 或空字符），为安全起见不予读取；{AGAIN}")
        before = piece[-len(_DOCTYPE) :]
        yield piece


def _chained(head: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from pieces


def _check_types(content: bytes) -> None:
    for word, refusal in _TYPES_OF_OTHERS:
        if word in content:
            raise Refused(refusal)
    if not _IS_WORKBOOK.search(content):
        raise Refused("这是压缩包，不是工作簿；请解压后上传其中的 .xlsx、.xls 或 CSV 文件")


def _is_xml(name: str, head: bytes) -> bool:
    """Whether a parser would take it for XML; raises Refused for XML that is not UTF-8."""
    if head.startswith(_OTHER_ENCODINGS):
        raise Refused(f"工作簿内部的编码不是 UTF-8，为安全起见不予读取；{AGAIN}")
    declared = _DECLARED.search(head[:1024])
    if declared and declared[1].upper() not in (b"UTF-8", b"UTF8", b"US-ASCII"):
        raise Refused(f"工作簿内部的编码不是 UTF-8，为安全起见不予读取；{AGAIN}")
    is_xml = head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
    if name.lower().endswith(_XML_NAMES) and head and not is_xml:
        raise Refused(f"工作簿已损坏；{AGAIN}")
    return is_xml


def _root(head: bytes) -> tuple[bytes, bytes]:
    """Prefix and name of the first element, behind declaration and comments."""
    position = head.find(b"<")
    while position >= 0:
        for start, end in ((b"<?", b"?>"), (b"<!--", b"-->")):
            if head.startswith(start, position):
                closed = head.find(end, position)
                position = head.find(b"<", closed) if closed >= 0 else -1
                break
        else:
            found = _NAME.match(head, position)
            return (found[1], found[2]) if found else (b"", b"")
    raise Refused(f"工作簿已损坏；{AGAIN}")


def _check_relations(piece: bytes) -> None:
    for relation in _RELATION.findall(piece):
        if _OUTSIDE.search(relation) and not _HYPERLINK.search(relation):
            raise Refused(_LINKED)
