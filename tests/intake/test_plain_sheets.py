"""A plain sheet is read straight from the file: the same rows as calamine gives, or left to calamine."""

from __future__ import annotations

import pytest

from registry.intake.errors import Refused
from registry.intake.limits import Limits
from registry.intake.spreadsheets import Spreadsheet, Xlsx
from tests.intake.packages import SHEET, STRINGS, sheet, spoiled, strings

pytestmark = pytest.mark.sqlite

TEXTS = "<si><t>甲</t></si><si><t>乙</t></si><si><t></t></si>"
FIRST = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'


def cell(place: str, content: str, kind: str = "s") -> str:
    return f'<c r="{place}" t="{kind}">{content}</c>'


PLAIN = {
    "texts": (FIRST, TEXTS),
    "a gap, a format, an empty cell": (
        FIRST + '<row r="3" spans="1:4" ht="15.75"><c r="A3" s="2"/><c r="D3" s="1" t="s"><v>1</v></c></row>', TEXTS
    ),
    "a row without cells and one of empty texts": (
        FIRST + '<row r="2"></row><row r="3"><c r="A3" t="s"><v>2</v></c></row>', TEXTS
    ),
    "a hidden row": (FIRST + '<row r="2" hidden="1"><c r="A2" t="s"><v>1</v></c></row>', TEXTS),
    "a row that is shown": (FIRST + '<row r="2" hidden="0"><c r="A2" t="s"><v>1</v></c></row>', TEXTS),
    "characters that are spelt out": (FIRST, "<si><t>&lt;&amp;lt;&gt;</t></si><si><t>&quot;甲&apos;</t></si>"),
    "blanks that are kept": (FIRST, '<si><t xml:space="preserve"> 甲\n </t></si><si><t>乙 丙</t></si>'),
}  # fmt: skip
ODD = {
    "a number": (FIRST + '<row r="2"><c r="A2"><v>7</v></c></row>', TEXTS),
    "a day": (FIRST + '<row r="2"><c r="A2" s="1"><v>45000</v></c></row>', TEXTS),
    "a truth value": (FIRST + f'<row r="2">{cell("A2", "<v>1</v>", "b")}</row>', TEXTS),
    "an error": (FIRST + f'<row r="2">{cell("A2", "<v>#N/A</v>", "e")}</row>', TEXTS),
    "a formula": (FIRST + f'<row r="2">{cell("A2", "<f>B1</f><v>甲</v>", "str")}</row>', TEXTS),
    "a formula on a shared text": (FIRST + f'<row r="2">{cell("A2", "<f>B1</f><v>0</v>")}</row>', TEXTS),
    "a text of its own": (FIRST + f'<row r="2">{cell("A2", "<is><t>丙</t></is>", "inlineStr")}</row>', TEXTS),
    "a remark among the rows": (FIRST + "<!-- 说明 -->" + FIRST.replace("1", "2", 3).replace('B1"', 'B2"'), TEXTS),
    "rows that are a remark": ("<!--" + FIRST.replace('"1"', '"2"') + "-->" + FIRST, TEXTS),
    "a cell that is a remark": (FIRST.replace("</row>", '<!--<c r="C1" t="s"><v>0</v></c>--></row>'), TEXTS),
    "a row that closes itself": (FIRST + '<row r="2"/><row r="3"><c r="A3" t="s"><v>1</v></c></row>', TEXTS),
    "a cell of another row": (FIRST.replace("B1", "B7"), TEXTS),
    "columns out of order": (FIRST.replace("A1", "C1"), TEXTS),
    "a column twice": (FIRST.replace("A1", "B1"), TEXTS),
    "cells without a place": ('<row r="1"><c t="s"><v>0</v></c></row>', TEXTS),
    "rows without a number": (FIRST.replace(' r="1"', ""), TEXTS),
    "a text that is formatted": (FIRST, "<si><r><t>甲</t></r><r><t>乙</t></r></si><si><t>丙</t></si>"),
    "a text with its reading": (FIRST, "<si><t>甲</t><rPh sb='0' eb='1'><t>jia</t></rPh></si><si><t>丙</t></si>"),
    "a text spelt by numbers": (FIRST, "<si><t>&#30002;</t></si><si><t>乙</t></si>"),
    "a text with an escape": (FIRST, "<si><t>甲_x000D_</t></si><si><t>乙</t></si>"),
    "a text as raw data": (FIRST, "<si><t><![CDATA[甲]]></t></si><si><t>乙</t></si>"),
    "blanks that nobody keeps": (FIRST, "<si><t> 甲 </t></si><si><t>乙</t></si>"),
    "a line end of Windows": (FIRST, '<si><t xml:space="preserve">甲\r\n乙</t></si><si><t>乙</t></si>'),
    "texts that are none": (FIRST, "<x/>"),
    "a text that is not there": (FIRST.replace("<v>1<", "<v>9<"), TEXTS),
}  # fmt: skip


