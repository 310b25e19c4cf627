"""What is taken away as a file: the filtered list, whole, and harmless in any spreadsheet (BI-N13, BI-N15)."""

import csv
import io

import pytest
from openpyxl import load_workbook

from registry import exporting, formulas
from registry.models import CatalogueItemVersion
from tests import factories
from tests.pages.test_record_page import PERSON

LICENCES = "/disclosure/licences/"
FORMULAS = ['=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(1)", "＝1+1", "'=1", "\t=1", "\r=1"]


def fetched(client, path, **query) -> bytes:
    response = client.get(path, query)
    assert response.status_code == 200
    return response.getvalue()


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def xlsx_rows(content: bytes) -> list[list]:
    sheet = load_workbook(io.BytesIO(content)).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.fixture
def make_rows():
    def make(wanted: exporting.Format, rows: list[list[str]]) -> bytes:
        answer = exporting.answer(wanted, code="licence", on=factories.TODAY, header=["名称"], rows=rows)
        return answer.getvalue()

    return make


@pytest.mark.parametrize("typed", FORMULAS)
def test_no_cell_of_a_csv_begins_like_a_formula_and_one_apostrophe_gives_it_back(make_rows, typed):
    (cell,) = csv_rows(make_rows(exporting.Format.CSV, [[typed]]))[1]
    assert cell == f"'{typed}"
    assert not cell.startswith(formulas.STARTS_A_FORMULA)


@pytest.mark.parametrize("typed", FORMULAS[:6])
def test_no_cell_of_a_workbook_is_a_formula(make_rows, typed):
    assert xlsx_rows(make_rows(exporting.Format.XLSX, [[typed]]))[1] == [typed]


@pytest.mark.parametrize("typed", ["安康市𠮷顺商贸有限公司", "㛃䶮〇", 'a"b,c;d', "第一行\n第二行", "普通-名称"])
def test_everything_else_comes_back_as_it_was(make_rows, typed):
    assert csv_rows(make_rows(exporting.Format.CSV, [[typed]]))[1] == [typed]
    assert xlsx_rows(make_rows(exporting.Format.XLSX, [[typed]]))[1] == [typed]


def test_characters_a_workbook_cannot_hold_are_left_out(make_rows):
    assert xlsx_rows(make_rows(exporting.Format.XLSX, [["甲\x0b乙" + "长" * 40_000]]))[1][0].startswith("甲乙长")


def test_a_csv_says_that_it_is_utf_8(make_rows):
    assert make_rows(exporting.Format.CSV, []).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("wanted,read", [("csv", csv_rows), ("xlsx", xlsx_rows)])
def test_the_file_holds_the_filtered_list_with_the_public_fields(published, client, wanted, read):
    published("licence", remarks="内部备注勿外传")
    published(
        "licence", counterparty_name='=HYPERLINK("http://x","y")', document_number="石试〔2026〕2号", category="核准"
    )
    everything = read(fetched(client, LICENCES, format=wanted))
    assert len(everything) == 3
    assert "许可内容" in everything[0] and "备注" not in everything[0] and "证件号码" not in everything[0]
    narrowed = read(fetched(client, LICENCES, format=wanted, category="普通", q="后柳"))
    assert [row[0] for row in narrowed[1:]] == ["石泉县后柳试例水产专业合作社"]
    assert "柯*" in narrowed[1]
    assert not any("内部备注" in str(cell) for row in everything for cell in row)


def test_nothing_about_natural_persons_leaves_in_bulk(published, client, organisation):
    CatalogueItemVersion.objects.filter(item__kind="licence").update(persons_are_public=True)
    published("licence", **PERSON)
    assert len(csv_rows(fetched(client, LICENCES, format="csv"))) == 1


def test_the_name_of_the_file_holds_nothing_anybody_typed(published, client):
    published("licence", counterparty_name="../../etc/passwd")
    for wanted in exporting.Format:
        response = client.get(LICENCES, {"format": wanted, "q": "passwd"})
        assert response.headers["Content-Disposition"] == f'attachment; filename="licence-20260302.{wanted}"'
        assert response.getvalue()


def test_there_is_an_end_to_a_file(published, client, monkeypatch):
    monkeypatch.setattr(exporting, "MOST_ROWS", 1)
    published("licence")
    published("licence", counterparty_name="安康市恒口试例茶业有限公司", document_number="石试〔2026〕2号")
    assert len(csv_rows(fetched(client, LICENCES, format="csv"))) == 2


def test_codes_and_the_catalogue_are_taken_away_as_well(published, client):
    published("code-event")
    assert (
        csv_rows(fetched(client, "/codes/published/", kind="new", format="csv"))[1][1] == "石泉县云雾试例商贸有限公司"
    )
    assert csv_rows(fetched(client, "/catalogue/", format="csv"))[0][0] == "区划"
    assert xlsx_rows(fetched(client, "/catalogue/", format="xlsx"))[0][0] == "区划"
