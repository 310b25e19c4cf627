"""What leaves as a file harms no spreadsheet and comes back as it was (P27, BI-N13, item by item)."""

from __future__ import annotations

import csv
import io
import random
from datetime import date

import pytest
from openpyxl import load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils.escape import unescape

from registry import exporting, formulas
from registry.intake import tables
from registry.intake.cells import RowReader
from registry.records.fields import FieldSpec, FieldType, Specification

pytestmark = pytest.mark.sqlite
SEED, MANY = 20260302, 10_000
STARTS = [
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "＝",
    "＋",
    "－",
    "＠",
    "'",
    '"',
    "",
    " ",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x")',
]
LETTERS = [
    *"=+-@'\",;|\t\r\n 0123456789abcXYZ安康市𠮷顺㛃䶮〇（）〔〕&<>_\\\x0b\x1f\u200b\U0001f600",
    "_x0041_",
    "=1",
    "''",
]


def strings(count: int = MANY) -> list[str]:
    """Random texts, most of them beginning like something a spreadsheet runs."""
    chance = random.Random(SEED)
    return [
        chance.choice(STARTS) + "".join(chance.choices(LETTERS, k=chance.randrange(12))) + str(number)
        for number in range(count)
    ]


STRINGS = strings()


def exported(file_format: exporting.Format, texts: list[str], heading: str = "名称") -> bytes:
    rows = [[text] for text in texts]
    return exporting.answer(file_format, code="x", on=date(2026, 3, 2), header=[heading], rows=rows).getvalue()


def held(text: str) -> str:
    """What a workbook can hold of a text."""
    return ILLEGAL_CHARACTERS_RE.sub("", text)


def test_ten_thousand_strings_leave_in_a_csv_without_a_formula():
    content = exported(exporting.Format.CSV, STRINGS)
    cells = [row[0] for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))][1:]
    assert not any(cell.startswith(formulas.STARTS_A_FORMULA) for cell in cells)
    assert [formulas.restored(cell) for cell in cells] == STRINGS, f"seed {SEED}"


def test_ten_thousand_strings_leave_in_a_workbook_without_a_formula():
    sheet = load_workbook(io.BytesIO(exported(exporting.Format.XLSX, STRINGS))).active
    cells = [cell for (cell,) in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"} and {cell.number_format for cell in cells} == {"@"}
    assert [unescape(cell.value) for cell in cells] == [held(text) for text in STRINGS], f"seed {SEED}"
    quoted = [text for text, cell in zip(STRINGS, cells, strict=True) if cell.quotePrefix]
    assert quoted == [text for text in STRINGS if text.startswith(formulas.STARTS_A_FORMULA)]


def saved_again(office, tmp_path, file_format: exporting.Format, texts: list[str]) -> list:
    """The cells of the export after LibreOffice opened it and saved it as a workbook."""
    path = tmp_path / f"exported.{file_format}"
    path.write_bytes(exported(file_format, texts))
    reading = ("--infilter=CSV:44,34,76,1",) if file_format is exporting.Format.CSV else ()  # as UTF-8, by commas
    sheet = load_workbook(office(path, "xlsx:Calc MS Excel 2007 XML", *reading)).active
    cells = [sheet.cell(row, 1) for row in range(2, len(texts) + 2)]
    assert "f" not in {cell.data_type for cell in cells}
    return [cell.value for cell in cells]


def test_libreoffice_finds_no_formula_in_a_workbook_and_every_text(office, tmp_path):
    texts = [text for text in map(held, STRINGS) if "\r" not in text]  # openpyxl does not read its escape
    assert saved_again(office, tmp_path, exporting.Format.XLSX, texts) == texts


def test_libreoffice_finds_no_formula_in_a_csv(office, tmp_path):
    """It takes bare digits for numbers there, and a line feed for each end of line; everything else is the text."""
    texts = [text for text in map(held, STRINGS) if "\r" not in text]
    found = saved_again(office, tmp_path, exporting.Format.CSV, texts)
    words = [(text, cell) for text, cell in zip(texts, found, strict=True) if isinstance(cell, str)]
    assert len(words) > len(texts) * 0.9
    assert [formulas.restored(cell) for _, cell in words] == [text for text, _ in words]


SPEC = Specification((FieldSpec(name="name", label="名称", type=FieldType.LONG_TEXT, required=True),
                      FieldSpec(name="second", label="第二", type=FieldType.LONG_TEXT)))  # fmt: skip


@pytest.mark.parametrize("file_format", exporting.Format)
def test_what_was_exported_is_imported_as_it_was(file_format, opened):
    rows = [[text, "x"] for text in STRINGS]
    content = exporting.answer(
        file_format, code="x", on=date(2026, 3, 2), header=["名称", "第二"], rows=rows
    ).getvalue()
    table = tables.find(opened(content), SPEC)
    read = RowReader(table)
    found = [read(row).values["name"] for row in table.rows()]
    expected = STRINGS if file_format is exporting.Format.CSV else [held(text) for text in STRINGS]
    assert found == expected