def read(book, rows):
    try:
        return [(number, _trimmed(cells), is_hidden) for number, cells, is_hidden in rows]
    except Refused as refused:
        return refused.message


def _trimmed(cells):
    while cells and cells[-1] == "":
        cells = cells[:-1]
    return cells


@pytest.fixture
def xlsx(tmp_path):
    def open_parts(rows, texts, **more):
        path = tmp_path / "file.xlsx"
        path.write_bytes(spoiled(**{SHEET: sheet(rows, **more), STRINGS: strings(texts)}))
        return Xlsx(path, Limits())

    return open_parts


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_sheet_says_what_calamine_says_without_it(xlsx, name, monkeypatch):
    book = xlsx(*PLAIN[name])
    expected = read(book, Spreadsheet.rows(book, 0))
    monkeypatch.setattr(Xlsx, "_load", None)
    assert len(expected) >= 1 and read(book, book.rows(0)) == expected
    assert read(book, book.rows(0, after=1)) == [row for row in expected if row[0] > 1]


@pytest.mark.parametrize("name", ODD)
def test_anything_odd_is_left_to_calamine(xlsx, name):
    book = xlsx(*ODD[name])
    assert read(book, book.rows(0)) == read(book, Spreadsheet.rows(book, 0))
    assert book._not_plain == {0}


def test_calamine_reads_on_where_a_large_sheet_ceases_to_be_plain(xlsx):
    lines = [FIRST.replace('"1"', f'"{n}"').replace("A1", f"A{n}").replace("B1", f"B{n}") for n in range(1, 30_000)]
    book = xlsx("".join(lines) + '<row r="30000"><c r="A30000"><v>7</v></c></row>', TEXTS)
    rows = book.rows(0)
    assert next(rows) == (1, ["甲", "乙"], False) and book._not_plain == set()
    rest = list(rows)
    assert [row[0] for row in rest] == list(range(2, 30_001)) and rest[-1][1][0] == 7
    assert book._not_plain == {0}


@pytest.mark.parametrize(
    "more",
    [
        FIRST,  # an earlier row
        FIRST.replace('"1"', '"5"').replace("A1", "A5").replace("B1", "B5") * 2,  # the same row twice
        '<row r="5"><c r="A5" t="s"><v>0</v></c></row><row r="6"><c r="C5" t="s"><v>1</v></c></row>',
    ],
)
def test_rows_in_disorder_are_refused_and_never_lost(xlsx, more):
    before = FIRST.replace('"1"', '"4"').replace("A1", "A4").replace("B1", "B4")
    book = xlsx(before + more + '<row r="9"><c r="A9" t="s"><v>1</v></c></row>', TEXTS)
    found, expected = read(book, book.rows(0)), read(book, Spreadsheet.rows(book, 0))
    assert found == expected or "顺序" in found


def test_hidden_columns_are_said_before_the_first_row(xlsx, monkeypatch):
    book = xlsx(FIRST, TEXTS, before='<cols><col min="2" max="3" hidden="1"/><col min="5" max="5"/></cols>')
    expected = Spreadsheet.hidden_columns(book, 0)
    monkeypatch.setattr(Xlsx, "_load", None)
    assert book.hidden_columns(0) == expected == [1, 2]


def test_rows_behind_the_data_are_no_rows_here_either(xlsx):
    book = xlsx(FIRST, TEXTS, after=f"<extLst><sheetData>{FIRST.replace('1', '2')}</sheetData></extLst>")
    assert read(book, book.rows(0)) == read(book, Spreadsheet.rows(book, 0))
    assert book._not_plain == {0}
