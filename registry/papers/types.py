"""What a file is: first bytes, ending and structure must agree, and be on the short list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from registry.papers import Refused, images, packages, pdf

ACCEPTED = "PDF、JPG、PNG、DOCX、XLSX、OFD"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class FileType:
    """One kind of file that is taken; `settle` returns what is kept, or raises Refused."""

    label: str
    endings: tuple[str, ...]
    magic: tuple[bytes, ...]
    media_type: str
    settle: Callable[[bytes], bytes]


TYPES = (
    FileType("PDF", ("pdf",), (b"%PDF-",), "application/pdf", pdf.settle),
    FileType("JPG", ("jpg", "jpeg"), (b"\xff\xd8\xff",), "image/jpeg", images.settle_jpeg),
    FileType("PNG", ("png",), (b"\x89PNG\r\n\x1a\n",), "image/png", images.settle_png),
    FileType("DOCX", ("docx",), (b"PK\x03\x04",), _WORD, packages.settle_docx),
    FileType("XLSX", ("xlsx",), (b"PK\x03\x04",), _SHEET, packages.settle_xlsx),
    FileType("OFD", ("ofd",), (b"PK\x03\x04",), "application/ofd", packages.settle_ofd),
)


def settle(name: str, content: bytes) -> tuple[FileType, bytes]:
    """The type of the file and the bytes to keep of it; raises Refused."""
    ending = PurePosixPath(name.lower()).suffix.removeprefix(".")
    found = next((one for one in TYPES if ending in one.endings), None)
    if found is None:
        raise Refused(f"不接受“{ending or '没有扩展名'}”类型的文件，请上传{ACCEPTED}格式的文件")
    if not content.startswith(found.magic):
        raise Refused(f"文件内容不是{found.label}，与扩展名不符；请上传{ACCEPTED}格式的原始文件")
    return found, found.settle(content)
