"""The documents that follow from the code: state diagrams and the dictionary of fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from registry.records import kinds
from registry.records.fields import Condition, FieldSpec, Operator
from registry.records.kinds import Kind
from registry.records.listed import Listed
from registry.records.statuses import Status
from registry.records.workflow import diagram

_WORDS = {Operator.IS: "为", Operator.IS_NOT: "不为", Operator.INCLUDES: "含", Operator.FILLED: "已填"}
_NOTE = "<!-- 由 `python3 manage.py describe` 生成，请勿手工修改 -->"


def states() -> str:
    """One diagram for each different rule book, with the kinds that follow it."""
    books: dict[str, list[Kind]] = {}
    for kind in kinds.every():
        books.setdefault(diagram(kind.rule_book), []).append(kind)
    parts = ["# 记录的状态", _NOTE]
    for picture, of_kinds in books.items():
        parts += [f"## {'、'.join(kind.label for kind in of_kinds)}", f"```mermaid\n{picture}\n```"]
    legend = "\n".join(f"| {status.name} | {status.label} |" for status in Status)
    parts.append(f"## 图例\n\n| 状态 | 含义 |\n|---|---|\n{legend}")
    return "\n\n".join(parts) + "\n"


def dictionary() -> str:
    """Every field of every kind that code describes."""
    parts = ["# 字段字典", _NOTE]
    for kind in kinds.every():
        parts += [f"## {kind.label}（`{kind.code}`）", "\n".join(_table(kind))]
        if kind.described_by_catalogue:
            parts.append("其余字段由目录信息项的版本规定。")
    return "\n\n".join(parts) + "\n"


def _table(kind: Kind) -> Iterator[str]:
    yield "| 标准代码 | 名称 | 字段 | 类型 | 长度 | 必填 | 公开 | 可选值 |"
    yield "|---|---|---|---|---|---|---|---|"
    labels = {field.name: field.label for field in kind.fields}
    for field in kind.fields:
        cells = (
            field.code or "–",
            field.label,
            f"`{field.name}`",
            field.type.value,
            str(field.max_length or ""),
            needed(field, labels),
            "是" if field.public else "否",
            f"见《{field.choices.table}》" if isinstance(field.choices, Listed) else "、".join(field.choices),
        )
        yield f"| {' | '.join(cells)} |"


def needed(field: FieldSpec, labels: Mapping[str, str]) -> str:
    """When the field has to be filled in, in words; '' for never."""
    if field.required:
        return "必填"
    return "或".join(_in_words(condition, labels) for condition in field.required_when)


def _in_words(condition: Condition, labels: Mapping[str, str]) -> str:
    return f"{labels[condition.field]}{_WORDS[condition.operator]}{'或'.join(condition.value)}时"
