"""Files made to harm whoever opens them, each with words its refusal must have; made here, never shipped."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable
from typing import NamedTuple

from tests.intake import old_workbooks as xls
from tests.intake import packages
from tests.intake.packages import SHEET, STRINGS, STYLES, TYPES, WORKBOOK, WORKBOOK_RELS, Forged, spoiled

MIB = 1024 * 1024
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
FILE_ENTITY = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
REMOTE_ENTITY = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:9/evil.dtd"> %p;]>'


class Hostile(NamedTuple):
    name: str
    make: Callable[[], bytes]
    words: str  # the refusal says this


NOISE = random.Random(1).randbytes(MIB).hex()  # text that hardly packs, so that no ratio gives a part away


def _cell(reference: str) -> str:
    return f'<c r="{reference}"><v>1</v></c>'


def _bare(xml: str) -> str:
    """A part without its declaration, to stand behind a DOCTYPE."""
    return xml.partition("?>")[2]


def _with(**parts: str | bytes) -> Callable[[], bytes]:
    return lambda: spoiled(**parts)


def _rows(rows: str) -> Callable[[], bytes]:
    return lambda: spoiled(**{SHEET: packages.sheet(rows)})


def _forged(*args: object, **lies: object) -> Callable[[], bytes]:
    return lambda: Forged().add_all(packages.parts()).add(*args, **lies).bytes()


def _too_large_inside() -> bytes:
    """BI-X03: 195 kB that inflate to 200 MB of shared strings."""
    packed = packages.spread(b"x" * MIB, 200)
    return Forged().add_all(packages.parts()).add("xl/more.xml", packed=packed, size=200 * MIB, crc=0).bytes()


def _more_than_declared() -> bytes:
    packed = packages.spread(b"x" * MIB, 200)
    return Forged().add_all(packages.parts()).add("xl/more.xml", packed=packed, size=100, crc=0).bytes()


def _five_million_strings() -> bytes:
    """BI-X04: 206 kB."""
    chunk = b"<si><t>a</t></si>" * 10_000
    packed = packages.spread(chunk, 500)
    return Forged().add_all(packages.parts()).add("xl/s.xml", packed=packed, size=500 * len(chunk), crc=0).bytes()


def _overlapping() -> bytes:
    """CVE-2024-0450: one entry is quoted whole inside another."""
    quoted = Forged().add("xl/inner.xml", b"<a/>" * 1000)
    forged = Forged().add_all(packages.parts()).add("xl/outer.xml", quoted.body, method=0)
    inner = len(forged.body) - len(quoted.body)
    return forged.add("xl/inner.xml", b"<a/>" * 1000, at=inner).bytes()


def _many_entries() -> bytes:
    forged = Forged().add_all(packages.parts())
    for number in range(70_000):
        forged.add(f"{number:08d}", packed=b"\3\0", size=0, crc=0, at=0)
    return forged.bytes()


def _huge_by_zip64() -> bytes:
    extra = struct.pack("<HHQ", 1, 8, 2**60)
    return Forged().add_all(packages.parts()).add("xl/huge.xml", b"x", size=0xFFFFFFFF, extra=extra).bytes()


def parts_named(name: str) -> dict[str, str | bytes]:
    """The small workbook, whose relations call another part the workbook."""
    rels = packages.relations(packages.relation(1, "officeDocument", name))
    return packages.parts() | {"_rels/.rels": rels, name: packages.workbook()}


def _truncated() -> bytes:
    whole = packages.packed(packages.parts())
    return whole[: len(whole) * 2 // 3]


def _flipped() -> bytes:
    """One byte of a stored part differs from its check sum."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as container:
        for name, part in packages.parts().items():
            container.writestr(name, part)
    return file.getvalue().replace("甲".encode(), "乙".encode(), 1)


def _symlink() -> bytes:
    return Forged().add_all(packages.parts()).add("xl/link", b"/etc/passwd", attributes=0o120777 << 16).bytes()


def _deep_nesting() -> bytes:
    return spoiled(**{STRINGS: packages.strings("<si>" * 200_000)})


def _document(kind: str) -> Callable[[], bytes]:
    return _with(**{TYPES: packages.content_types(kind)})


def _link(kind: str, target: str) -> str:
    return packages.relations(packages.relation(9, kind, target, ' TargetMode="External"'))


X = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

