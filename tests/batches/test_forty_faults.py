"""A workbook of 500 rows with 40 planted faults of 20 kinds comes back with exactly those 40 cells marked."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from tests import samples
from tests.batches.conftest import counts, licences, messages, returned, workbook

pytestmark = pytest.mark.django_db

ROWS = 500
# Twenty ways in which a cell goes wrong: the column, what stands in it, what is said of it.
FAULTS = [
    ("counterparty_uscc", "93610922XXAK00023L", "校验码错误：第18位应为 K"),  # BI-C05
    ("counterparty_uscc", "9361O922XXAK00023K", "第5位“O”有误"),  # BI-C07
    ("counterparty_uscc", "93610922XXAK00023", "应为18位，现为17位"),  # BI-C14
    ("counterparty_uscc", "ZZ610922XXAK00023K", "第1位“Z”有误"),  # BI-C17
    ("counterparty_uscc", "612401199001010011", "请勿在此输入身份证号"),  # BI-C19
    ("counterparty_uscc", 9.36109e17, "科学计数法"),  # BI-X10
    ("counterparty_kind", "公司", "不在可选范围内"),
    ("counterparty_name", "甲\u202e公司", "U+202E"),
    ("legal_representative", "柯" * 51, "最多50个字"),
    ("document_name", "许" * 65, "最多64个字"),
    ("document_number", "—", "文书号须含文字或数字"),
    ("document_number", "=A1", "公式"),  # BI-X09
    ("category", "一般", "不在可选范围内"),
    ("content", "经营者身份证61092619000212002X", "不得填写居民身份证号码"),
    ("decided_on", "01/02/2026", "日期格式有歧义"),  # BI-D03
    ("decided_on", "2026-02-30", "没有这一天"),
    ("decided_on", "2026-03-03", "不能晚于今天"),  # BI-D06
    ("valid_from", 5, "单元格是数字，不是日期"),
    ("valid_to", "2017-01-01", "不能早于"),
    ("validity", True, "逻辑值"),
]


@pytest.fixture
def planted():
    """The rows, and by (row, column) what is wrong there: each fault twice, far apart."""
    rows = [row | {"validity": "有效"} for row in licences(ROWS)]
    where = {}
    for number, (name, wrong, said) in enumerate(FAULTS * 2):
        row = 7 + number * 12
        rows[row][name] = wrong
        where[row + 2, name] = said
    return rows, where


def marked(sheet) -> dict[tuple[int, str], str]:
    heads = {cell.column: str(cell.value) for cell in sheet[1]}
    red = {}
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            if cell.comment is not None and heads[cell.column] != "问题":
                assert cell.fill.fgColor.rgb.endswith("FFC7CE"), cell.coordinate
                red[cell.row, heads[cell.column]] = cell.comment.text
    return red


def test_exactly_the_forty_cells_are_marked_and_the_rest_is_in(commit, planted):
    rows, where = planted
    content = workbook("licence", rows)
    batch = commit(content)
    assert counts(batch) == {"new": ROWS - 40, "wrong": 40, "stored": ROWS - 40}
    labels = {field.name: field.label for field in batch.the_kind.fields}
    book = returned(batch)
    sheet = next(each for each in book if each.max_row > ROWS)
    found = marked(sheet)
    assert set(found) == {(row, labels[name]) for row, name in where}
    assert all(said in found[row, labels[name]] for (row, name), said in where.items())
    own = load_workbook(io.BytesIO(content)).active
    untouched = [[cell.value for cell in row] for row in own.iter_rows()]
    assert [[cell.value for cell in row][: own.max_column] for row in sheet.iter_rows()] == untouched
    assert set(messages(batch)) == {row for row, _ in where}
    assert not any("612401199001010011" in said or "61092619000212002X" in said for said in messages(batch).values())


def test_the_forty_put_right_come_in_by_themselves(commit, check, planted):
    rows, where = planted
    first = commit(rows)
    book = returned(first)
    sheet = next(each for each in book if each.max_row > ROWS)
    heads = {str(cell.value): cell.column for cell in sheet[1]}
    right = licences(ROWS)
    labels = {field.name: field.label for field in first.the_kind.fields}
    for row, name in where:
        value = (right[row - 2] | {"validity": "有效"})[name]
        sheet.cell(row, heads[labels[name]]).value = samples.make_uscc() if name == "counterparty_uscc" else value
    target = io.BytesIO()
    book.save(target)
    second = check(target.getvalue())
    assert counts(second) == {"new": 40, "unmarked": ROWS - 40}
