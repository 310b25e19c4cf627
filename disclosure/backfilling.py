"""补录: decisions of earlier years that are still in force are entered afterwards (安政发〔2017〕8号 一（三）)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from disclosure.terms import TermTable
from registry import workdays
from registry.directory.terms import TermStart
from registry.records.kinds import Problem
from registry.records.validation import Circumstances

_tables: WeakKeyDictionary[Circumstances, TermTable] = WeakKeyDictionary()  # one for all rows of a workbook


def licence_may_be_entered_late(data: Mapping[str, Any], circumstances: Circumstances) -> Iterator[Problem]:
    """Of an earlier year, and valid still."""
    yield from _of_an_earlier_year("许可决定日期", data["decided_on"], circumstances)
    if data["valid_to"] < circumstances.today:
        yield Problem(field="valid_to", message=f"有效期至：已过有效期（{data['valid_to']}），不能补录")


def penalty_may_be_entered_late(data: Mapping[str, Any], circumstances: Circumstances) -> Iterator[Problem]:
    """Of an earlier year, and its publication term not over."""
    today = circumstances.today
    yield from _of_an_earlier_year("处罚决定日期", data["decided_on"], circumstances)
    if data["effective_until"] < today:
        yield Problem(field="effective_until", message=f"处罚有效期：已过有效期（{data['effective_until']}），不能补录")
    until = _last_public_day(data, circumstances)
    if until is not None and until < today:
        yield Problem(field="decided_on", message=f"处罚决定日期：已过有效期，公示期已于{until}届满，不能补录")


def _of_an_earlier_year(label: str, decided_on: date, circumstances: Circumstances) -> Iterator[Problem]:
    if decided_on.year >= circumstances.today.year:
        yield Problem(field="decided_on", message=f"{label}：本年度不属补录，请按日常录入")


def _last_public_day(data: Mapping[str, Any], circumstances: Circumstances) -> date | None:
    """By the rule in force today, if that sets a term."""
    today = circumstances.today
    table = _tables.get(circumstances)
    if table is None:
        table = _tables[circumstances] = TermTable()
    severity = data["severity"] or table.severity_of(data["category"], on=today)
    rule = table.rule_of("penalty", severity, on=today)
    if rule is None or rule.max_months is None:
        return None
    start = today if rule.term_starts == TermStart.PUBLICATION else data["decided_on"]
    return workdays.add_months(start, rule.max_months)