CONTAINERS = (
    Hostile("BI-X01 one cell in the last corner", _rows(f'<row r="1048576">{_cell("XFD1048576")}</row>'), "超过200000行"),
    Hostile("BI-X01 the corner in row one", _rows(f'<row r="1">{_cell("A1")}{_cell("XFD1048576")}</row>'), "XFD列"),
    Hostile("BI-X01 a row too far", _rows(f'<row r="200001">{_cell("A200001")}</row>'), "200001行"),
    Hostile("BI-X01 a column too far", _rows(f'<row r="1">{_cell("IQ1")}</row>'), "250列"),
    Hostile("BI-X01 rows without numbers", _rows("".join(f"<row><c><v>{n * 7919}</v></c></row>" for n in range(200_001))), "200001行"),
    Hostile("BI-X01 cells without places", _rows(f"<row>{'<c><v>1</v></c>' * 300}</row>"), "250列"),
    Hostile("BI-X01 a large rectangle", _rows(
        f'<row r="1">{_cell("HZ1")}</row><row r="150000">{_cell("A150000")}</row>'), "万个单元格"),
    Hostile("BI-X01 a corner spelt oddly", _rows("<row r='1'><c\n s='0'  r = 'A1048576' ><v>1</v></c></row>"), ""),
    Hostile("BI-X03 a small file with 200 MB inside", _too_large_inside, "压缩比"),
    Hostile("BI-X04 five million strings", _five_million_strings, "压缩比"),
    Hostile("BI-X06 entities that expand", _with(**{STRINGS: LAUGHS + _bare(packages.strings("<si><t>&c;</t></si>"))}), "DOCTYPE"),
    Hostile("BI-X06 a file as an entity", _with(**{WORKBOOK: FILE_ENTITY + _bare(packages.workbook())}), "DOCTYPE"),
    Hostile("BI-X06 a remote entity", _with(**{SHEET: REMOTE_ENTITY + _bare(packages.sheet(""))}), "DOCTYPE"),
    Hostile("BI-X06 in the table of contents", _with(**{TYPES: LAUGHS + _bare(packages.content_types())}), "DOCTYPE"),
    Hostile("BI-X06 in relations", _with(**{WORKBOOK_RELS: LAUGHS + _bare(packages.relations())}), "DOCTYPE"),
    Hostile("BI-X06 in a part nobody asks for", _with(**{"docProps/any.bin": LAUGHS + "<a/>"}), "DOCTYPE"),
    Hostile("BI-X06 behind a megabyte of comment", _with(
        **{STYLES: f"<?xml version='1.0'?><!--{NOISE[:MIB]}--><!DOCTYPE a><styleSheet/>"}), "损坏"),
    Hostile("BI-X06 across two pieces", _with(
        **{STYLES: f"<a>{NOISE[: MIB - 8]}<!DOCTYPE a [<!ENTITY b 'c'>]>"}), "DOCTYPE"),
    Hostile("BI-X06 in UTF-16", _with(**{STYLES: (LAUGHS + "<a/>").encode("utf-16")}), "UTF-8"),
    Hostile("BI-X06 in UTF-16 without a mark", _with(**{STYLES: (LAUGHS + "<a/>").encode("utf-16-be")}), "UTF-8"),
    Hostile("BI-X06 in UTF-7", _with(
        **{STYLES: b"<?xml version='1.0' encoding='UTF-7'?>+ADw-!DOCTYPE a+AD4-<a/>"}), "UTF-8"),
    Hostile("BI-X07 more than was declared", _more_than_declared, "声明的大小"),
    Hostile("BI-X07 less than was declared", _forged("xl/a.xml", b"<a/>", size=500), "声明的大小"),
    Hostile("BI-X07 a wrong check sum", _forged("xl/a.xml", b"<a/>", crc=1), "不完整"),
    Hostile("BI-X07 a flipped byte", _flipped, "不完整"),
    Hostile("BI-X07 overlapping entries", _overlapping, "重叠"),
    Hostile("BI-X07 70,000 entries", _many_entries, "个部分"),
    Hostile("BI-X07 a name that climbs", _forged("../x.xml", b"<a/>"), "不安全的文件名"),
    Hostile("BI-X07 an absolute name", _forged("/x.xml", b"<a/>"), "不安全的文件名"),
    Hostile("BI-X07 a backslash", _forged("xl\\y.xml", b"<a/>"), "不安全的文件名"),
    Hostile("BI-X07 a drive", _forged("C:x.xml", b"<a/>"), "不安全的文件名"),
    Hostile("BI-X07 a name with NUL", _forged("xl/a.xml\0.png", b"<a/>"), "不安全的文件名"),
    Hostile("BI-X07 a name twice", _forged(SHEET, b"<a/>"), "重名"),
    Hostile("BI-X07 a name twice but for case", _forged(SHEET.upper(), b"<a/>"), "重名"),
    Hostile("BI-X07 another name inside", _forged("xl/a.xml", b"<a/>", local_name="xl/b.xml"), "目录与内容不一致"),
    Hostile("BI-X07 a symbolic link", _symlink, "符号链接"),
    Hostile("BI-X07 an encrypted entry", _forged("xl/a.xml", b"<a/>", flags=1), "密码"),
    Hostile("BI-X07 an exabyte by ZIP64", _huge_by_zip64, "解压后"),
    Hostile("BI-X07 a way of packing nobody uses", _forged("xl/a.xml", b"<a/>", method=12), "压缩方式"),
    Hostile("BI-X07 something in front", lambda: Forged().add_all(packages.parts()).bytes(before=b"PK\3\4junk"), "首尾"),
    Hostile("BI-X07 something behind", lambda: packages.packed(packages.parts()) + b"junk", "首尾"),
    Hostile("BI-X07 a comment at the end", lambda: Forged().add_all(packages.parts()).bytes(comment=b"PK\5\6"), ""),
    Hostile("BI-X09 a linked workbook", _with(**{"xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{X}"/>'}), "外部链接"),
    Hostile("BI-X09 a linked program (DDE)", _with(
        **{"xl/x.xml": f'<externalLink xmlns="{X}"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'}), "DDE"),
    Hostile("BI-X09 a relation that leads outside", _with(
        **{"xl/worksheets/_rels/sheet1.xml.rels": _link("oleObject", "file:///c:/x.doc")}), "外部链接"),
    Hostile("BI-X09 a data connection", _with(**{"xl/connections.xml": f'<connections xmlns="{X}"/>'}), "数据连接"),
    Hostile("BI-X09 a web query", _with(**{"xl/queryTables/q.xml": f'<queryTable xmlns="{X}"/>'}), "数据连接"),
    Hostile("BI-X09 a macro sheet", _with(**{"xl/macrosheets/m.xml": f'<xm:macrosheet xmlns:xm="{X}"/>'}), "宏"),
    Hostile("BI-X09 macros", _document("ms-excel.sheet.macroEnabled.main+xml"), "宏"),
    Hostile("BI-X09 a binary workbook", _document("ms-excel.sheet.binary.macroEnabled.main"), "xlsb"),
    Hostile("a Word document", _document("wordprocessingml.document.main+xml"), "Word"),
    Hostile("slides", _document("presentationml.presentation.main+xml"), "演示文稿"),
    Hostile("an ODF table", lambda: packages.packed({"mimetype": "x", "content.xml": "<a/>"}), "压缩包"),
    Hostile("a plain zip", lambda: packages.packed({"a.csv": "甲,乙"}), "压缩包"),
    Hostile("an empty zip", lambda: packages.packed({}), "空的压缩包"),
    Hostile("a workbook without sheets", lambda: packages.packed({TYPES: packages.content_types()}), "没有工作表"),
    Hostile("61 sheets", lambda: spoiled(**{f"xl/worksheets/s{n}.xml": packages.sheet("") for n in range(60)}), "60个工作表"),
    Hostile("elements without end", _deep_nesting, "损坏"),
    Hostile("a sheet that is no XML", _with(**{SHEET: b"\x89PNG"}), "损坏"),
    Hostile("a sheet cut off inside", _with(**{SHEET: packages.sheet("<row r='1'><c r='A1'")[:-30]}), "损坏"),
    Hostile("a workbook whose sheet is elsewhere", _with(
        **{WORKBOOK_RELS: packages.relations(packages.relation(1, "worksheet", "../../../etc/passwd"))}), "损坏"),
    Hostile("a workbook by another name", lambda: packages.packed(parts_named("xl/other.xml")), "损坏"),
    Hostile("two sheets of one name", _with(**{WORKBOOK: packages.workbook(
        '<sheet name="甲" sheetId="1" r:id="rId1"/><sheet name="甲" sheetId="2" r:id="rId2"/>')}), "损坏"),
    Hostile("a truncated workbook", _truncated, "不完整"),
)  # fmt: skip


def _old(**more: object) -> Callable[[], bytes]:
    return lambda: xls.workbook([["名称", "代码"], ["甲", 1.0]], **more)


OLD_ONES = (
    Hostile("a workbook with a password", lambda: xls.container({"EncryptionInfo": b"x" * 5000, "EncryptedPackage": b"x" * 9000}), "密码"),
    Hostile("an .xls with a password", _old(globals_=xls.record(0x2F, b"\0" * 54)), "密码"),
    Hostile("an .xls with macros", _old(streams={"_VBA_PROJECT": b"x" * 5000}), "宏"),
    Hostile("an .xls linked to a program", _old(globals_=xls.record(0x1AE, struct.pack("<HH", 1, 9) + b"\0cmd")), "链接"),
    Hostile("an .xls with a data connection", _old(globals_=xls.record(0x50, b"\0" * 6)), "数据连接"),
    Hostile("an .xls of Excel 95", _old(version=0x0500), "Excel 95"),
    Hostile("an .xls with its last cell filled", lambda: xls.workbook([["甲"]], cells=xls.number(65535, 255, 1.0)), "超过限度"),
    Hostile("an .xls cut off", lambda: xls.workbook([["甲"] * 50] * 300)[:20_000], "不完整"),
    Hostile("an .xls whose sectors go round", lambda: xls.circular(xls.workbook([["甲"]])), "不完整"),
    Hostile("an .xls with two sheets in one place", _old(doubled=True), "不完整"),
    Hostile("an .xls without its workbook", lambda: xls.container({"Anything": b"x" * 5000}), "不是工作簿"),
    Hostile("a Word document of old", lambda: xls.container({"WordDocument": b"x" * 5000}), "Word"),
    Hostile("only the signature of an .xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 2000, "不完整"),
)  # fmt: skip

PLAIN_ONES = (
    Hostile("BI-X12 an empty file", lambda: b"", "空的"),
    Hostile("a PDF", lambda: b"%PDF-1.7\n%\xe2\xe3", "PDF"),
    Hostile("a picture", lambda: b"\x89PNG\r\n\x1a\n", "图片"),
    Hostile("a program", lambda: b"MZ\x90\0", "程序"),
    Hostile("a RAR archive", lambda: b"Rar!\x1a\7", "RAR"),
    Hostile("a web page named .xls", lambda: "\ufeff <html><table><tr><td>甲".encode(), "HTML"),
    Hostile("a web archive", lambda: b"MIME-Version: 1.0\r\nX-Document-Type: Workbook", "MHT"),
    Hostile("an XML table of 2003", lambda: f'<?xml version="1.0"?><Workbook xmlns="{"urn:schemas-microsoft-com:office:spreadsheet"}"/>'.encode(), "XML 表格"),
    Hostile("BI-X06 an XML file", lambda: LAUGHS.encode(), "XML 文件"),
    Hostile("BI-V01 a CSV with NUL", lambda: "名称,代码\n甲,1\n乙\0,2\n".encode(), "第3行含有空字符"),
    Hostile("BI-V01 a CSV in no encoding", lambda: "名称,代码\n".encode() + b"\xff\xff,1\n", "第2行有无法识别"),
    Hostile("BI-V01 a CSV with a broken character", lambda: "名称,文书号\n安康市,甲\n石泉".encode() + b"\xe5\x8e\n", "第3行有无法识别"),
    Hostile("BI-V01 a quote that never ends", lambda: '名称,代码\n甲,1\n"乙,2\n丙,3\n'.encode(), "第3行起引号不成对"),
    Hostile("BI-V01 a quote inside a cell", lambda: '名称,代码\n"甲"乙,2\n'.encode(), "第2行起引号不成对"),
    Hostile("BI-V01 ten megabytes in one cell", lambda: b"x" * (10 * MIB), "第1行起有一个单元格超过32767个字"),
    Hostile("BI-V01 ten megabytes in one line", lambda: b"x," * (5 * MIB), "第1行超过250列"),
    Hostile("BI-V01 a UTF-16 file cut in the middle of a character", lambda: "名称\t代码\n".encode("utf-16")[:-1], "无法识别"),
    Hostile("random bytes", lambda: bytes(range(1, 256)) * 40, "无法识别"),
)  # fmt: skip


EVERY = CONTAINERS + OLD_ONES + PLAIN_ONES
