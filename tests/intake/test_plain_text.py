"""CSV as departments export it (BI-V01): any encoding they use, any separator, and errors that name the line."""

from __future__ import annotations

import codecs

import pytest

from registry.intake.errors import Refused

pytestmark = pytest.mark.sqlite
TABLE = "名称,代码\n安康市𠮷顺公司,91610902XX0000000G\n"


def rows(book):
    return [(row.number, row.cells) for row in book.rows(book.sheets[0])]


EXPECTED = [(1, ["名称", "代码"]), (2, ["安康市𠮷顺公司", "91610902XX0000000G"])]
ENCODED = {
    "UTF-8": TABLE.encode(),
    "UTF-8 with a mark": codecs.BOM_UTF8 + TABLE.encode(),
    "GB18030": TABLE.encode("gb18030"),
    "UTF-16": TABLE.encode("utf-16"),
    "UTF-16 big-endian": codecs.BOM_UTF16_BE + TABLE.encode("utf-16-be"),
}


@pytest.mark.parametrize("name", ENCODED)
def test_encodings_are_told_apart(opened, name):
    assert rows(opened(ENCODED[name])) == EXPECTED


def test_gbk_that_begins_like_utf_8_is_still_gbk(opened):
    """联通 in GBK is valid UTF-8; the next character is not."""
    assert rows(opened("联通,名称\n安康,石泉\n".encode("gbk"))) == [(1, ["联通", "名称"]), (2, ["安康", "石泉"])]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_told_by_the_header(opened, separator):
    text = f'名称{separator}"说明，甲,乙;丙"\n甲{separator}乙\n'
    assert rows(opened(text.encode())) == [(1, ["名称", "说明，甲,乙;丙"]), (2, ["甲", "乙"])]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system(opened, end):
    assert rows(opened(TABLE.replace("\n", end).encode())) == EXPECTED


def test_line_ends_may_be_mixed(opened):
    assert [cells for _, cells in rows(opened("名称,代码\r\n甲,1\n乙,2\r丙,3".encode()))] == [
        ["名称", "代码"], ["甲", "1"], ["乙", "2"], ["丙", "3"],
    ]  # fmt: skip


def test_rows_are_numbered_as_a_spreadsheet_would(opened):
    """A cell with line breaks is one row, a blank line is one too."""
    assert rows(opened('名称,说明\n\n甲,"第一行\n第二行"\n,\n乙,丙\n'.encode())) == [
        (1, ["名称", "说明"]), (3, ["甲", "第一行\n第二行"]), (5, ["乙", "丙"]),
    ]  # fmt: skip


def test_quotes_inside_cells(opened):
    assert rows(opened('名称,说明\n"甲""乙""",丙\n'.encode()))[1] == (2, ['甲"乙"', "丙"])


def test_only_a_header_and_a_header_of_one_column(opened):
    assert rows(opened("名称,代码\n".encode())) == [(1, ["名称", "代码"])]
    assert rows(opened("名称".encode())) == [(1, ["名称"])]


def test_what_looks_like_a_formula_is_text(opened):
    assert rows(opened("名称,代码\n=1+1,'=2\n".encode()))[1] == (2, ["=1+1", "'=2"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (TABLE.encode() + b"\xe5\xae\xff,1\n", "第3行"),
        ("名称,代码\r甲,1\r乙\0,2".encode(), "第3行"),
        (("名称,代码\n" + "甲,1\n" * 400_000).encode()[:-3] + b"\xff\xff\n", "第400001行"),
        ('名称,代码\n甲,"1\n'.encode(), "第2行起引号"),
        (("名称\n" + "长" * 40_000).encode(), "第2行起有一个单元格超过32767个字"),
    ],
)
def test_a_fault_names_its_line(opened, content, words):
    with pytest.raises(Refused, match=words):
        rows(opened(content))


def test_more_rows_than_the_limit_are_refused_when_they_come(opened):
    with pytest.raises(Refused, match="超过50行"):
        rows(opened(("名称,代码\n" + "甲,1\n" * 60).encode(), rows=50))
