"""CSV files as they come: any of four encodings, three separators, all line ends, and errors with a line number."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from registry.intake.errors import Refused
from registry.intake.limits import Limits
from registry.intake.notes import Listed

LONGEST_CELL = 32_767  # what a spreadsheet holds
SEPARATORS = (",", "\t", ";", "|")
_WIDE_UTF8 = re.compile(rb"[\xe4-\xe9][\x80-\xbf]{2}")  # a Chinese character in UTF-8
_BROKEN_AFTER = 3  # so many before the first wrong byte, and the file was meant as UTF-8


def encoding_of(content: bytes) -> str:
    """The encoding of the text; raises Refused with the line where none fits."""
    if content.startswith(codecs.BOM_UTF8):
        return _fitting(content, "utf-8-sig")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _fitting(content, "utf-16")
    if (nul := content.find(b"\0")) >= 0:
        raise Refused(f"第{_line(content, nul)}行含有空字符（NUL），不是文本文件或已损坏，请重新导出为 UTF-8 的 CSV")
    try:
        return _fitting(content, "utf-8")
    except Refused:
        start = _first_wrong(content, "utf-8")
        if len(_WIDE_UTF8.findall(content, 0, start)) >= _BROKEN_AFTER:
            raise
    return _fitting(content, "gb18030")


def _fitting(content: bytes, encoding: str) -> str:
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        line = _line(content, error.start)
        raise Refused(f"第{line}行有无法识别的字符，请在 Excel 或 WPS 中另存为“CSV UTF-8”后再上传") from None
    return encoding


def _first_wrong(content: bytes, encoding: str) -> int:
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start
    return len(content)


def _line(content: bytes, position: int) -> int:
    before = content[:position]
    return before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n") + 1


def separator_of(line: str) -> str:
    """What stands between the headings, most often of the four; a comma when none does."""
    bare = re.sub(r'"[^"]*"?', "", line)
    return max(SEPARATORS, key=lambda mark: (bare.count(mark), mark == ","))


class PlainText:
    """A CSV file as a workbook of one sheet."""

    is_1904 = False

    def __init__(self, path: Path, limits: Limits) -> None:
        self.limits = limits
        content = path.read_bytes()
        self._text = content.decode(encoding_of(content))
        if (nul := self._text.find("\0")) >= 0:
            line = self._text.count("\n", 0, nul) + 1
            raise Refused(f"第{line}行含有空字符（NUL），请删除后再上传")
        self.sheets = [Listed("CSV", False)]

    def hidden_columns(self, index: int) -> list[int]:
        return []

    def rows(self, index: int, *, after: int = 0) -> Iterator[tuple[int, list[Any], bool]]:
        """Rows numbered as a spreadsheet would number them: by records, blank lines counted."""
        for number, cells in enumerate(self._records(), start=1):
            if number > self.limits.rows:
                raise Refused(f"文件超过{self.limits.rows}行，请分成几个文件上传")
            if len(cells) > self.limits.columns:
                raise Refused(f"第{number}行超过{self.limits.columns}列，请核对分隔符")
            if number > after and any(cells):
                yield number, cells, False

    def _records(self) -> Iterator[list[str]]:
        csv.field_size_limit(LONGEST_CELL)
        lines = io.StringIO(self._text, newline="")
        first = "".join(islice(lines, 1))
        lines.seek(0)
        reader = csv.reader(lines, delimiter=separator_of(first), strict=True)
        while True:
            begun = reader.line_num + 1
            try:
                yield next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise Refused(_fault(str(error), begun)) from None


def _fault(error: str, line: int) -> str:
    if "field larger" in error:
        return f"第{line}行起有一个单元格超过{LONGEST_CELL}个字，可能是引号不成对，请核对"
    return f"第{line}行起引号不成对，请核对：内容中的引号须写成两个，整格用引号括起"
