"""Whether a delivered file may be opened at all; asked before any parser sees it.

The type is told by content, never by name. Every refusal names what is wrong and the way out. Memory stays at a few
megabytes whatever the file claims or hides: everything is read in pieces, and counted before it is believed.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from registry.intake import containers, ole, plain, xls
from registry.intake.errors import Refused
from registry.intake.limits import MIB, Limits

__all__ = ["FileKind", "Refused", "inspect", "largest"]

_HEAD = 4096
_ACCEPTED = "请上传 .xlsx、.xls 或 CSV 文件"
_FOREIGN = (
    (b"%PDF", " PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"Rar!", " RAR 压缩包"),
    (b"7z\xbc\xaf", " 7z 压缩包"),
    (b"\x1f\x8b", " gzip 压缩包"),
    (b"MZ", "程序"),
    (b"\x7fELF", "程序"),
    (b"{\\rtf", " RTF 文档"),
    (b"SQLite format 3", "数据库文件"),
)
_SAVED_AS = "；内容虽是表格，格式却不是工作簿，请用 Excel 或 WPS 打开后另存为 .xlsx 再上传"


class FileKind(StrEnum):
    XLSX = "xlsx"
    XLS = "xls"
    CSV = "csv"


def inspect(path: Path, *, limits: Limits) -> FileKind:
    """What kind of workbook the file is; raises Refused for one that is none or not safe to open."""
    size = path.stat().st_size
    if size == 0:
        raise Refused("文件是空的（0字节），请重新导出后上传")
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if size > (most := largest(head, limits=limits)):
        raise Refused(f"文件为{size / MIB:.0f}MB，超过{most // MIB}MB，请分成几个文件上传")
    if head.startswith(containers.SIGNATURES):
        containers.check(path, limits=limits)
        return FileKind.XLSX
    if head.startswith(ole.SIGNATURE):
        xls.check(path, limits=limits)
        return FileKind.XLS
    _refuse_foreign(head)
    plain.check(path, limits=limits)
    return FileKind.CSV


def largest(head: bytes, *, limits: Limits) -> int:
    """How many bytes a file that begins like this may have: rows that fill 25 MiB of text are a few packed."""
    is_packed = head.startswith((*containers.SIGNATURES, ole.SIGNATURE))
    return limits.file_bytes if is_packed else max(limits.file_bytes, limits.text_bytes)


def _refuse_foreign(head: bytes) -> None:
    for signature, name in _FOREIGN:
        if head.startswith(signature):
            raise Refused(f"这是{name}，不是工作簿，{_ACCEPTED}")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<meta", b"<style")):
        raise Refused(f"这是网页（HTML）文件{_SAVED_AS}")
    if start.startswith(b"mime-version:"):
        raise Refused(f"这是网页归档（MHT）文件{_SAVED_AS}")
    if start.startswith((b"<?xml", b"<workbook")):
        is_table = b"urn:schemas-microsoft-com:office:spreadsheet" in start
        raise Refused(f"这是 XML 表格文件{_SAVED_AS}" if is_table else f"这是 XML 文件，不是工作簿，{_ACCEPTED}")
