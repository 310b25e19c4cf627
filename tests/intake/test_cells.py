"""What Excel did to a value is repaired where that is certain, and named where it is not (BI-X09, X10, D02 to D05, M01)."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry import formulas
from registry.intake.cells import RowReader
from registry.intake.columns import match
from registry.intake.guard import FileKind
from registry.intake.reading import CellError, Formula, Row
from registry.intake.tables import Table
from registry.records.fields import FieldSpec, FieldType, Specification
from registry.records.parsing import Door, FieldProblem, parse

pytestmark = pytest.mark.sqlite
TODAY = date(2026, 3, 2)
FIELDS = {
    "code": FieldSpec(name="code", label="代码", type=FieldType.USCC),
    "id": FieldSpec(name="id", label="证件号码", type=FieldType.ID_NUMBER),
    "number": FieldSpec(name="number", label="文书号", type=FieldType.DOCUMENT_NUMBER, max_length=64),
    "text": FieldSpec(name="text", label="许可编号", max_length=64),
    "name": FieldSpec(name="name", label="名称", type=FieldType.NAME, max_length=200),
    "long": FieldSpec(name="long", label="内容", type=FieldType.LONG_TEXT, max_length=4000),
    "day": FieldSpec(name="day", label="日期", type=FieldType.DATE),
    "amount": FieldSpec(name="amount", label="金额", type=FieldType.AMOUNT),
    "choice": FieldSpec(name="choice", label="状态", type=FieldType.CHOICE, choices=("有效", "1")),
    "choices": FieldSpec(name="choices", label="类别", type=FieldType.CHOICES, choices=("罚款", "警告"), aliases=("类别2",)),
}  # fmt: skip
SPEC = Specification(tuple(FIELDS.values()))
CODE = "91610902XX0000000G"


def read(name, cell, *, kind=FileKind.XLSX, is_1904=False):
    """One cell in column A of row 7."""
    book = SimpleNamespace(kind=kind, is_1904=is_1904)
    columns = match([FIELDS[name].label], SPEC)
    return RowReader(Table(book, None, 6, columns, ()))(Row(7, [cell]))


def value(name, cell, **how):
    found = read(name, cell, **how)
    assert found.faults == []
    return parse(FIELDS[name], found.values[name], door=Door.IMPORT, today=TODAY).value


def fault(name, cell, **how):
    found = read(name, cell, **how)
    assert found.values == {}, found.values
    (only,) = found.faults
    assert (only.position, only.field) == (0, name)
    assert only.message.startswith(f"{FIELDS[name].label}（A7）：")
    return only.message.partition("：")[2]


@pytest.mark.parametrize("name", ["code", "id", "number", "text"])
@pytest.mark.parametrize("number", [9.16109e17, 6.12401199001011e17, 916109000000.0])
def test_a_code_that_became_a_power_is_never_guessed(name, number):
    """BI-X10: the last digits are gone, in the file and not only on the screen."""
    message = fault(name, number)
    assert message.startswith("已被 Excel 转成科学计数法") and "须为文本格式" in message
    assert "916" not in message and "612" not in message


@pytest.mark.parametrize("name", ["code", "id", "number", "text"])
@pytest.mark.parametrize("number", [12.0, 61240119900.0, 0.0, -3.5])
def test_a_number_where_text_belongs_may_have_lost_its_zeros(name, number):
    assert fault(name, number).startswith("该列须为文本格式")


@pytest.mark.parametrize("text", ["9.16109E+17", "6.12401E+17", " 6.12401199001011e+17 "])
def test_a_csv_that_excel_saved_is_damaged_alike(text):
    for name in ("code", "id", "number", "text"):
        assert fault(name, text, kind=FileKind.CSV).startswith("已被 Excel 转成科学计数法")


def test_text_that_only_resembles_a_power_is_text():
    assert value("name", "1E+5工作室") == "1E+5工作室"
    assert value("text", "A+B") == "A+B"


def test_a_trailing_apostrophe_is_a_wrong_character_and_a_leading_one_is_excels():
    """BI-X10."""
    with pytest.raises(FieldProblem, match="第19位"):
        value("code", f"{CODE}'")
    found = read("code", f"'{CODE}")
    assert found.values == {"code": CODE} and found.notices == ["代码（A7）：已去除开头的单引号"]


@pytest.mark.parametrize("name", list(FIELDS))
def test_formulas_errors_and_truth_values_are_faults_everywhere(name):
    """BI-X09."""
    assert "请粘贴为数值" in fault(name, Formula("91610902XX0000000G"))
    assert "错误值 #N/A" in fault(name, CellError("#N/A"))
    assert "TRUE/FALSE" in fault(name, True)
    assert "TRUE/FALSE" in fault(name, False)


@pytest.mark.parametrize(
    "typed",
    ["2024-01-05", "２０２４-01-05", "2024年1月5日", "2024/1/5", "2024.1.5", "20240105", " 2024-01-05 ", "'2024-01-05"],
)
def test_days_in_every_form_people_type(typed):
    """BI-D02."""
    assert value("day", typed) == date(2024, 1, 5)


@pytest.mark.parametrize("typed", ["01/02/2024", "1-2-2024", "1.2.24"])
def test_days_that_can_be_read_in_two_ways(typed):
    """BI-D03."""
    with pytest.raises(FieldProblem, match="日期格式有歧义"):
        value("day", typed)


def test_days_of_excel():
    assert value("day", date(2024, 1, 5)) == date(2024, 1, 5)
    assert value("day", 20240105.0) == date(2024, 1, 5)
    assert value("day", 45296.0) == date(2024, 1, 5)
    assert value("day", 45296.0 - 1462, is_1904=True) == date(2024, 1, 5)


def test_what_was_done_to_a_day_is_said():
    assert read("day", datetime(2024, 1, 5, 8, 30)).notices == ["日期（A7）：已舍去时间，只取日期"]
    assert read("day", 45296.0).notices == ["日期（A7）：数字 45296 已按 Excel 日期序号读作 2024-01-05，请核对"]
    assert read("day", date(2024, 1, 5)).notices == []


@pytest.mark.parametrize("serial", [59.0, 60.0, 61.0, 2024.0, 0.0, -1.0, 0.5, 18_263.0, 73_051.5, 1e300])
def test_a_number_that_is_hardly_a_day_is_not_made_one(serial):
    """BI-D05: 60 would be 29 February 1900, which Excel has and the calendar has not; 2024 is a year."""
    assert "不是日期" in fault("day", serial)


def test_days_before_march_1900_are_not_believed():
    """BI-D05: calamine gives both 59 and 60 as 28 February."""
    assert "不可靠" in fault("day", date(1900, 2, 28))
    assert value("day", date(1900, 3, 1)) == date(1900, 3, 1)
    with pytest.raises(FieldProblem, match="没有这一天"):
        value("day", "1900-02-29")


def test_a_time_is_no_day_and_a_day_no_text():
    assert "没有日期" in fault("day", time(8, 30))
    assert "已被 Excel 转成日期" in fault("number", date(2024, 1, 5))
    assert "已被 Excel 转成日期" in fault("name", time(8, 30))
    assert "已被 Excel 转成日期" in fault("amount", date(2024, 1, 5))


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1,234.50", "1234.50"), ("￥１２３", "123"), ("¥0.2", "0.2"), (" 0.2 ", "0.2"), ("'0.2", "0.2"),
        (3.0, "3"), (0.5, "0.5"), (1234.5, "1234.5"), (-0.0, "0"), (0.1 + 0.2, "0.3"), (1e-6, "0.000001"), (12, "12"),
    ],
)  # fmt: skip
def test_amounts(typed, amount):
    """BI-M01: separators and signs are taken off in an import; an integer that floats is an integer."""
    assert value("amount", typed) == Decimal(amount)


@pytest.mark.parametrize(
    "typed", ["1e999999", "NaN", "Infinity", "-1", "12.3456789", "99999999999999", -1.0, 1e15, 1e-7, 12.3456789]
)
def test_what_is_no_amount(typed):
    """BI-M01; the last two are cells."""
    with pytest.raises(FieldProblem):
        value("amount", typed)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_are_none(number):
    for name in FIELDS:
        assert "无法识别" in fault(name, number)


def test_dust_of_binary_fractions_is_said():
    assert read("amount", 0.1 + 0.2).notices == ["金额（A7）：已按 Excel 显示的15位有效数字读作 0.3"]
    assert read("amount", 0.3).notices == []


def test_a_number_where_any_words_will_do_is_read_and_said():
    for name, number, text in (("name", 360.0, "360"), ("long", 12.5, "12.5"), ("choice", 1.0, "1")):
        assert value(name, number) == text
        assert read(name, number).notices == [f"{FIELDS[name].label}（A7）：数字已按文字读取"]


def test_line_breaks_inside_a_cell():
    assert value("name", "安康市\n试例公司") == "安康市试例公司"
    assert read("name", "安康市\r\n试例公司").notices == ["名称（A7）：已去除单元格内的换行"]
    assert value("long", "第一行\n第二行") == "第一行\n第二行"


def test_nul_and_other_controls_are_refused_by_the_validator():
    """BI-N03."""
    for name in ("name", "long", "code", "number"):
        with pytest.raises(FieldProblem):
            value(name, "甲\0乙")


def test_two_columns_of_one_field_are_joined():
    columns = match(["类别", "类别2"], SPEC)
    reader = RowReader(Table(SimpleNamespace(kind=FileKind.XLSX, is_1904=False), None, 1, columns, ()))
    assert reader(Row(2, ["罚款", "警告"])).values == {"choices": "罚款;警告"}
    assert reader(Row(3, ["", "警告"])).values == {"choices": "警告"}


def test_a_short_row_and_empty_cells_leave_their_fields_out():
    columns = match([item.label for item in SPEC], SPEC)
    reader = RowReader(Table(SimpleNamespace(kind=FileKind.XLSX, is_1904=False), None, 1, columns, ()))
    found = reader(Row(2, ["", "", "", "", "甲"]))
    assert found.values == {"name": "甲"} and not found.faults and not found.notices


@pytest.mark.parametrize("typed", ['=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(1)", "\t=1", "＝1", "'=1", "'"])
def test_what_an_export_neutralised_comes_back_as_it_was(typed):
    """BI-N13: one apostrophe is taken off what our own CSV put it on, and nothing off anything else."""
    assert read("name", formulas.neutral(typed), kind=FileKind.CSV).values == {"name": typed}
    assert read("name", typed, kind=FileKind.XLSX).values == {"name": typed}


@given(st.text(max_size=40))
def test_neutral_text_is_harmless_and_recoverable(text):
    cell = formulas.neutral(text)
    assert formulas.restored(cell) == text
    assert not cell.startswith(formulas.STARTS_A_FORMULA)


CELLS = st.one_of(
    st.text(max_size=30), st.floats(), st.integers(-(10**20), 10**20), st.booleans(), st.dates(), st.datetimes(),
    st.times(), st.builds(Formula, st.text(max_size=5)), st.builds(CellError, st.just("#N/A")),
)  # fmt: skip


@given(st.lists(CELLS, max_size=len(FIELDS) + 2), st.booleans(), st.sampled_from(FileKind))
def test_no_cell_breaks_the_reader_or_the_parser(cells, is_1904, kind):
    """Whatever stands in a row becomes values the validator takes, or faults of their cells."""
    columns = match([item.label for item in SPEC], SPEC)
    found = RowReader(Table(SimpleNamespace(kind=kind, is_1904=is_1904), None, 1, columns, ()))(Row(2, cells))
    assert not {each.field for each in found.faults} & set(found.values)
    for name, raw in found.values.items():
        try:
            parse(FIELDS[name], raw, door=Door.IMPORT, today=TODAY)
        except FieldProblem as problem:
            assert str(problem)
