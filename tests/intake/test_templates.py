"""A template says and checks what the fields of its kind demand, in Excel, WPS and LibreOffice, without macros."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.utils.http import content_disposition_header
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from registry.directory.catalogue import CatalogueItem, CatalogueItemVersion
from registry.directory.organisations import Organisation
from registry.identifiers import uscc
from registry.intake import tables, template_checks, templates, versions
from registry.intake.cells import RowReader
from registry.records import kinds
from registry.records.fields import FieldSpec, FieldType, Specification
from registry.records.parsing import Door, parse
from tests import factories, samples
from tests.conftest import ARREARS_FIELDS
from tests.intake.conftest import saved

pytestmark = pytest.mark.sqlite
BODY = Organisation(name="石泉县试例市场监督管理局", uscc="11610922XX0000000N")
ITEM = CatalogueItemVersion(
    item=CatalogueItem(name="欠缴社会保险费/公告", kind="catalogue-record"), version=3, fields=ARREARS_FIELDS
)
KINDS = [kind.code for kind in kinds.every()]


def made(code: str = "penalty") -> bytes:
    kind = kinds.get(code)
    version = ITEM if kind.described_by_catalogue else None
    return templates.template(kind, version, organisation=BODY, today=factories.TODAY)


def spec_of(code: str) -> Specification:
    kind = kinds.get(code)
    return kind.spec(ITEM if kind.described_by_catalogue else None).typed


def loaded(code: str = "penalty") -> Workbook:
    return load_workbook(io.BytesIO(made(code)), rich_text=True)


def column(code: str, name: str) -> int:
    return 1 + [item.name for item in spec_of(code)].index(name)


@pytest.fixture(scope="module")
def penalty() -> Workbook:
    return loaded()


@pytest.mark.parametrize("code", KINDS)
def test_every_kind_has_one_that_the_guard_lets_in_and_the_reader_understands(code, opened, rules):
    table = tables.find(opened(made(code)), spec_of(code))
    assert table.sheet.name == "填报" and table.columns.problems == ()
    assert [item.name for item in table.columns.fields.values()] == [item.name for item in spec_of(code)]
    assert list(table.rows()) == []
    assert table.remarks == ("模板中的示例行（1行）未读取",)


def test_sheets_stand_in_order_and_the_dictionary_is_hidden(penalty):
    assert [(sheet.title, sheet.sheet_state) for sheet in penalty] == [
        ("填写说明", "visible"), ("填报", "visible"), ("字典", "hidden"),
    ]  # fmt: skip
    assert penalty["填报"].freeze_panes == "B2"


def test_there_is_nothing_in_it_that_runs():
    with ZipFile(io.BytesIO(made())) as container:
        names = container.namelist()
    assert not any("vba" in name.lower() or "external" in name.lower() for name in names)


def test_a_required_field_has_a_red_star(penalty):
    for position, item in enumerate(spec_of("penalty"), start=1):
        heading = penalty["填报"].cell(1, position).value
        assert str(heading) == ("★" if item.required else "") + item.label
        if item.required:
            assert heading[0].font.color.rgb.endswith("C00000")


def test_comments_say_code_form_condition_and_choices(penalty):
    fine = penalty["填报"].cell(1, column("penalty", "fine")).comment.text
    assert fine.splitlines() == [
        "CF_NR_FK",
        "数字，单位万元，最多六位小数",
        "单位万元：2000元填 0.2",
        "处罚类别含罚款时必填",
    ]
    assert "可选：警告、通报批评" in penalty["填报"].cell(1, column("penalty", "category")).comment.text


@pytest.mark.parametrize("name", ["counterparty_uscc", "document_number", "legal_representative_id_number", "remarks"])
def test_codes_numbers_and_words_are_text_wherever_somebody_types(penalty, name):
    letters = penalty["填报"].cell(1, column("penalty", name)).column_letter
    assert penalty["填报"].column_dimensions[letters].number_format == "@"


def checks_of(book: Workbook, code: str, name: str):
    letters = book["填报"].cell(1, column(code, name)).column_letter
    return [
        check
        for check in book["填报"].data_validations.dataValidation
        if f"{letters}2:{letters}5001" in str(check.sqref)
    ]


def test_choices_drop_down_for_five_thousand_rows(penalty):
    (check,) = checks_of(penalty, "penalty", "counterparty_kind")
    sheet, cells = check.formula1.split("!")
    assert sheet == "'字典'"
    listed = [row[0].value for row in penalty["字典"][cells.replace("$", "")]]
    assert tuple(listed) == spec_of("penalty")["counterparty_kind"].choices
    assert check.showErrorMessage


def test_several_choices_and_others_can_be_typed(penalty):
    for name in ("category",):
        (check,) = checks_of(penalty, "penalty", name)
        assert check.type == "list" and not check.showErrorMessage


def test_days_and_amounts_have_limits(penalty):
    (decided,) = checks_of(penalty, "penalty", "decided_on")
    assert (decided.type, decided.formula1, decided.formula2) == ("date", "DATE(1950,1,1)", "TODAY()")
    (until,) = checks_of(penalty, "penalty", "effective_until")
    assert until.formula2 == "DATE(2099,12,31)"
    (fine,) = checks_of(penalty, "penalty", "fine")
    assert (fine.type, fine.formula1) == ("decimal", "0")


def test_the_guide_lists_every_field(penalty):
    rows = {row[2]: row for row in penalty["填写说明"].iter_rows(min_row=10, values_only=True) if row[2]}
    for item in spec_of("penalty"):
        assert rows[item.label][1] == (item.code or None)
        assert (rows[item.label][3] == "★") is item.required
    assert BODY.name in penalty["填写说明"]["A2"].value


@pytest.mark.parametrize("code", KINDS)
def test_the_example_is_right_by_the_rules_it_teaches(code, rules):
    """Every example passes the parser of its field; none looks like the number of a person."""
    sheet = loaded(code)["填报"]
    for position, item in enumerate(spec_of(code), start=1):
        value = sheet.cell(2, position).value
        if value is None:
            assert not item.required or item.default or item.type is FieldType.ID_NUMBER
            continue
        raw = value.date() if hasattr(value, "date") else str(value).removeprefix(tables.EXAMPLE)
        parse(item, raw, door=Door.IMPORT, today=factories.TODAY)


def test_an_example_that_was_typed_over_is_a_row(opened):
    book = loaded()
    book["填报"]["A2"] = "安康试例建设工程有限公司"
    assert [row.number for row in tables.find(opened(book), spec_of("penalty")).rows()] == [2]


def test_an_old_template_is_told_and_still_read(opened):
    spec = spec_of("penalty")
    changed = Specification((*spec.fields, FieldSpec(name="new", label="新增项")))
    table = tables.find(opened(made()), changed)
    assert table.remarks[0] == (
        "本文件用的是旧模板（行政处罚 v1，2026-03-02下载），与现行填报项不一致；能对应的列照常读取，请尽快改用新模板"
    )
    assert versions.fingerprint(changed) != versions.fingerprint(spec)


def test_the_name_of_the_file_says_what_when_and_which_version():
    """BI-N15: and holds no character that a path or a header could stumble over."""
    assert templates.file_name(kinds.get("penalty"), today=date(2026, 11, 23)) == "行政处罚_模板_v1_20261123.xlsx"
    name = templates.file_name(kinds.get("catalogue-record"), ITEM, today=date(2026, 11, 23))
    assert name == "欠缴社会保险费公告_模板_v3_20261123.xlsx"
    header = content_disposition_header(True, name)
    assert header.startswith("attachment; filename*=utf-8''%E6%AC%A0") and header.isascii()


# What a clerk may type into a template and expect back unchanged.
WORDS = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S"], exclude_characters="_'+"), min_size=1, max_size=20
)
BY_TYPE = {
    FieldType.DATE: st.dates(date(1950, 1, 1), date(2099, 12, 31)),
    FieldType.AMOUNT: st.decimals(0, 10**6, places=4).map(float),
}


def row_of(spec: Specification) -> st.SearchStrategy[dict]:
    fields = {}
    for item in spec:
        if item.choices:
            fields[item.name] = st.sampled_from(item.choices)
        elif item.type is FieldType.USCC:
            fields[item.name] = st.just(factories.make_uscc())
        else:
            fields[item.name] = BY_TYPE.get(item.type, WORDS)
    return st.fixed_dictionaries({}, optional=fields)


PENALTY = spec_of("penalty")


@given(row=row_of(PENALTY))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_filled_in_is_what_is_read(row, opened):
    book = loaded()
    sheet = book["填报"]
    for name, value in row.items():
        cell = sheet.cell(3, column("penalty", name), value)
        if isinstance(value, str):
            cell.data_type = "s"
    table = tables.find(opened(book), PENALTY)
    found = [RowReader(table)(each) for each in table.rows()]
    read = found[0].values if found else {}
    assert {name: value if isinstance(value, (str, date)) else float(value) for name, value in read.items()} == row
    assert not found or found[0].faults == []


def test_the_samples_of_the_tests_pass_through_a_template(opened):
    book = loaded()
    typed = samples.penalty()
    for name, value in typed.items():
        book["填报"].cell(3, column("penalty", name), value)
    table = tables.find(opened(book), PENALTY)
    (row,) = table.rows()
    assert RowReader(table)(row).values == typed


RIGHT = [factories.make_uscc(prefix) for prefix in ("91", "92", "93", "11", "51", "N2", "Y1")]
WRONG = ["9161", "91610902XX0000000A", "91610902XX000000OG", RIGHT[0][:-1], f"{RIGHT[0]}0", "I" * 18, "安" * 18]


def mutated(code: str, place: int) -> str:
    """The code with one character changed to the next of the alphabet, as a typing error would."""
    other = uscc.ALPHABET[(uscc.ALPHABET.index(code[place]) + 1) % 31]
    return code[:place] + other + code[place + 1 :]


MUTATED = [mutated(RIGHT[0], place) for place in range(18)]


def test_the_check_is_attached_to_every_code_as_a_formula(penalty):
    sheet = penalty["填报"]
    rules = {str(cells.sqref): rules for cells, rules in sheet.conditional_formatting._cf_rules.items()}
    for item in PENALTY:
        if item.type is FieldType.USCC:
            letters = sheet.cell(1, column("penalty", item.name)).column_letter
            (rule,) = rules[f"{letters}2:{letters}5001"]
            assert rule.formula == [template_checks.wrong_uscc(f"{letters}2")]
            assert rule.dxf.fill.bgColor.rgb == "FFFFC7CE"
            assert len(rule.formula[0]) < 8192 and "{" not in rule.formula[0]


def test_the_formula_finds_what_the_validator_finds_in_libreoffice(office, tmp_path):
    """The very formula of the template, evaluated as a cell beside each code."""
    book = loaded()
    sheet = book["填报"]
    codes = [*RIGHT, *WRONG, *MUTATED, RIGHT[0].lower()]
    letters = sheet.cell(1, column("penalty", "counterparty_uscc")).column_letter
    result = sheet.max_column + 1
    for row, code in enumerate(codes, start=3):
        sheet[f"{letters}{row}"] = code
        sheet.cell(row, result, "=" + template_checks.wrong_uscc(f"{letters}{row}"))
    book.move_sheet("填报", -1)  # a CSV is made of the first sheet
    book.active = 0
    (tmp_path / "codes.xlsx").write_bytes(saved(book))
    converted = office(tmp_path / "codes.xlsx", "csv:Text - txt - csv (StarCalc):44,34,76,1")
    rows = list(csv.reader(converted.read_text(encoding="utf-8").splitlines()))[2:]
    said = {code: row[result - 1] == "TRUE" for code, row in zip(codes, rows, strict=False)}
    checked = {code: uscc.check_character(code[:17]) != code[17] for code in [*RIGHT, *MUTATED]}
    assert said == {**checked, **dict.fromkeys(WRONG, True), RIGHT[0].lower(): False}


def test_a_wrong_code_turns_red_in_libreoffice(office, tmp_path):
    """Conditional formatting as LibreOffice applies it, seen in the page it makes of the sheet."""
    book = loaded("code-event")
    sheet = book["填报"]
    for row, code in enumerate([RIGHT[0], MUTATED[3]], start=3):
        sheet.cell(row, column("code-event", "counterparty_uscc"), code)
    del book["填写说明"]
    (tmp_path / "codes.xlsx").write_bytes(saved(book))
    page = Path(office(tmp_path / "codes.xlsx", "html")).read_text(encoding="utf-8", errors="replace").lower()
    right, wrong = (page[: page.index(code.lower())].rpartition("<td")[2] for code in (RIGHT[0], MUTATED[3]))
    assert "#ffc7ce" in wrong and "#ffc7ce" not in right
