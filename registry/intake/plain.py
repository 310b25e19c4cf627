"""CSV files as they come: any of four encodings, three separators, all line ends, and errors with a line number."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from registry.intake.errors import Refused
from registry.intake.limits import Limits
from registry.intake.notes import Listed

LONGEST_CELL = 32_767  # what a spreadsheet holds
SEPARATORS = (",", "\t", ";", "|")
_WIDE_UTF8 = re.compile(rb"[\xe4-\xe9][\x80-\xbf]{2}")  # a Chinese character in UTF-8
_SEVERAL = 3
_BLOCK = 1024 * 1024


def check(path: Path, *, limits: Limits) -> None:
    """Raises Refused unless the file is text in an encoding we know."""
    encoding_of(path)


def encoding_of(path: Path) -> str:
    """The encoding of the text; raises Refused with the line where none fits."""
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(codecs.BOM_UTF8):
        return _fitting(path, "utf-8-sig")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _fitting(path, "utf-16")
    wrong = _first_wrong(path, "utf-8")
    if wrong is None:
        return "utf-8"
    return _fitting(path, "utf-8" if _was_meant_as_utf8(path, wrong) else "gb18030")


def _fitting(path: Path, encoding: str) -> str:
    wrong = _first_wrong(path, encoding)
    if wrong is not None:
        line = _lines_before(path, wrong) + 1
        raise Refused(f"第{line}行有无法识别的字符，请在 Excel 或 WPS 中另存为“CSV UTF-8”后再上传")
    return encoding


def _first_wrong(path: Path, encoding: str) -> int | None:
    """The place of the first byte that does not fit the encoding; raises Refused for NUL, which fits all."""
    decoder, before = codecs.getincrementaldecoder(encoding)(), 0
    for block, is_last in _blocks(path):
        waiting = len(decoder.getstate()[0])
        try:
            text = decoder.decode(block, is_last)
        except UnicodeDecodeError as error:
            return before - waiting + error.start
        if (nul := text.find("\0")) >= 0:
            head = text[:nul]
            line = _lines_before(path, before) + head.count("\n") + head.count("\r") - head.count("\r\n") + 1
            raise Refused(f"第{line}行含有空字符（NUL），不是文本文件或已损坏，请重新导出为 CSV")
        before += len(block)
    return None


def _blocks(path: Path) -> Iterator[tuple[bytes, bool]]:
    with path.open("rb") as file:
        block = file.read(_BLOCK)
        while block:
            following = file.read(_BLOCK)
            yield block, not following
            block = following


def _was_meant_as_utf8(path: Path, wrong: int) -> bool:
    """Several Chinese characters in UTF-8 before the first wrong byte: the file is UTF-8, and broken."""
    with path.open("rb") as file:
        return len(_WIDE_UTF8.findall(file.read(min(wrong, _BLOCK)))) >= _SEVERAL


def _lines_before(path: Path, position: int) -> int:
    """Ends of lines before a byte of the file; a lone carriage return ends a line too."""
    ends, last = 0, b""
    for block, _ in _blocks(path):
        block = block[:position]
        position -= len(block)
        ends += block.count(b"\n") + block.count(b"\r") - (last + block).count(b"\r\n")
        last = block[-1:]
    return ends


def separator_of(line: str) -> str:
    """What stands between the headings, most often of the four; a comma when none does."""
    bare = re.sub(r'"[^"]*"?', "", line)
    return max(SEPARATORS, key=lambda mark: (bare.count(mark), mark == ","))


class PlainText:
    """A CSV file as a workbook of one sheet, read line by line: in memory it would be several times as large."""

    is_1904 = False

    def __init__(self, path: Path, limits: Limits) -> None:
        self.limits = limits
        self._path, self._encoding = path, encoding_of(path)
        self.sheets = [Listed("CSV", False)]

    def hidden_columns(self, index: int) -> list[int]:
        return []

    def rows(self, index: int, *, after: int = 0) -> Iterator[tuple[int, list[Any], bool]]:
        """Rows numbered as a spreadsheet would number them: by records, blank lines counted."""
        limits, widest = self.limits, 0
        for number, cells in enumerate(self._records(), start=1):
            widest = max(widest, len(cells))
            if number > limits.rows:
                raise Refused(f"文件超过{limits.rows}行，请分成几个文件上传")
            if widest > limits.columns:
                raise Refused(f"第{number}行超过{limits.columns}列，请核对分隔符")
            if number * widest > limits.cells:
                raise Refused(f"文件超过{limits.cells // 10_000}万个单元格，请删除数据以外的列，或分成几个文件上传")
            if number > after and any(cells):
                yield number, cells, False

    def _records(self) -> Iterator[list[str]]:
        csv.field_size_limit(LONGEST_CELL)
        with self._path.open(encoding=self._encoding, newline="") as lines:
            first = "".join(islice(lines, 1))
            reader = csv.reader(chain([first], lines), delimiter=separator_of(first), strict=True)
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
