"""A department's workbook: 28 columns of licences of earlier years, three rows in a hundred wrong; all fabricated."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

from disclosure.fields import LICENCE_FIELDS
from registry.identifiers import organisation_code, resident_id, uscc
from registry.intake.addresses import letters
from registry.records.fields import FieldSpec

TODAY = date(2026, 3, 2)
COLUMNS: tuple[FieldSpec, ...] = tuple(field for field in LICENCE_FIELDS if field.code)
WRONG = 0.03
SUBJECTS_PER_ROW = 0.35
NATURAL = 0.04  # of the subjects
WITH_PAPERS = 0.2  # of the organisations: the representative's document number is given

_COUNTIES = ("610902", "610921", "610922", "610923", "610924", "610925", "610926", "610927", "610981")
_BRANDS = "云岭 恒通 瀛湖 金州 秦巴 汉水 富硒 凤堰 紫阳 南宫山 香溪 天柱 岚河 任河 旬河 黄洋 月河 付家河".split()
_TRADES = "茶业 商贸 建材 运输 食品 药业 水产 餐饮 科技 物流 农业 建筑 矿业 印务 家居 医疗器械".split()
_FORMS = ("有限公司", "有限责任公司", "专业合作社", "股份有限公司")
_LICENCES = ("食品经营许可", "道路运输经营许可", "建筑工程施工许可", "取水许可", "烟草专卖零售许可", "公共场所卫生许可")
_SURNAMES = "柯罗邓谢汪唐庞陈李王张刘黄周吴徐孙胡朱高"
_GIVEN = "试明试华试强试军试兵试兰试伟试敏试芳试刚"


def rows(count: int, *, authority: str, code: str, seed: int = 8) -> Iterator[list[str]]:
    """The values of `count` rows in the order of `COLUMNS`; the same seed gives the same rows."""
    random = Random(seed)
    subjects = [_subject(number, random) for number in range(max(1, round(count * SUBJECTS_PER_ROW)))]
    for number in range(1, count + 1):
        values = {
            **random.choice(subjects),
            **_decision(number, random),
            "authority_name": authority, "authority_uscc": code, "source_name": authority, "source_uscc": code,
            "validity": "有效",
        }  # fmt: skip
        if random.random() < WRONG:
            name, wrong = random.choice(_FAULTS)
            values[name] = wrong(values.get(name, ""))
        yield [values.get(field.name, "") for field in COLUMNS]


def _subject(number: int, random: Random) -> dict[str, str]:
    if random.random() < NATURAL:
        return {
            "counterparty_name": _person(random), "counterparty_kind": "自然人",
            "counterparty_document_type": "身份证", "counterparty_id_number": _resident_id(number),
        }  # fmt: skip
    body = f"XX{number:06d}"
    region = random.choice(_COUNTIES)
    first17 = f"91{region}{body}{organisation_code.check_character(body)}"
    papers = {
        "legal_representative_document_type": "身份证",
        "legal_representative_id_number": _resident_id(500_000 + number),
    }
    return {
        "counterparty_name": f"安康市{random.choice(_BRANDS)}{number}试例{random.choice(_TRADES)}{random.choice(_FORMS)}",
        "counterparty_kind": "法人及非法人组织",
        "counterparty_uscc": first17 + uscc.check_character(first17),
        "counterparty_organisation_code": first17[8:17],
        "legal_representative": _person(random),
        **(papers if random.random() < WITH_PAPERS else {}),
    }


def _decision(number: int, random: Random) -> dict[str, str]:
    decided = date(2021, 1, 4) + timedelta(days=random.randrange(1_800))
    title = random.choice(_LICENCES)
    return {
        "document_name": title,
        "document_number": f"安试许〔{decided.year}〕{number}号",
        "category": random.choice(("普通", "普通", "普通", "核准", "登记", "认可")),
        "certificate_name": f"{title}证",
        "certificate_number": f"AK{decided.year}{number:07d}",
        "content": f"准予从事{title}所列项目；经营场所在安康市试例路{random.randrange(1, 400)}号，面积{random.randrange(20, 900)}平方米。",
        "decided_on": decided.isoformat(),
        "valid_from": decided.isoformat(),
        "valid_to": (TODAY + timedelta(days=random.randrange(1, 1_500))).isoformat(),
        "remarks": "补录" if random.random() < 0.3 else "",
    }


def _person(random: Random) -> str:
    place = random.randrange(0, len(_GIVEN), 2)
    return random.choice(_SURNAMES) + _GIVEN[place : place + 2]


def _resident_id(number: int) -> str:
    # Born in 1900 and after: nobody alive has such a number.
    born = date(1900, 1, 1) + timedelta(days=number // 999)
    first17 = f"610902{born:%Y%m%d}{number % 999 + 1:03d}"
    return first17 + resident_id.check_character(first17)


_FAULTS = (
    ("counterparty_kind", lambda value: "公司"),
    ("document_number", lambda value: ""),
    ("category", lambda value: "一般"),
    ("decided_on", lambda value: "2026-02-30"),
    ("decided_on", lambda value: "01/02/2024"),
    ("valid_to", lambda value: "2019-12-31"),
    ("authority_uscc", lambda value: f"{value[:-1]}{'0' if value[-1] != '0' else '1'}"),
    ("document_name", lambda value: "许" * 65),
    ("content", lambda value: ""),
)


def write(file: Path, lines: Iterator[Sequence[str]]) -> None:
    """An .xlsx as Excel writes it, texts shared; by hand, because openpyxl would need minutes."""
    texts: dict[str, int] = {}
    sheet = _SHEET_BEGINS + "".join(_row(1, [field.label for field in COLUMNS], texts))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as book:
        for name, content in _PARTS.items():
            book.writestr(name, content)
        with book.open("xl/worksheets/sheet1.xml", "w") as part:
            part.write(sheet.encode())
            for number, line in enumerate(lines, start=2):
                part.write(_row(number, line, texts).encode())
            part.write(b"</sheetData></worksheet>")
        with book.open("xl/sharedStrings.xml", "w") as part:
            part.write(f'{_XML}<sst xmlns="{_MAIN}" uniqueCount="{len(texts)}">'.encode())
            part.writelines(f"<si><t>{escape(text)}</t></si>".encode() for text in texts)
            part.write(b"</sst>")


def _row(number: int, line: Sequence[str], texts: dict[str, int]) -> str:
    cells = [
        f'<c r="{_LETTERS[place]}{number}" t="s"><v>{texts.setdefault(text, len(texts))}</v></c>'
        for place, text in enumerate(line)
        if text
    ]
    return f'<row r="{number}">{"".join(cells)}</row>'


_LETTERS = [letters(place) for place in range(len(COLUMNS))]
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEET_BEGINS = f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>'
_PARTS = {
    "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/></Types>',
    "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="填报" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
}
