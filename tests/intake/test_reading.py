"""Rows as they stand in the file: numbers as the spreadsheet shows them, cells as they were meant, nothing left out."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from registry.intake.errors import Refused
from registry.intake.limits import Limits
from registry.intake.reading import CellError, Formula, open_workbook
from tests.intake import old_workbooks as xls
from tests.intake import packages
from tests.intake.packages import SHEET, WORKBOOK, spoiled

pytestmark = pytest.mark.sqlite


def rows(book, index=0, after=0):
    return [(row.number, row.cells) for row in book.rows(book.sheets[index], after=after)]


def test_cells_keep_their_kind(opened):
    book = Workbook()
    book.active.append(
        ["甲", 3, 1.5, True, dt.date(2026, 2, 27), dt.datetime(2026, 2, 27, 8, 30), dt.time(8, 30), None]
    )
    ((number, cells),) = rows(opened(book))
    assert number == 1
    assert cells == ["甲", 3.0, 1.5, True, dt.date(2026, 2, 27), dt.datetime(2026, 2, 27, 8, 30), dt.time(8, 30)]
    assert type(cells[4]) is dt.date and type(cells[3]) is bool


def test_rows_and_columns_are_counted_as_the_spreadsheet_shows_them(opened):
    book = Workbook()
    book.active["C4"], book.active["B9"] = "甲", "乙"
    assert rows(opened(book)) == [(4, ["", "", "甲"]), (9, ["", "乙", ""])]
    assert rows(opened(book), after=4) == [(9, ["", "乙", ""])]


def test_a_formula_is_told_whatever_it_shows(opened):
    """BI-X09: with and without a remembered value, functions that reach out, and all of an array."""
    book = Workbook()
    book.active.append(["甲", "=A1", '=WEBSERVICE("http://127.0.0.1/")', "乙"])
    book.active["A3"] = ArrayFormula("A3:B4", "=C1:D2")
    found = dict(rows(opened(book)))
    assert found[1] == ["甲", Formula(""), Formula(""), "乙"]
    assert found[3][:2] == [Formula(""), Formula("")]


def test_what_a_formula_remembers_is_kept_apart(opened):
    cell = '<row r="2"><c r="B2" t="str"><f>A1</f><v>旧值</v></c><c r="C2"><f t="shared" si="0"/><v>7</v></c></row>'
    assert rows(opened(spoiled(**{SHEET: packages.sheet(cell)}))) == [(2, ["", Formula("旧值"), Formula(7.0)])]


def test_an_error_is_told(opened):
    cells = '<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1"><v>1</v></c><c r="C1" t="e"><v>#DIV/0!</v></c></row>'
    assert rows(opened(spoiled(**{SHEET: packages.sheet(cells)}))) == [
        (1, [CellError("#N/A"), 1.0, CellError("#DIV/0!")])
    ]


ODD_SPELLINGS = {
    "prefixed": '<x:row r="2"><x:c r="B2"><x:f>1</x:f><x:v>5</x:v></x:c></x:row>',
    "without places": "<row><c><v>1</v></c></row><row><c/><c><f>1</f><v>5</v></c></row>",
    "single quotes": "<row r='2' ><c s='0' r='B2'><f >1</f><v>5</v></c></row>",
}


@pytest.mark.parametrize("spelling", ODD_SPELLINGS)
def test_sheets_spelt_in_other_ways_are_read_alike(opened, spelling):
    content = packages.sheet(ODD_SPELLINGS[spelling])
    if spelling == "prefixed":
        content = content.replace("<worksheet xmlns=", "<x:worksheet xmlns:x=").replace("</worksheet", "</x:worksheet")
        content = (
            content.replace("sheetData>", "x:sheetData>")
            .replace("</x:", "</x:")
            .replace("</sheetData", "</x:sheetData")
        )
        content = content.replace("<x:x:", "<x:").replace("</x:x:", "</x:").replace("</x:sheetData>", "</x:sheetData>")
    assert rows(opened(spoiled(**{SHEET: content})))[-1] == (2, ["", Formula(5.0)])


def test_a_formula_far_down_is_found_in_its_row(opened):
    """The scan goes by pieces of a megabyte and passes over those that tell nothing."""
    filler = "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{"安康" * 40}{n}</t></is></c></row>' for n in range(1, 9000)
    )
    last = '<row r="9000"><c r="B9000"><f>1</f><v>5</v></c></row>'
    found = rows(opened(spoiled(**{SHEET: packages.sheet(filler + last)})), after=8990)
    assert found[-1] == (9000, ["", Formula(5.0)])
    assert not any(isinstance(cell, Formula) for _, cells in found[:-1] for cell in cells)


def test_days_of_the_calendar_of_1904_are_the_same_days(opened):
    book = Workbook()
    book.epoch = dt.datetime(1904, 1, 1)
    book.active["A1"] = dt.date(2026, 2, 27)
    reader = opened(book)
    assert reader.is_1904
    assert rows(reader) == [(1, [dt.date(2026, 2, 27)])]


def test_what_is_hidden_is_read_and_told(opened):
    """BI-X09: rows, columns, sheets and those that only a program can show."""
    book = Workbook()
    first = book.active
    first.append(["甲", "乙"])
    first.append(["丙", "丁"])
    first.row_dimensions[2].hidden = True
    first.column_dimensions["B"].hidden = True
    book.create_sheet("藏").sheet_state = "hidden"
    book.create_sheet("深藏").sheet_state = "veryHidden"
    reader = opened(book)
    assert [(sheet.name, sheet.is_hidden) for sheet in reader.sheets] == [
        ("Sheet", False),
        ("藏", True),
        ("深藏", True),
    ]
    assert [row.is_hidden for row in reader.rows(reader.sheets[0])] == [False, True]
    assert reader.hidden_columns(reader.sheets[0]) == (1,)


def test_text_comes_as_it_was_typed(opened):
    """BI-N01 and spaces, line breaks, rich text, characters that XML has to escape."""
    book = Workbook()
    typed = ["安康市𠮷顺商贸有限公司", "㛃䶮〇", " 前后空白 ", "第一行\n第二行", "A&B<C>", "_x0041_"]
    book.active.append(typed)
    found = rows(opened(book))[0][1]
    assert found[:5] == typed[:5]


def test_questions_can_be_asked_in_any_order(opened):
    book = Workbook()
    for number in range(2000):
        book.active.append([number, "甲"])
    reader = opened(book)
    for row in reader.rows(reader.sheets[0]):
        if row.number == 3:
            break
    assert len(reader.head(reader.sheets[0])) == 30
    assert len(rows(reader)) == 2000


OLD = [["名称", "日期", "数"], ["安康市试例公司", "", 2.5]]
OLD_CELLS = (
    xls.number(1, 1, 46080, style=14) + xls.truth(2, 0, 1) + xls.truth(2, 1, 42, is_error=True) + xls.formula(2, 2, 7)
    + xls.hidden_row(2) + xls.hidden_columns(2, 2)
)  # fmt: skip


def test_an_old_workbook_is_read_alike(opened):
    reader = opened(xls.workbook(OLD, cells=OLD_CELLS))
    assert rows(reader) == [
        (1, ["名称", "日期", "数"]),
        (2, ["安康市试例公司", dt.date(2026, 2, 27), 2.5]),
        (3, [True, CellError("#N/A"), Formula(7.0)]),
    ]
    assert [row.is_hidden for row in reader.rows(reader.sheets[0])] == [False, False, True]
    assert reader.hidden_columns(reader.sheets[0]) == (2,)
    assert (reader.sheets[0].name, reader.sheets[0].is_hidden) == ("填报", False)


def test_an_old_workbook_of_1904_and_a_hidden_sheet(opened):
    reader = opened(xls.workbook([["甲"]], cells=xls.number(1, 0, 46080 - 1462, style=14), is_1904=True, state=2))
    assert reader.is_1904 and reader.sheets[0].is_hidden
    assert rows(reader)[1] == (2, [dt.date(2026, 2, 27)])


def test_an_old_workbook_that_another_program_wrote(opened, office, tmp_path):
    book = Workbook()
    book.active.title = "填报"
    book.active.append(["名称", dt.date(2026, 2, 27), 1.5, "=1+1"])
    book.active.row_dimensions[1].hidden = True
    book.active.column_dimensions["C"].hidden = True
    book.create_sheet("藏").sheet_state = "hidden"
    book.save(tmp_path / "new.xlsx")
    reader = opened(office(tmp_path / "new.xlsx", "xls").read_bytes())
    (row,) = reader.rows(reader.sheets[0])
    assert row.cells == ["名称", dt.date(2026, 2, 27), 1.5, Formula(2.0)] and row.is_hidden
    assert reader.hidden_columns(reader.sheets[0]) == (2,)
    assert [sheet.is_hidden for sheet in reader.sheets] == [False, True]


def test_a_workbook_that_lists_a_sheet_it_does_not_have_is_refused(opened):
    listed = '<sheet name="甲" sheetId="1" r:id="rId1"/><sheet name="乙" sheetId="2" r:id="rId7"/>'
    with pytest.raises(Refused, match="损坏"):
        opened(spoiled(**{WORKBOOK: packages.workbook(listed)}))


def test_an_uploaded_stream_of_bytes_needs_no_name(opened):
    file = io.BytesIO(packages.packed(packages.parts()))
    assert rows(opened(file.getvalue())) == [(1, ["名称"])]


def test_a_large_old_workbook_is_read_whole(opened):
    """Beyond 7 MB a compound file needs lists of its own allocation table."""
    cells = b"".join(xls.label(row, 0, f"安康市试例公司{row:05d}" * 8) for row in range(1, 40_000))
    found = rows(opened(xls.workbook([["名称"]], cells=cells)), after=39_998)
    assert found == [(39_999, ["安康市试例公司39998" * 8]), (40_000, ["安康市试例公司39999" * 8])]


def test_a_file_is_found_wherever_the_process_stands(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(packages.packed(packages.parts()))
    monkeypatch.chdir(tmp_path)
    with open_workbook(Path("file"), limits=Limits()) as book:
        assert rows(book) == [(1, ["名称"])]
