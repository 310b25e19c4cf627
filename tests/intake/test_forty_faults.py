"""500 rows with 40 faults of 20 kinds go in; exactly those 40 cells come back marked, and the summary counts them."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from registry.intake import returning, tables, templates
from registry.intake.cells import RowReader
from registry.intake.limits import Limits
from registry.records import kinds
from registry.records.parsing import Door
from registry.records.validation import Circumstances, check
from tests import factories, samples
from tests.factories import TODAY, make_uscc

ROWS = 500
FIRST = 3  # below the example
WRONG = (
    ("counterparty_name", None),
    ("counterparty_name", "安康\u200b公司"),
    ("counterparty_kind", "企业"),
    ("counterparty_uscc", "91610902XX0000000A"),
    ("counterparty_uscc", "9161090"),
    ("counterparty_uscc", "9161O902XX0000000G"),
    ("counterparty_uscc", 9.16109e17),
    ("legal_representative", None),
    ("document_number", 20260012.0),
    ("document_number", "长" * 129),
    ("violation", "=1+1"),
    ("facts", "当事人身份证号612401199001010011"),
    ("category", "罚金"),
    ("content", True),
    ("fine", None),
    ("fine", "五千元"),
    ("fine", -0.5),
    ("decided_on", "01/02/2026"),
    ("decided_on", "2026-02-30"),
    ("decided_on", TODAY + timedelta(days=1)),
)
PLANTED = {FIRST + 12 * turn: WRONG[turn % len(WRONG)] for turn in range(40)}


def filled() -> bytes:
    kind, spec = kinds.get("penalty"), kinds.get("penalty").spec()
    organisation = factories.OrganisationFactory.build(region=None)
    book = load_workbook(io.BytesIO(templates.template(kind, organisation=organisation, today=TODAY)))
    sheet, code = book["填报"], make_uscc()
    for number in range(FIRST, FIRST + ROWS):
        values = samples.penalty(document_number=f"汉建罚〔2026〕{number}号", counterparty_uscc=code)
        if number in PLANTED:
            values |= [PLANTED[number]]
        for position, item in enumerate(spec, start=1):
            sheet.cell(number, position).value = values.get(item.name)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.sqlite
@pytest.mark.django_db
def test_exactly_the_wrong_cells_come_back_marked(opened, organisation, tmp_path):
    assert len(set(WRONG)) == 20 and len(PLANTED) == 40
    kind, spec = kinds.get("penalty"), kinds.get("penalty").spec()
    book = opened(filled())
    table = tables.find(book, spec)
    read, faults = RowReader(table), {}
    circumstances = Circumstances(organisation=organisation, today=TODAY, door=Door.IMPORT)
    for row in table.rows():
        found = read(row)
        problems = check(kind, spec, found.values, circumstances=circumstances).problems
        if wrong := returning.faults_of(found, problems, table.columns):
            faults[row.number] = wrong
    to = tmp_path / "back.xlsx"
    returning.own_file(book.path, to, table=table, faults=faults, batch="B-1", limits=Limits())

    back = load_workbook(to)
    sheet = back["填报"]
    planted = {(row, table.columns.position(name)) for row, (name, _) in PLANTED.items()}
    marked = {
        (cell.row, cell.column - 1)
        for row in sheet.iter_rows(min_row=FIRST, max_col=len(list(spec)))
        for cell in row
        if cell.fill.start_color.rgb == "FFFFC7CE"
    }
    assert marked == planted
    assert all(sheet.cell(row, position + 1).comment for row, position in planted)
    counts = [int(row[3]) for row in back["汇总"].iter_rows(min_row=6, values_only=True)]
    assert sum(counts) == 40
