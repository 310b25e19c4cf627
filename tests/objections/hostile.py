"""Forty-five files made to hurt: what somebody might hand in instead of evidence, each with what must become of it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

from PIL import Image

from registry.papers.scanner import EICAR
from tests.objections.files import DOCX, OFD, XLSX, package, pdf, picture

REFUSED, INFECTED, CLEANED = "refused", "infected", "cleaned"
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
RELS = "word/_rels/document.xml.rels"
OUTSIDE = (
    '<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}"'
    ' Target="{}" TargetMode="External"/></Relationships>'
)


def _object_stream(objects: bytes, extra: str = "") -> str:
    packed = zlib.compress(objects)
    head = f"9 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode{extra}/Length {len(packed)}>>\nstream\n"
    return head + packed.decode("latin-1") + "\nendstream\nendobj\n"


def _pdf_with_stream(stream: str) -> bytes:
    return pdf(objects="@@").replace(b"@@", stream.encode("latin-1"))


def _bomb(parts: int = 1, size: int = 60 * 1024 * 1024) -> dict[str, bytes]:
    return {f"word/media/{n}.xml": b"0" * size for n in range(parts)}


def _encrypted_zip() -> bytes:
    content = bytearray(package(DOCX))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (start := content.find(mark, start)) >= 0:
            content[start + place] |= 1
            start += 4
    return bytes(content)


def _lying_zip() -> bytes:
    """A package that declares less than it unpacks to."""
    content = bytearray(package({**DOCX, "word/media/1.xml": b"0" * 500_000}))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = content.rfind(mark) if mark == b"PK\x01\x02" else content.find(b"word/media/1.xml") - 30
        content[start + place : start + place + 4] = struct.pack("<I", 10)
    return bytes(content)


def _doubled_names() -> bytes:
    return package({**DOCX, "word/document_xml": "<other/>"}).replace(b"word/document_xml", b"word/document.xml")


def _exif_picture() -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0xA431] = "SHILI-CAMERA", "SHILI-MODEL", "SERIAL-0001"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (32.0, 41.0, 5.0), "E", (109.0, 1.0, 44.0)
    return picture("JPEG", exif=exif, comment=b"SHILI-COMMENT")


def _png_with(chunk: bytes, body: bytes) -> bytes:
    content = picture("PNG")
    block = struct.pack(">I", len(body)) + chunk + body + struct.pack(">I", zlib.crc32(chunk + body))
    return content[:33] + block + content[33:]


def _huge_png() -> bytes:
    """A picture that says it is 60,000 by 60,000 points; its data are a few bytes."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    body = b"".join(struct.pack(">I", len(d)) + c + d + struct.pack(">I", zlib.crc32(c + d)) for c, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


CATALOGUE = "4 0 obj\n<<{}>>\nendobj\n"

