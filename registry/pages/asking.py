"""Reading the address of a public page: each parameter once, each value checked, and named where it is wrong.

Parameters nobody asked for are ignored; none ever reaches a query by its own name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from django.http import QueryDict

from registry.pages.refusing import Refused

FIRST_YEAR = 1949
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR = re.compile(r"[0-9]{4}")


def text(query: QueryDict, name: str) -> str:
    """The value without the blanks around it, '' when missing; refuses a parameter that is given twice."""
    values = query.getlist(name)
    if len(values) > 1:
        raise Refused(400, f"参数 {name} 重复出现，请只填写一次。")
    return values[0].strip() if values else ""


def choice(query: QueryDict, name: str, choices: Iterable[str]) -> str:
    """One of the choices, or ''."""
    value = text(query, name)
    if value and value not in choices:
        raise Refused(400, f"参数 {name} 的值不在可选范围内，请从筛选条件中重新选择。")
    return value


def day(query: QueryDict, name: str) -> date | None:
    """A day written 2026-03-02, as the date field of a browser sends it."""
    value = text(query, name)
    if not value:
        return None
    try:
        found = date.fromisoformat(value) if _ISO_DAY.fullmatch(value) else None
    except ValueError:  # 2026-02-30
        found = None
    if found is None:
        raise Refused(400, f"参数 {name} 须为日期，写作 2026-03-02。")
    return found


def year(query: QueryDict, name: str, *, on: date) -> int | None:
    """A year that records may bear."""
    value = text(query, name)
    if not value:
        return None
    if not _YEAR.fullmatch(value) or not FIRST_YEAR <= int(value) <= on.year:
        raise Refused(400, f"参数 {name} 须为{FIRST_YEAR}至{on.year}之间的四位年份。")
    return int(value)
