"""What repeats on a page, as markup made here: a template takes five times as long for a cell of a row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from registry.pages.beside import LineAct
from registry.pages.markup import text
from registry.pages.rows import Row
from registry.reading.presenting import Shown

if TYPE_CHECKING:
    from registry.pages.record import Step

register = template.Library()

NOTHING = "—"
DAY = ' class="day"'


@register.simple_tag
def field_rows(fields: Iterable[Shown], act: LineAct | str | None = None) -> SafeString:
    """Label and value of each field, for a `<dl class="fields">`, with what may be done about the line."""
    return mark_safe("\n  ".join(_field(field, act) for field in fields))  # every piece of it is escaped below


def _field(field: Shown, act: LineAct | str | None) -> str:
    long = " fields__row--long" if getattr(field, "is_long", False) else ""
    return (
        f'<div class="fields__row{long}">\n    <dt>{_said(field.label)}</dt>\n'
        f"    <dd>{_said(field.value)}</dd>{_act(field, act) if act else ''}\n  </div>"
    )


def _act(field: Shown, act: LineAct) -> str:
    return (
        f'\n    <dd class="fields__act"><a href="{escape(act.url + field.name)}" rel="nofollow">{escape(act.label)}'
        f'<span class="unseen">：{_said(field.label)}</span></a></dd>'
    )


@register.simple_tag
def table_rows(rows: Iterable[Row], headings: Sequence[str], days: Collection[str]) -> SafeString:
    """The rows of a list of records: the first cell leads to the record, each names its column for small screens.

    `days` are the headings of columns that hold days.
    """
    openings = [_opening(heading, heading in days) for heading in headings[1:]]
    return mark_safe("\n    ".join(_row(row, openings) for row in rows))  # every piece of it is escaped below


def _opening(heading: str, is_day: bool) -> str:
    return f'<td data-label="{escape(heading)}"{DAY if is_day else ""}>'


def _row(row: Row, openings: Sequence[str]) -> str:
    head = f'<th scope="row"><a href="{row.url}">{conditional_escape(row.name)}</a></th>'
    cells = zip(openings, row.values, strict=True)
    return f"<tr>{head}{''.join([f'{opening}{_said(value)}</td>' for opening, value in cells])}</tr>"


@register.simple_tag
def steps_taken(steps: Iterable[Step]) -> SafeString:
    """The acts of a record's public life, for an `<ol class="timeline">`."""
    return mark_safe("\n      ".join(map(_step, steps)))  # every piece of it is escaped below


def _step(step: Step) -> str:
    corrected = f"：{text('、'.join(step.corrected))}" if step.corrected else ""
    return (
        f"<li>\n        <time>{step.at}</time>\n        <p><strong>{text(step.label)}</strong>{corrected}"
        f'<span class="quiet">（第{step.edition:d}版）</span></p>\n      </li>'
    )


@register.simple_tag
def editions_given(editions: Iterable[tuple[int, str]]) -> SafeString:
    """Number and moment of each edition, the one that holds first, for a `<ul class="editions">`."""
    lines = [f"第{number:d}版，{text(at)}" for number, at in editions]
    lines[:1] = [f'{line}<span class="quiet">（现行）</span>' for line in lines[:1]]
    return mark_safe("\n      ".join(f"<li>{line}</li>" for line in lines))


def _said(value: str) -> str:
    return text(value) if value else NOTHING
