"""What repeats on a page, as markup made here: a template takes five times as long for a cell of a row."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from registry.pages.rows import Cell, Row
from registry.reading.presenting import Shown

register = template.Library()

NOTHING = "—"


@register.simple_tag
def field_rows(fields: Iterable[Shown]) -> SafeString:
    """Label and value of each field, for a `<dl class="fields">`."""
    return mark_safe("\n  ".join(_field(field) for field in fields))  # every piece of it is escaped below


def _field(field: Shown) -> str:
    long = " fields__row--long" if getattr(field, "is_long", False) else ""
    return (
        f'<div class="fields__row{long}">\n    <dt>{escape(field.label)}</dt>\n'
        f"    <dd>{escape(field.value)}</dd>\n  </div>"
    )


@register.simple_tag
def table_rows(rows: Iterable[Row]) -> SafeString:
    """The rows of a list of records: the first cell leads to the record, each names its column for small screens."""
    return mark_safe("\n    ".join(_row(row) for row in rows))  # every piece of it is escaped below


def _row(row: Row) -> str:
    head = f'<th scope="row"><a href="{escape(row.url)}">{conditional_escape(row.name)}</a></th>'
    return f"<tr>{head}{''.join(map(_cell, row.cells))}</tr>"


def _cell(cell: Cell) -> str:
    label, value, name = cell
    of_class = f' class="{escape(name)}"' if name else ""
    return f'<td data-label="{escape(label)}"{of_class}>{escape(value) if value else NOTHING}</td>'
