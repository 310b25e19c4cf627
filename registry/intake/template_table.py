"""The sheet 「填报」 of a template: headings with stars and comments, formats, the grey example."""

from __future__ import annotations

from datetime import date

from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.worksheet.worksheet import Worksheet

from registry.intake import examples, looks
from registry.intake.addresses import letters
from registry.intake.tables import EXAMPLE
from registry.records import describing
from registry.records.fields import FieldSpec, FieldType, Specification

_FORMATS = {FieldType.DATE: looks.AS_DAY, FieldType.AMOUNT: "0.######"}  # everything else is text


def write(sheet: Worksheet, spec: Specification, *, today: date) -> None:
    labels = {item.name: item.label for item in spec}
    for position, item in enumerate(spec):
        _heading(sheet, position, item, examples.remarks(item, describing.needed(item, labels)))
        _example(sheet, position, item, examples.example(item, today=today))
        column = sheet.column_dimensions[letters(position)]
        column.number_format = _FORMATS.get(item.type, looks.AS_TEXT)
        column.width = max(14, min(40, 2.2 * len(item.label)))
    sheet.row_dimensions[1].height = 48
    sheet.freeze_panes = "B2"


def _heading(sheet: Worksheet, position: int, item: FieldSpec, more: str) -> None:
    cell = sheet.cell(1, position + 1)
    label = TextBlock(InlineFont(b=True), item.label)
    cell.value = (
        CellRichText(TextBlock(InlineFont(b=True, color=looks.RED), "★"), label) if item.required else item.label
    )
    cell.font, cell.fill, cell.border, cell.alignment = looks.BOLD, looks.HEADING, looks.FRAMED, looks.CENTRED
    text = "\n".join(filter(None, (item.code, examples.form(item), more)))
    cell.comment = looks.note(text)


def _example(sheet: Worksheet, position: int, item: FieldSpec, text: str) -> None:
    cell = sheet.cell(2, position + 1)
    cell.value = f"{EXAMPLE}{text}" if position == 0 else text or None
    if item.type is FieldType.DATE and text:
        cell.value = date.fromisoformat(text)
    cell.number_format = _FORMATS.get(item.type, looks.AS_TEXT)
    cell.font, cell.fill = looks.GREY, looks.PALE
