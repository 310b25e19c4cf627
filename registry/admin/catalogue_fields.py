"""The fields of a class of information, filled in as a table: one row for each field, no code and no JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ImproperlyConfigured, ValidationError

from registry.admin.widgets import OwnTemplate
from registry.records.fields import FieldType, from_rows

ROWS = 20
OFFERED = {
    FieldType.TEXT: "文字",
    FieldType.LONG_TEXT: "长文字",
    FieldType.DATE: "日期",
    FieldType.AMOUNT: "金额（万元）",
    FieldType.CHOICE: "单选",
    FieldType.CHOICES: "多选",
    FieldType.NAME: "名称",
}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TICKS = ("required", "public", "positive", "not_after_today")
_IN_TABLE = {"name", "label", "type", "max_length", "choices", "not_before", "help_text", *_TICKS}


class FieldTable(OwnTemplate):
    """Rows of label, name, type and rules; empty rows do not count."""

    template_name = "admin/registry/widgets/field_table.html"

    def get_context(self, name: str, value: Any, attrs: Mapping[str, Any] | None) -> dict[str, Any]:
        rows = value if isinstance(value, list) else json.loads(value or "[]")
        filled = [_shown(row) for row in rows if isinstance(row, dict)]
        blank = {"public": True}
        shown = [*filled, *([blank] * max(3, ROWS - len(filled)))]
        return super().get_context(name, None, attrs) | {"rows": list(enumerate(shown)), "types": OFFERED.items()}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, Any]]:
        return [row for place in range(2 * ROWS) if (row := _typed(data, f"{name}-{place}"))]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    more = {key: value for key, value in row.items() if key not in _IN_TABLE}
    return {
        **row,
        "public": row.get("public", True),
        "choices": "；".join(row.get("choices", ())),
        "not_before": "；".join(row.get("not_before", ())),
        "more": json.dumps(more, ensure_ascii=False) if more else "",
    }


def _typed(data: Any, prefix: str) -> dict[str, Any]:
    """One row as typed; {} where neither a label nor a name was given."""
    said = {key: str(data.get(f"{prefix}-{key}", "")).strip() for key in ("label", "name", "type", "help_text")}
    if not said["label"] and not said["name"]:
        return {}
    row: dict[str, Any] = {key: value for key, value in said.items() if value}
    row |= {key: f"{prefix}-{key}" in data for key in _TICKS}
    row |= {key: words for key in ("choices", "not_before") if (words := _words(data.get(f"{prefix}-{key}", "")))}
    if length := str(data.get(f"{prefix}-max_length", "")).strip():
        row["max_length"] = length
    if more := data.get(f"{prefix}-more", ""):
        row["more"] = more
    return row


def _words(text: str) -> list[str]:
    return [word.strip() for word in re.split(r"[;；]", text) if word.strip()]


class FieldRows(forms.Field):
    """The table as the rows a catalogue version keeps; everything wrong with them is named at once."""

    widget = FieldTable

    def clean(self, value: Any) -> list[dict[str, Any]]:
        rows, problems = [], []
        for number, row in enumerate(value or [], start=1):
            clean = dict(row)
            problems += [f"第{number}行：{problem}" for problem in _mend(clean, number)]
            rows.append(clean)
        names = [row["name"] for row in rows]
        problems += [f"标识“{name}”重复" for name in sorted({name for name in names if names.count(name) > 1})]
        problems += list(_unknown(rows, names))
        if problems:
            raise ValidationError(problems)
        try:
            from_rows(rows)
        except (ImproperlyConfigured, ValueError, TypeError, KeyError, AttributeError):
            raise ValidationError("数据项的设置有误，请核对各行") from None
        return rows

    def has_changed(self, initial: Any, data: Any) -> bool:
        return initial != data


def _mend(row: dict[str, Any], number: int) -> Iterator[str]:
    """Make a typed row one that can be kept; yields what is wrong with it."""
    row.setdefault("name", f"field_{number}")
    if not _NAME.fullmatch(row["name"]):
        yield "标识须以小写字母开头，只含小写字母、数字和下划线"
    if not row.get("label"):
        yield "须填写名称"
    if row.setdefault("type", FieldType.TEXT.value) not in OFFERED:
        yield "类型不在可选范围内"
    if row["type"] in (FieldType.CHOICE, FieldType.CHOICES) and not row.get("choices"):
        yield "单选、多选须写明选项，以分号隔开"
    if (length := row.get("max_length")) is not None:
        if not re.fullmatch(r"[0-9]{1,4}", length) or int(length) == 0:
            yield "最多字数须为1至9999的整数"
        else:
            row["max_length"] = int(length)
    if more := row.pop("more", ""):
        try:
            row.update(json.loads(more))
        except (ValueError, TypeError):
            yield "其他设置无法读取"


def _unknown(rows: list[dict[str, Any]], names: list[str]) -> Iterator[str]:
    dates = {row["name"] for row in rows if row["type"] == FieldType.DATE} | {"decided_on"}
    for number, row in enumerate(rows, start=1):
        for earlier in row.get("not_before", ()):
            if earlier not in dates:
                yield f"第{number}行：“不早于”须写另一日期项的标识，没有“{earlier}”"
        if row["name"] in _TAKEN:
            yield f"第{number}行：标识“{row['name']}”已由系统使用"


_TAKEN = {"counterparty_name", "counterparty_uscc", "document_number", "decided_on"}
