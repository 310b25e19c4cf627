"""The first sheet of a template: how to fill in, field by field."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from math import ceil

from openpyxl.worksheet.worksheet import Worksheet

from registry.directory.organisations import Organisation
from registry.intake import examples, looks
from registry.intake.addresses import letters
from registry.records import describing
from registry.records.fields import Specification

_HEADINGS = ("列", "标准代码", "填报项", "必填", "格式", "示例", "说明")
_WIDTHS = (6, 14, 34, 8, 30, 30, 60)
_NOTES = (
    "请在“填报”工作表中填写，一行一条；灰色的示例行不会导入，可以保留或删除。",
    "标★的为必填项；其他项在说明所列情形下必填。",
    "代码、文号、证件号码列已设为文本格式，请勿改为数值；从别处粘贴时请用“选择性粘贴—数值”，不要粘贴公式。",
    "日期写作 2026-05-01；2026/5/1、2026年5月1日、20260501 也可以。金额单位为万元。",
    "可以调整列的顺序、删除不需要的非必填列；请勿修改表头文字，勿合并单元格。",
    "上传后可先预览；有误的行会连同原因标在您自己的文件中退回，改好标红处再次上传即可，正确的行不必重报。",
)


def write(
    sheet: Worksheet, spec: Specification, *, title: str, number: int, organisation: Organisation, today: date
) -> None:
    sheet.append([f"{title}　填写说明"])
    sheet["A1"].font = looks.TITLE
    sheet.append([f"填报单位：{organisation.name}　模板版本：v{number}　下载日期：{today}"])
    for index, note in enumerate(_NOTES, start=1):
        sheet.append([f"{index}. {note}"])
    sheet.append([])
    _table(sheet, spec, today=today)
    looks.fit_to_width(sheet, _WIDTHS)
    sheet.sheet_view.showGridLines = False


def _table(sheet: Worksheet, spec: Specification, *, today: date) -> None:
    labels = {item.name: item.label for item in spec}
    sheet.append(_HEADINGS)
    for cell in sheet[sheet.max_row]:
        cell.font, cell.fill, cell.border, cell.alignment = looks.BOLD, looks.HEADING, looks.FRAMED, looks.CENTRED
    for position, item in enumerate(spec):
        more = examples.remarks(item, describing.needed(item, labels))
        star = "★" if item.required else ""
        example = examples.example(item, today=today)
        sheet.append([letters(position), item.code, item.label, star, examples.form(item), example, more])
        for cell in sheet[sheet.max_row]:
            cell.border, cell.alignment, cell.number_format = looks.FRAMED, looks.WRAPPED, looks.AS_TEXT
        sheet.cell(sheet.max_row, 4).font = looks.NEEDED
        sheet.row_dimensions[sheet.max_row].height = _height(cell.value for cell in sheet[sheet.max_row])


def _height(values: Iterable[object]) -> float:
    """Points for the tallest cell of a row; programs do not grow a row that a program wrote."""
    lines = [
        sum(ceil((2 * len(line) or 1) / width) for line in str(value or "").split("\n"))
        for value, width in zip(values, _WIDTHS, strict=True)
    ]
    return 15.0 * max(lines) + 3
