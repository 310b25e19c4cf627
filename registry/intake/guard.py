"""Whether a delivered file may be opened at all; asked before any parser sees it.

The type is told by content, never by name. Every refusal names what is wrong and the way out.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from registry.intake.errors import Refused
from registry.intake.limits import Limits

__all__ = ["FileKind", "Refused", "inspect"]

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class FileKind(StrEnum):
    XLSX = "xlsx"
    XLS = "xls"
    CSV = "csv"


def inspect(path: Path, *, limits: Limits) -> FileKind:
    """What kind of workbook the file is; raises Refused for one that is none or not safe to open."""
    size = path.stat().st_size
    if size == 0:
        raise Refused("文件是空的，请重新导出后上传")
    if size > limits.file_bytes:
        raise Refused(f"文件超过{limits.file_bytes // 1024 // 1024}MB，请分成几个文件上传")
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(_ZIP):
        return FileKind.XLSX
    return FileKind.XLS if head == _OLE else FileKind.CSV
