"""How the procedures are doing, in counts only: by outcome and by body, in time or not, how quickly put right."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db.models import Count, QuerySet

from objections.models import Case, RecallTask
from objections.statuses import Outcome, Procedure
from registry import clock, workdays
from registry.directory import calendar


@dataclass
class OfBody:
    """What was said about the records of one body, and what came of it."""

    name: str
    objections: int = 0
    concluded: int = 0
    corrected: int = 0
    revoked: int = 0
    days: list[int] = field(default_factory=list)  # working days from conclusion to correction

    @property
    def share(self) -> int:
        """Of the concluded ones, how many in a hundred were corrected or revoked."""
        return round(100 * (self.corrected + self.revoked) / self.concluded) if self.concluded else 0

    @property
    def average_days(self) -> float | None:
        return round(sum(self.days) / len(self.days), 1) if self.days else None


@dataclass(frozen=True)
class OfProcedure:
    """How many cases of one procedure, and where they stand."""

    label: str
    total: int
    by_status: list[tuple[str, int]]


def counts(*, since: date, until: date) -> list[OfProcedure]:
    """Each procedure with its cases filed in that time, by status; one query."""
    filed = _filed(since, until)
    rows = filed.order_by().values_list("procedure", "status").annotate(Count("pk"))
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for procedure, status, number in rows:
        found[procedure][status] = number
    labels = dict(Case._meta.get_field("status").choices)
    return [
        OfProcedure(
            procedure.label,
            sum(found[procedure].values()),
            [(labels[status], number) for status, number in sorted(found[procedure].items())],
        )
        for procedure in Procedure
    ]


def by_body(*, since: date, until: date) -> list[OfBody]:
    """Objections by the body whose record was disputed, most first."""
    rows = (
        _filed(since, until)
        .filter(procedure=Procedure.OBJECTION)
        .values_list("body__name", "objection__outcome", "objection__concluded_at", "objection__handled_at")
    )
    known = calendar.current()
    bodies: dict[str, OfBody] = {}
    for name, outcome, concluded_at, handled_at in rows:
        body = bodies.setdefault(name, OfBody(name))
        body.objections += 1
        body.concluded += bool(outcome)
        body.corrected += outcome == Outcome.TO_CORRECT
        body.revoked += outcome == Outcome.TO_REVOKE
        if concluded_at and handled_at:
            days = (clock.day_of(concluded_at), clock.day_of(handled_at))
            body.days.append(workdays.workdays_between(*days, known))
    return sorted(bodies.values(), key=lambda body: (-body.objections, body.name))


def overdue(*, on: date) -> int:
    """Open cases whose day has passed."""
    return Case.objects.overdue(on=on).count()


def unconfirmed(*, on: date) -> list[tuple[str, int]]:
    """The board of who has not: recalls past their day, by organisation."""
    waiting = RecallTask.objects.waiting().filter(due_on__lt=on, organisation__isnull=False)
    return list(waiting.order_by().values_list("organisation__name").annotate(n=Count("pk")).order_by("-n"))


def _filed(since: date, until: date) -> QuerySet[Case]:
    first = datetime.combine(since, time.min, clock.SHANGHAI)
    last = datetime.combine(until, time.max, clock.SHANGHAI)
    return Case.objects.filter(filed_at__range=(first, last))
