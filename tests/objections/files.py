"""Files people hand in, made here: harmless ones of every accepted type."""

from __future__ import annotations

import io
import zipfile

from PIL import Image


def pdf(words: str = "", *, objects: str = "", trailer: str = "") -> bytes:
    """A PDF of one empty page, with whatever else is put in."""
    return (
        "%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R" + trailer + ">>\nendobj\n"
        "2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
        "3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>\nendobj\n"
        f"{objects}% {words}\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"
    ).encode()


def picture(form: str = "JPEG", size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (120, 160, 90)).save(out, form, **options)
    return out.getvalue()


def package(parts: dict[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


DOCX = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<document/>"}
XLSX = {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"}
OFD = {"OFD.xml": "<OFD/>", "Doc_0/Document.xml": "<Document/>"}
