"""How a field is filled in, in words and by an example: for the guide, the comments and the grey row of a template."""

from __future__ import annotations

from datetime import date

from registry.records.fields import FieldSpec, FieldType
from registry.records.named_persons import ON_A_LINE

_USCC = "91610902XX0000000G"  # passes every check; its inner code begins XX, as no real one does
_BY_TYPE = {
    FieldType.NAME: "某某",
    FieldType.TEXT: "按实际填写",
    FieldType.LONG_TEXT: "按实际填写",
    FieldType.USCC: _USCC,
    FieldType.DOCUMENT_NUMBER: "汉市监〔2026〕12号",
    FieldType.AMOUNT: "0.2",
}


def example(item: FieldSpec, *, today: date) -> str:
    """Something right to put there; '' for what the example row leaves out."""
    if item.example or not item.required or item.default.startswith("organisation."):
        return item.example
    if item.type in (FieldType.CHOICE, FieldType.CHOICES):
        return item.offered()[0][1]
    if item.type is FieldType.DATE:
        return item.default or today.isoformat()
    return _BY_TYPE.get(item.type, "")


def form(item: FieldSpec) -> str:
    """The form a value has to have."""
    match item.type:
        case FieldType.USCC:
            return "18位代码，文本格式，校验不符时单元格变红"
        case FieldType.ORGANISATION_CODE:
            return "9位代码，文本格式"
        case FieldType.REGISTRATION_NUMBER:
            return "15位注册号（旧号可为13位），文本格式"
        case FieldType.ID_NUMBER:
            return "证件号码，文本格式，加密保存"
        case FieldType.PERSONS:
            return f"{ON_A_LINE}；号码加密保存"
        case FieldType.DATE:
            return "日期，如 2026-05-01"
        case FieldType.AMOUNT:
            return "数字，单位万元，最多六位小数"
        case FieldType.CHOICE:
            return "从下拉列表选择"
        case FieldType.CHOICES:
            return "从下拉列表选择，多项以分号隔开"
    return f"文字，最多{item.max_length}字" if item.max_length else "文字"


def remarks(item: FieldSpec, needed: str) -> str:
    """Everything else a clerk should know of the field, one line each."""
    lines = [item.help_text]
    if needed and not item.required:
        lines.append(f"{needed}必填")
    if item.default.startswith("organisation."):
        lines.append("不填则为本单位")
    elif item.default:
        lines.append(f"不填则为“{item.default}”")
    if item.not_after_today:
        lines.append("不能晚于填报当天")
    if item.choices:
        lines.append(f"可选：{'、'.join(label for _, label in item.offered())}")
    return "\n".join(line for line in lines if line)
