"""The clerk's own workbook comes back with exactly the wrong cells marked, and goes round again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from registry.intake import returning, tables
from registry.intake.cells import RowReader
from registry.intake.errors import Refused
from registry.intake.limits import MIB, Limits
from registry.intake.returning import Fault, WrongRows, faults_of
from registry.intake.summaries import kind_of
from registry.records.fields import FieldSpec, FieldType, Specification
from registry.records.kinds import Problem
from tests.intake import old_workbooks as xls
from tests.intake.conftest import saved

pytestmark = pytest.mark.sqlite
RED = "FFFFC7CE"
SPEC = Specification(
    (
        FieldSpec(name="name", label="主体名称", type=FieldType.NAME, required=True),
        FieldSpec(name="code", label="统一社会信用代码", type=FieldType.USCC),
        FieldSpec(name="day", label="作出日期", type=FieldType.DATE),
        FieldSpec(name="amount", label="欠费金额（万元）", type=FieldType.AMOUNT),
    )
)
HEADINGS = [item.label for item in SPEC]
FAULTS = {
    3: [Fault("统一社会信用代码：校验码错误：第18位应为 G，现为 A", 1), Fault("作出日期：必填", 2)],
    5: [Fault("文书号：已存在")],
}


def clerks_book() -> Workbook:
    """A file as a clerk has it: notes on top, own columns, colours, comments, drop-downs, a second sheet."""
    book = Workbook()
    sheet = book.active
    sheet.title = "三月"
    sheet.append([*HEADINGS, "经办人", None, "草稿"])
    for number in range(2, 8):
        sheet.append([f"试例公司{number}", "91610902XX0000000A", date(2026, 2, number), 0.5, f"张{number}"])
    sheet["B3"].comment = Comment("找老王核对", "李四")
    sheet["A4"].fill = PatternFill("solid", start_color="FF00FF00")
    sheet["D6"] = "=SUM(D2:D5)"
    sheet.merge_cells("E6:E7")
    sheet.add_data_validation(check := DataValidation(type="list", formula1='"甲,乙"'))
    check.add("E2:E9")
    book.create_sheet("说明").append(["勿动"])
    return book


@pytest.fixture
def returned(opened, tmp_path):
    """What goes back for a file that came in, opened again by openpyxl."""

    def go_back(content, faults=FAULTS, batch="AKPC-20260302-000017-K", **limits) -> Path:
        book = opened(content)
        table = tables.find(book, SPEC)
        to = tmp_path / f"back{len(list(tmp_path.iterdir()))}.xlsx"
        returning.own_file(book.path, to, table=table, faults=faults, batch=batch, limits=Limits(**limits))
        return to

    return go_back


def marked(sheet) -> set[str]:
    """The red cells with a comment of ours."""
    return {
        cell.coordinate
        for row in sheet.iter_rows(min_row=2)
        for cell in row
        if cell.fill.start_color.rgb == RED and cell.comment
    }


def test_exactly_the_wrong_cells_are_marked(returned):
    sheet = load_workbook(returned(clerks_book()))["三月"]
    assert marked(sheet) == {"B3", "C3"}
    assert sheet["C3"].comment.text == "作出日期：必填"
    assert sheet["H3"].value == "统一社会信用代码：校验码错误：第18位应为 G，现为 A；作出日期：必填"
    assert sheet["H5"].value == "文书号：已存在"
    assert {row for row in range(2, 9) if sheet.cell(row, 8).value} == {3, 5}
    assert sheet["H1"].value == "问题" and sheet["I1"].value == "退回标记 AKPC-20260302-000017-K"
    assert sheet.column_dimensions["I"].hidden and not sheet.column_dimensions["H"].hidden


def test_everything_else_is_as_the_clerk_left_it(returned):
    book = load_workbook(returned(clerks_book()))
    assert book.sheetnames == ["汇总", "三月", "说明"]
    before, sheet = clerks_book().active, book["三月"]
    for row in before.iter_rows():
        for cell in row:
            assert sheet[cell.coordinate].value == (
                cell.value if cell.value is None or not hasattr(cell.value, "year") else sheet[cell.coordinate].value
            )
    assert sheet["C2"].value.date() == date(2026, 2, 2) and sheet["C2"].number_format == before["C2"].number_format
    assert sheet["B3"].comment.text.endswith("找老王核对")
    assert sheet["A4"].fill.start_color.rgb == "FF00FF00"
    assert sheet["D6"].value == "=SUM(D2:D5)"
    assert str(sheet.merged_cells) == "E6:E7"
    assert sheet.data_validations.dataValidation[0].formula1 == '"甲,乙"'
    assert book["说明"]["A1"].value == "勿动"


def test_the_first_sheet_sums_up_by_kind(returned):
    summary = load_workbook(returned(clerks_book()))["汇总"]
    rows = [[cell for cell in row] for row in summary.iter_rows(min_row=5, values_only=True)]
    assert rows[0] == ["列", "填报项", "问题", "数量", "所在行"]
    assert sorted(rows[1:], key=str) == sorted(
        [
            ["B", "统一社会信用代码", "校验码错误", "1", "3"],
            ["C", "作出日期", "必填", "1", "3"],
            [None, "整行", "已存在", "1", "5"],
        ],
        key=str,
    )
    assert summary["A2"].value.startswith("共2行、3处问题。请在工作表“三月”中改正标红的单元格")


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("行政相对人代码_1（统一社会信用代码）（C5）：校验码错误：第18位应为 X，现为 Y，与前17位不符", "校验码错误"),
        ("有效期至：不能早于有效期自（2026-02-27）", "不能早于有效期自"),
        ("许可内容：最多200个字，现为201个字", "最多200个字"),
        ("作出日期（AB12）：单元格是公式，请粘贴为数值", "单元格是公式"),
        ("代码：第1位“Q”不是登记管理部门代码", "第1位“…”不是登记管理部门代码"),
        ("没有此字段", "没有此字段"),
    ],
)
def test_messages_of_one_kind_are_counted_together(message, kind):
    assert kind_of(message) == kind


def test_a_marked_cell_that_is_merged_marks_the_whole(returned):
    sheet = load_workbook(returned(clerks_book(), {7: [Fault("经办人：不对", 4)]}))["三月"]
    assert sheet["E6"].comment.text == "经办人：不对"


def test_it_can_be_uploaded_again_and_knows_what_was_marked(returned, opened):
    back = load_workbook(returned(clerks_book()))
    sheet = back["三月"]
    sheet["B3"] = "91610902XX0000000G"
    sheet.insert_rows(2, 2)  # a clerk sorts, inserts and deletes as everywhere
    table = tables.find(opened(back), SPEC)
    assert table.batch == "AKPC-20260302-000017-K"
    assert {row.number: table.marked_row(row) for row in table.rows() if table.marked_row(row)} == {5: 3, 7: 5}
    assert all("问题" not in remark and "退回标记" not in remark for remark in table.remarks)
    assert [table.columns.headings[place] for place in table.columns.unknown] == ["经办人", "草稿"]


def test_a_second_return_forgets_the_first(returned, opened):
    first = returned(clerks_book())
    second = load_workbook(returned(first.read_bytes(), {6: [Fault("主体名称：必填", 0)]}, batch="B-2"))
    sheet = second["三月"]
    assert second.sheetnames == ["汇总", "三月", "说明"]
    assert marked(sheet) == {"A6"}
    assert [cell.value for cell in sheet[1]][-2:] == ["问题", "退回标记 B-2"]
    assert (sheet.max_column, sheet["H3"].value, sheet["I6"].value) == (9, None, 6)


def test_a_table_with_two_rows_of_headings_goes_round_too(returned, opened):
    book = Workbook()
    book.active.append(HEADINGS)
    book.active.append(HEADINGS)
    for _ in range(3):
        book.active.append(["甲", "1"])
    table = tables.find(opened(returned(book, {4: FAULTS[3]}).read_bytes()), SPEC)
    assert (table.header_row, table.batch) == (2, "AKPC-20260302-000017-K")
    assert [table.marked_row(row) for row in table.rows()] == [None, 4, None]


def test_a_csv_and_an_old_workbook_come_back_as_new_ones(returned, opened):
    lines = [",".join(HEADINGS), "甲,'=1,2026-02-27,0.5", ",,,", "乙,1,2026-02-30,", "丙,,,"]
    for content in (
        "\n".join(lines).encode("gb18030"),
        xls.workbook([HEADINGS, ["甲"], [], ["乙", "1", 46080.0], ["丙"]]),
    ):
        back = load_workbook(returned(content, {4: [Fault("作出日期：没有这一天", 2)]}))
        sheet = back.worksheets[1]
        assert back.sheetnames == ["汇总", "填报"]
        assert [cell.value for cell in sheet[1]] == [*HEADINGS, "原行号", "问题", "退回标记 AKPC-20260302-000017-K"]
        assert marked(sheet) == {"C3"}
        assert [row[4].value for row in sheet.iter_rows(min_row=2)] == [2, 4, 5]
        table = tables.find(opened(back), SPEC)
        assert [table.marked_row(row) for row in table.rows()] == [None, 4, None]
        assert table.columns.unknown == ()


def test_cells_that_look_like_formulas_stay_text(returned):
    """BI-N13, P27: nothing that was text in a CSV runs when it comes back."""
    content = f"{','.join(HEADINGS)}\n=1+1,@SUM(1),-2+3,＝1\n".encode()
    sheet = load_workbook(returned(content, {2: [Fault("=HYPERLINK：不对", 0)]})).worksheets[1]
    assert {cell.data_type for cell in sheet[2][:4]} == {"s"}
    assert [cell.value for cell in sheet[2][:4]] == ["=1+1", "@SUM(1)", "-2+3", "＝1"]
    assert sheet[2][5].data_type == "s" and sheet[2][0].quotePrefix


def test_wrong_rows_alone_keep_their_numbers(opened, tmp_path):
    """Above 5,000 rows."""
    table = tables.find(opened(clerks_book()), SPEC)
    with WrongRows(tmp_path / "wrong.xlsx", table=table, batch="B-3") as book:
        for row in table.rows():
            if row.number in FAULTS:
                book.add(row, FAULTS[row.number])
    again = load_workbook(tmp_path / "wrong.xlsx")
    sheet = again["三月"]
    assert sheet.max_row == 3 and marked(sheet) == {"B2", "C2"}
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, min_col=8)] == [
        [3, "；".join(fault.message for fault in FAULTS[3]), 3], [5, "文书号：已存在", 5],
    ]  # fmt: skip
    found = tables.find(opened(again), SPEC)
    assert [found.marked_row(row) for row in found.rows()] == [3, 5]
    assert [RowReader(found)(row).values["name"] for row in found.rows()] == ["试例公司3", "试例公司5"]


def test_a_broken_off_book_leaves_no_file_behind(opened, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    table = tables.find(opened(clerks_book()), SPEC)
    before = set(tmp_path.iterdir())
    with pytest.raises(RuntimeError), WrongRows(tmp_path / "wrong.xlsx", table=table, batch="B") as book:
        book.add(next(table.rows()), [Fault("x", 0)])
        raise RuntimeError
    assert set(tmp_path.iterdir()) == before


def test_a_file_too_intricate_to_mark_is_refused_and_nothing_is_left(returned, tmp_path):
    with pytest.raises(Refused):
        returned(clerks_book(), memory_bytes=MIB)
    assert not list(tmp_path.glob("back*.xlsx"))


def test_what_a_cell_holds_comes_before_what_the_validator_misses(opened):
    book = Workbook()
    book.active.append(HEADINGS)
    book.active.append(["甲", 9.1e17])
    table = tables.find(opened(book), SPEC)
    (row,) = table.rows()
    read = RowReader(table)(row)
    problems = [Problem(field="code", message="统一社会信用代码：必填"), Problem(field="day", message="作出日期：必填"),
                Problem(field="", message="不在目录内")]  # fmt: skip
    assert [(fault.position, fault.message[:10]) for fault in faults_of(read, problems, table.columns)] == [
        (1, "统一社会信用代码（B"), (2, "作出日期：必填"), (None, "不在目录内"),
    ]  # fmt: skip


def test_it_looks_right_in_another_program(returned, office):
    """LibreOffice opens it without repair and shows what we wrote."""
    page = office(returned(clerks_book()), "html").read_text(encoding="utf-8", errors="replace")
    assert "有问题的行汇总" in page and "作出日期：必填" in page
    assert saved(clerks_book())
