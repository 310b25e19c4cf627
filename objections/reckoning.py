"""When the arrangement of holidays changes, running limits move with it, and everybody concerned is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from objections import deadlines, situations, workflow
from objections.life import Party
from objections.models import Case
from objections.statuses import CaseAction
from registry.directory import calendar

BATCH = 200


def reckon_running(*, at: datetime) -> int:
    """Work out every open case's day anew; returns how many moved. Each of those has an event that says so."""
    known, moved = calendar.current(), 0
    for case in _open_cases():
        running = situations.running(case, list(case.events.all()), known)
        now = deadlines.due(running)
        if now != case.due_on:
            text = f"节假日安排或办理规则有调整，办理期限由{case.due_on or '未定'}重算为{now or '未定'}"
            workflow.move(case, CaseAction.RECKON, by=Party.SYSTEM, at=at, text=text)
            moved += 1
    return moved


def _open_cases() -> Iterator[Case]:
    """By key, so that a case somebody closes meanwhile is not met for ever."""
    last = 0
    related = Case.objects.open().select_related("objection").prefetch_related("events")
    while batch := list(islice(related.filter(pk__gt=last).order_by("pk"), BATCH)):
        yield from batch
        last = batch[-1].pk
