"""docx, xlsx and ofd: zip files whose parts have known names; no macros, no links to elsewhere, no bombs."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable

from registry.papers import Refused

MOST_PARTS = 2_000
MOST_UNPACKED = 100 * 1024 * 1024
MOST_RATIO = 100
_SMALL = 1024 * 1024  # below it, a high ratio does no harm
_FORBIDDEN = re.compile(
    r"(vbaProject|vbaData)|/(embeddings|activeX|ctrlProps|externalLinks|customUI)/|\.(exe|dll|js|vbs|hta|html?|svg|bin|zip)$",
    re.IGNORECASE,
)
_PRINTER = re.compile(r"printerSettings\d*\.bin$")  # what Excel writes for the printer; inert
_OUTSIDE = re.compile(rb"TargetMode\s*=\s*[\"']External[\"']", re.IGNORECASE)
_LINK = re.compile(rb"/relationships/hyperlink[\"']", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_MACRO = re.compile(rb"macroEnabled|vbaProject", re.IGNORECASE)


def settle_docx(content: bytes) -> bytes:
    return _settle(content, "DOCX", ("[Content_Types].xml", "word/document.xml"))


def settle_xlsx(content: bytes) -> bytes:
    return _settle(content, "XLSX", ("[Content_Types].xml", "xl/workbook.xml"))


def settle_ofd(content: bytes) -> bytes:
    return _settle(content, "OFD", ("OFD.xml",))


def _settle(content: bytes, label: str, required: Iterable[str]) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _check(package, label, set(required), len(content))
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        raise Refused(f"{label}文件已损坏或加了密，请重新保存后上传") from None
    return content


def _check(package: zipfile.ZipFile, label: str, required: set[str], size: int) -> None:
    parts = package.infolist()
    names = [part.filename for part in parts]
    if missing := required - set(names):
        raise Refused(f"文件内容不是{label}（缺少{min(missing)}），请重新保存后上传")
    if len(parts) > MOST_PARTS or len(set(names)) != len(names):
        raise Refused(f"{label}文件的结构不正常，请重新保存后上传")
    if bad := next((name for name in names if not _is_safe(name)), None):
        raise Refused(f"{label}文件含有宏、嵌入对象或不允许的内容（{bad[:40]}），请删除后重新保存上传")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED or (unpacked > _SMALL and unpacked > size * MOST_RATIO):
        raise Refused(f"{label}文件解压后过大，请缩小后上传")
    if any(part.flag_bits & 1 for part in parts):
        raise Refused(f"{label}文件加了密，请取消密码后上传")
    for part in parts:
        _look_into(package, part, label)


def _is_safe(name: str) -> bool:
    if name.startswith(("/", "\\")) or "\\" in name or ":" in name or ".." in name.split("/"):
        return False
    return not _FORBIDDEN.search(name) or bool(_PRINTER.search(name))


def _look_into(package: zipfile.ZipFile, part: zipfile.ZipInfo, label: str) -> None:
    """The declared size is a claim: what comes out is counted. Only the XML is looked at."""
    with package.open(part) as opened:
        data = opened.read(part.file_size + 1)
    if len(data) > part.file_size:
        raise Refused(f"{label}文件的结构不正常，请重新保存后上传")
    if not part.filename.lower().endswith((".xml", ".rels")):
        return
    plain = data.replace(b"\0", b"")  # UTF-16 hides nothing
    if _DOCTYPE.search(plain):
        raise Refused(f"{label}文件含有不允许的声明，请重新保存后上传")
    if part.filename == "[Content_Types].xml" and _MACRO.search(plain):
        raise Refused(f"{label}文件含有宏，请另存为不含宏的文件后上传")
    if part.filename.endswith(".rels") and _reaches_out(plain):
        raise Refused(f"{label}文件链接到外部文件或模板，请断开链接后重新保存上传")


def _reaches_out(rels: bytes) -> bool:
    """Links a reader clicks stay; what is fetched by itself (templates, pictures, objects) does not."""
    entries = re.findall(rb"<Relationship\b[^>]*>", rels)
    return any(_OUTSIDE.search(entry) and not _LINK.search(entry) for entry in entries)
