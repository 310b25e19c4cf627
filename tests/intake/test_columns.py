"""A heading is known under every name people give it, and what is wrong with a header is said by name."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import Workbook

from registry.intake import tables
from registry.intake.columns import Headings, match
from registry.intake.errors import Refused
from registry.records import kinds
from registry.records.fields import FieldSpec, FieldType, Specification

pytestmark = pytest.mark.sqlite
OF_2015 = list(csv.DictReader((Path(__file__).parent / "fields_of_2015.csv").read_text(encoding="utf-8").splitlines()))
BOOKKEEPING = {"DFBM", "SJC", "CF_ZT"}  # where and when a row was changed, and its state: the portal's own matter


def spec(code: str) -> Specification:
    return kinds.get(code).spec()


@pytest.mark.parametrize(
    "row", [row for row in OF_2015 if row["field"] not in BOOKKEEPING], ids=lambda row: row["field"]
)
def test_the_fields_of_2015_are_known_by_code_and_by_label(row):
    known = Headings(spec("licence" if row["record_kind"] == "行政许可" else "penalty"))
    by_code, by_label = known.field_of(row["field"]), known.field_of(row["label"])
    assert by_code is not None and by_code is by_label


@pytest.mark.parametrize("kind", ["licence", "penalty", "code-event"])
def test_every_field_is_known_by_label_code_and_alias(kind):
    known = Headings(spec(kind))
    for item in spec(kind):
        for name in filter(None, (item.label, item.code, *item.aliases)):
            assert known.field_of(name) is item, name


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("★行政处罚决定文书号", "document_number"),
        ("行政处罚决定文书号*", "document_number"),
        (" 行政处罚\n决定文书号 ", "document_number"),
        ("行政处罚决定文书号（必填）", "document_number"),
        ("ｃｆ＿ｗｓｈ", "document_number"),
        ("cf_wsh", "document_number"),
        ("\ufeffCF_WSH", "document_number"),
        ("罚款金额", "fine"),
        ("罚款金额(万元)", "fine"),
        ("统一社会信用代码", "counterparty_uscc"),
        ("行政相对人代码_1(统一社会信用代码)", "counterparty_uscc"),
        ("组织机构代码", "counterparty_organisation_code"),
        ("工商登记码", "counterparty_registration_number"),
        ("居民身份证号", "counterparty_id_number"),
        ("处罚机关统一社会信用代码", "authority_uscc"),
    ],
)
def test_stars_blanks_width_and_line_breaks_do_not_matter(heading, name):
    assert Headings(spec("penalty")).field_of(heading).name == name


@pytest.mark.parametrize("heading", ["行政相对人代码_2", "行政相对人代码_5", "万元", "", "名称", 3.0, None, "长" * 300])
def test_what_could_mean_two_things_means_nothing(heading):
    """_2 was the organisation code in 2015 and is the registration number since 2018."""
    assert Headings(spec("penalty")).field_of(heading) is None


def header(code: str, *, without: str = "", and_also: tuple[str, ...] = ()) -> list[str]:
    return [item.label for item in spec(code) if item.name != without] + list(and_also)


def test_what_is_missing_is_named():
    columns = match(header("penalty", without="document_number"), spec("penalty"))
    assert columns.missing == ("行政处罚决定书文号",)
    assert "缺少必填列：行政处罚决定书文号" in columns.problems[0]


def test_what_has_a_default_may_be_missing():
    assert match(header("penalty", without="authority_uscc"), spec("penalty")).problems == ()


def test_what_is_there_twice_is_named_with_its_columns():
    columns = match(header("penalty", and_also=("CF_WSH",)), spec("penalty"))
    (problem,) = columns.problems
    assert problem == "N列“行政处罚决定书文号”、AH列“CF_WSH”是同一项，请只保留一列"


def test_the_two_kinds_of_penalty_of_2015_are_one_field():
    columns = match(header("penalty", without="category", and_also=("处罚类别1", "处罚类别2")), spec("penalty"))
    assert columns.problems == ()
    assert [item.name for item in columns.fields.values()].count("category") == 2


def test_what_is_unknown_is_left_alone_and_named():
    columns = match(["序号", *header("penalty"), "内部备注"], spec("penalty"))
    assert [columns.headings[place] for place in columns.unknown] == ["序号", "内部备注"]
    assert columns.position("counterparty_name") == 1 and columns.position("nothing") is None


ARREARS = Specification(
    (
        FieldSpec(name="name", label="主体名称", type=FieldType.NAME, required=True),
        FieldSpec(name="amount", label="欠费金额（万元）", type=FieldType.AMOUNT, required=True),
    )
)


def book_of(*rows: list) -> Workbook:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return book


def test_the_header_may_stand_below_a_title(opened):
    table = tables.find(
        opened(book_of(["欠费名单"], [], ["填报单位：某局"], ["主体名称", "欠费金额"], ["甲", "1"])), ARREARS
    )
    assert table.header_row == 4
    assert [row.number for row in table.rows()] == [5]


def test_two_rows_of_headings_are_both_headings(opened):
    spec_ = spec("penalty")
    book = book_of([item.label for item in spec_], [item.code for item in spec_], ["甲"])
    table = tables.find(opened(book), spec_)
    assert table.header_row == 2
    assert [row.cells[0] for row in table.rows()] == ["甲"]


def test_a_row_of_nothing_but_unknown_columns_is_a_row(opened):
    book = book_of(["主体名称", "欠费金额", "经办人", "电话"], [None, None, "张某", "0915"])
    table = tables.find(opened(book), ARREARS)
    assert [row.number for row in table.rows()] == [2]


def test_the_sheet_to_fill_in_is_found_by_name_then_by_header(opened):
    book = book_of(["主体名称", "欠费金额"], ["甲", "1"])
    table = book.create_sheet("填报")
    table.append(["主体名称", "欠费金额"])
    table.append(["乙", "2"])
    assert tables.find(opened(book), ARREARS).sheet.name == "填报"
    book = book_of(["目录"])
    book.create_sheet("数据").append(["主体名称", "欠费金额"])
    assert tables.find(opened(book), ARREARS).sheet.name == "数据"


def test_what_is_not_read_is_said(opened):
    book = book_of(["主体名称", "欠费金额", "经办人"], ["甲", "1"], ["乙", "2"])
    book.active.column_dimensions["B"].hidden = True
    book.active.row_dimensions[3].hidden = True
    book.create_sheet("草稿")
    book.create_sheet("藏").sheet_state = "hidden"
    table = tables.find(opened(book), ARREARS)
    assert len(list(table.rows())) == 2
    assert table.remarks == (
        "隐藏的工作表未读取：藏",
        "只读取工作表“Sheet”，未读取：草稿",
        "不认识的列未读取：经办人",
        "隐藏的列已照常读取，请核对：欠费金额",
        "第3行是隐藏行，已照常读取，请核对是否应当上报",
    )


def test_a_hidden_sheet_is_read_only_when_no_other_has_a_header_and_that_is_said(opened):
    book = book_of(["说明"])
    hidden = book.create_sheet("藏")
    hidden.sheet_state = "hidden"
    hidden.append(["主体名称", "欠费金额"])
    assert tables.find(opened(book), ARREARS).remarks[0] == "读取的工作表“藏”是隐藏的，请核对"


@pytest.mark.parametrize("rows", [[], [["姓名", "电话"]], [["主体名称"]], [["某"]] * 40 + [["主体名称", "欠费金额"]]])
def test_a_workbook_without_a_known_header_says_what_is_expected(opened, rows):
    """BI-X12: an empty sheet, another table, a header too far down."""
    with pytest.raises(
        Refused, match="没有找到表头：表头须在前30行内，含“主体名称”“欠费金额（万元）”等列；请下载模板填报"
    ):
        tables.find(opened(book_of(*rows)), ARREARS)


def test_a_header_alone_is_a_table_without_rows(opened):
    """BI-X12."""
    assert list(tables.find(opened(book_of(["主体名称", "欠费金额"])), ARREARS).rows()) == []


def test_a_csv_with_a_byte_order_mark_knows_its_first_column(opened):
    """BI-C11."""
    table = tables.find(opened("\ufeff主体名称,欠费金额\n甲,1\n".encode()), ARREARS)
    assert table.columns.position("name") == 0


def test_a_sheet_that_cannot_be_read_is_refused_with_all_reasons(opened):
    book = book_of(["主体名称", "主体名称", "电话", "金额"], ["甲"])
    with pytest.raises(Refused, match="没有找到表头"):
        tables.find(opened(book), ARREARS)
    book = book_of(["欠费金额", "欠费金额（万元）", "主体 名称", "主体名称*"], ["甲"])
    with pytest.raises(Refused) as refused:
        tables.find(opened(book), ARREARS)
    assert refused.value.message == (
        "工作表“Sheet”A列“欠费金额”、B列“欠费金额（万元）”是同一项，请只保留一列；C列“主体 名称”、D列“主体名称*”是同一项，请只保留一列"
    )