# The name it comes with, its content (made when it is asked for, where that takes long), what must become of it.
FILES: dict[str, tuple[str, bytes | Callable[[], bytes], str]] = {
    # What it is not: by its ending, by its first bytes, by both
    "script as svg": ("a.svg", SVG, REFUSED),
    "page": ("a.html", HTML, REFUSED),
    "page as pdf": ("a.pdf", HTML, REFUSED),
    "page as picture": ("a.jpg", HTML, REFUSED),
    "svg as picture": ("a.png", SVG, REFUSED),
    "program": ("x.exe", b"MZ\x90\x00" + b"\0" * 64, REFUSED),
    "program as pdf": ("x.pdf", b"MZ\x90\x00" + b"\0" * 64, REFUSED),
    "program behind a line turned round": ("\u202efdp.exe", b"MZ", REFUSED),
    "program behind a zero": ("a.pdf\0.exe", b"MZ", REFUSED),
    "php behind pdf": ("a.pdf.php", pdf(), REFUSED),
    "server settings": (".htaccess", b"AddType application/x-httpd-php .pdf", REFUSED),
    "script host": ("a.hta", HTML, REFUSED),
    "link": ("a.url", b"[InternetShortcut]\nURL=file:///etc/passwd", REFUSED),
    "script": ("a.js", b"alert(1)", REFUSED),
    "web archive": ("a.mht", b"MIME-Version: 1.0\nContent-Type: text/html\n\n" + HTML, REFUSED),
    "xml with a style sheet": ("a.xml", b'<?xml-stylesheet href="x.xsl"?><x/>', REFUSED),
    "old word document": ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64, REFUSED),
    "plain zip as docx": ("a.docx", package({"a.txt": "x"}), REFUSED),
    "docx as ofd": ("a.ofd", package(DOCX), REFUSED),
    "nothing at all": ("a.pdf", b"", REFUSED),
    # PDF that acts
    "pdf with script": ("a.pdf", pdf(trailer="/OpenAction 4 0 R", objects=CATALOGUE.format("/S/JavaScript/JS(app.alert(1))")), REFUSED),
    "pdf with script in disguise": ("a.pdf", pdf(objects=CATALOGUE.format("/S/Java#53cript/J#53(app.alert(1))")), REFUSED),
    "pdf with script in a packed object": ("a.pdf", _pdf_with_stream(_object_stream(b"4 0 <</S/JavaScript/JS(x)>>")), REFUSED),
    "pdf with objects packed beyond reading": (
        "a.pdf", _pdf_with_stream(_object_stream(b"x", "/DecodeParms<</Predictor 12>>")), REFUSED
    ),
    "pdf that starts a program": ("a.pdf", pdf(objects=CATALOGUE.format("/S/Launch/F(cmd.exe)")), REFUSED),
    "pdf with a file inside": ("a.pdf", pdf(objects=CATALOGUE.format("/Type/EmbeddedFile")), REFUSED),
    "pdf with a living form": ("a.pdf", pdf(trailer="/AcroForm<</XFA 4 0 R>>"), REFUSED),
    "pdf that sends data": ("a.pdf", pdf(objects=CATALOGUE.format("/S/SubmitForm/F(http://127.0.0.1/)")), REFUSED),
    "pdf under a password": ("a.pdf", pdf(objects="trailer<</Encrypt 5 0 R>>\n"), REFUSED),
    "pdf cut off": ("a.pdf", pdf()[:-30], REFUSED),
    "pdf of too many objects": ("a.pdf", pdf(objects="".join(f"{n} 0 obj null endobj\n" for n in range(10, 20_020))), REFUSED),
    # Packages that carry something, reach out, or burst
    "docx with macros": ("a.docx", package({**DOCX, "word/vbaProject.bin": b"\0"}), REFUSED),
    "docx that says it has macros": (
        "a.docx", package({**DOCX, "[Content_Types].xml": "<Types>application/vnd.ms-word.document.macroEnabled.main+xml</Types>"}), REFUSED
    ),
    "docx with a template elsewhere": ("a.docx", package({**DOCX, RELS: OUTSIDE.format("attachedTemplate", "http://127.0.0.1/t.dotm")}), REFUSED),
    "docx with an object inside": ("a.docx", package({**DOCX, "word/embeddings/oleObject1.bin": b"\0"}), REFUSED),
    "docx with entities": ("a.docx", package({**DOCX, "word/document.xml": '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'}), REFUSED),
    "xlsx that climbs out": ("a.xlsx", package({**XLSX, "../../etc/cron.d/x": "x"}), REFUSED),
    "xlsx with links to other books": ("a.xlsx", package({**XLSX, "xl/externalLinks/externalLink1.xml": "<x/>"}), REFUSED),
    "docx that bursts": ("a.docx", lambda: package({**DOCX, **_bomb()}), REFUSED),
    "docx of too many parts": ("a.docx", package({**DOCX, **{f"word/{n}.xml": "" for n in range(2_001)}}), REFUSED),
    "docx under a password": ("a.docx", _encrypted_zip(), REFUSED),
    "docx that lies about its size": ("a.docx", _lying_zip(), REFUSED),
    "docx with one name twice": ("a.docx", _doubled_names(), REFUSED),
    "ofd with a page inside": ("a.ofd", package({**OFD, "Doc_0/Res/x.html": HTML}), REFUSED),
    # Pictures
    "picture of monstrous size": ("a.png", _huge_png(), REFUSED),
    "picture cut off": ("a.jpg", picture("JPEG", (400, 300))[:200], REFUSED),
    "picture with place and camera": ("a.jpg", _exif_picture(), CLEANED),
    "picture with a script behind it": ("a.jpg", picture() + HTML, CLEANED),
    "picture with words inside": ("a.png", _png_with(b"tEXt", b"Comment\0<script>alert(1)</script>SHILI-COMMENT"), CLEANED),
    # What the scanner knows
    "test virus": ("a.pdf", pdf(objects="@@").replace(b"@@", EICAR), INFECTED),
    "test virus in a package": ("a.docx", package({**DOCX, "word/media/a.xml": EICAR}), INFECTED),
}  # fmt: skip
