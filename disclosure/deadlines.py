"""Within seven working days of the decision it must be public (国发〔2016〕33号): the day and its reckoning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from registry import workdays
from registry.directory import calendar
from registry.directory.terms import DeadlineRule, holds
from registry.records.kinds import Check, Problem
from registry.records.validation import Circumstances
from registry.remembering import remembered


@dataclass(frozen=True)
class PublicationDeadline:
    """The last day for publishing a decision, with the rule it follows from."""

    rule: DeadlineRule
    reckoning: workdays.Deadline

    @property
    def last_day(self) -> date:
        return self.reckoning.last_day

    def is_late(self, on: date) -> bool:
        return on > self.last_day


@remembered
def _every_rule() -> list[DeadlineRule]:
    return list(DeadlineRule.objects.order_by("-effective_from"))


class DeadlineTable:
    """The rules for one kind and the calendar: each read once for any number of decisions, if at all."""

    def __init__(self, kind_code: str, known: workdays.Calendar | None = None) -> None:
        self.rules = [rule for rule in _every_rule() if rule.kind == kind_code]
        self._known = known

    @cached_property
    def calendar(self) -> workdays.Calendar:
        return self._known if self._known is not None else calendar.current()

    def deadline(self, decided_on: date) -> PublicationDeadline | None:
        rule = self._rule(decided_on)
        if rule is None:
            return None
        return PublicationDeadline(rule, workdays.add_workdays(decided_on, rule.workdays, self.calendar))

    def missed(self, decided_on: date, *, on: date) -> PublicationDeadline | None:
        """The deadline, if that day is after it. Of most decisions this is known without any calendar."""
        rule = self._rule(decided_on)
        if rule is None or (on - decided_on).days <= rule.workdays:
            return None
        due = self.deadline(decided_on)
        return due if due is not None and due.is_late(on) else None

    def _rule(self, decided_on: date) -> DeadlineRule | None:
        return next((rule for rule in self.rules if holds(rule, decided_on)), None)


def deadline(kind_code: str, decided_on: date, *, known: workdays.Calendar | None = None) -> PublicationDeadline | None:
    """The deadline of a decision of that kind and day; None where no rule was in force."""
    return DeadlineTable(kind_code, known).deadline(decided_on)


def late_reason_given(kind_code: str) -> Check:
    """The check that a decision entered after its deadline says why; it is taken in, marked late.

    A correction is judged by the day of the entry: it asks for a reason only where the decision, as it now reads,
    was late already then. What is entered for earlier years (补录) was never due here.
    """
    # The rows of one workbook share their circumstances; what they are judged by lives as long as those.
    tables: WeakKeyDictionary[Circumstances, DeadlineTable] = WeakKeyDictionary()

    def check(data: Mapping[str, Any], circumstances: Circumstances) -> Iterator[Problem]:
        if data["late_reason"] or circumstances.is_backfill:
            return
        table = tables.get(circumstances)
        if table is None:
            table = tables[circumstances] = DeadlineTable(kind_code)
        due = table.missed(data["decided_on"], on=circumstances.reported_on)
        if due is not None:
            yield Problem(
                field="late_reason",
                message=f"迟报原因：必填。公示期限为{due.last_day}（决定后{due.rule.workdays}个工作日），已超过",
            )

    return check
