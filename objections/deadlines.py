"""By when a step must be done, with its working: the rule, the start, the stops, each day that counted.

The rules in force on the day of filing decide the whole case. While the applicant completes the papers, the time
of the offices stands still. Nothing here is stored: the day in the queue is a copy, made anew when the calendar
changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from objections.models.rules import Step, StepRule
from objections.statuses import CaseAction, CaseStatus, Procedure
from registry import workdays
from registry.workdays import Calendar, Deadline, Stop

WAITING = "等待申请人补正"

# The limits that run while a case stands so. HANDLE runs beside them until the conclusion has been carried out.
RUNNING: Mapping[tuple[Procedure, CaseStatus], tuple[Step, ...]] = {
    (Procedure.OBJECTION, CaseStatus.SUBMITTED): (Step.ACCEPT,),
    (Procedure.OBJECTION, CaseStatus.RETURNED): (Step.SUPPLEMENT,),
    (Procedure.OBJECTION, CaseStatus.VERIFYING): (Step.VERIFY, Step.FEED_BACK),
    (Procedure.OBJECTION, CaseStatus.CONCLUDED): (Step.REVIEW, Step.FEED_BACK),
    (Procedure.OBJECTION, CaseStatus.FED_BACK): (Step.CONTEST,),
    (Procedure.REPAIR, CaseStatus.SUBMITTED): (Step.ACCEPT,),
    (Procedure.REPAIR, CaseStatus.RETURNED): (Step.SUPPLEMENT,),
    (Procedure.REPAIR, CaseStatus.VERIFYING): (Step.DECIDE,),
    (Procedure.REPAIR, CaseStatus.APPROVED): (Step.FINISH,),
    (Procedure.COMPLAINT, CaseStatus.FILED): (Step.ASSIGN, Step.REPLY),
    (Procedure.COMPLAINT, CaseStatus.ASSIGNED): (Step.REPLY,),
    (Procedure.COMPLAINT, CaseStatus.NOT_TAKEN): (Step.REPLY,),
    (Procedure.COMPLAINT, CaseStatus.FOUND_TRUE): (Step.REPLY,),
    (Procedure.COMPLAINT, CaseStatus.FOUND_FALSE): (Step.REPLY,),
    (Procedure.COMPLAINT, CaseStatus.REPLIED): (Step.CONTEST,),
    (Procedure.COMMITMENT, CaseStatus.SUBMITTED): (Step.ACCEPT,),
    (Procedure.COMMITMENT, CaseStatus.RETURNED): (Step.SUPPLEMENT,),
    (Procedure.COMMITMENT, CaseStatus.VERIFYING): (Step.ACCEPT,),
}
OF_THE_APPLICANT = (Step.SUPPLEMENT, Step.CONTEST)
# Acts after which a limit begins again, whatever it first counted from.
_BEGINS_AGAIN: Mapping[Step, tuple[CaseAction, ...]] = {
    Step.VERIFY: (CaseAction.SEND_BACK,),
    Step.FEED_BACK: (CaseAction.SEND_BACK, CaseAction.CONTEST),
    Step.ASSIGN: (CaseAction.CONTEST, CaseAction.HAND_BACK),
    Step.REPLY: (CaseAction.CONTEST,),
}


@dataclass(frozen=True)
class Moment:
    """An act of the case's history, by its day in Ankang."""

    action: str
    on: date


@dataclass(frozen=True)
class Limit:
    """One limit of a case and how it was found; `reckoning` is None while it stands still."""

    rule: StepRule
    start: date
    days: int
    is_extended: bool
    stops: tuple[Stop, ...]
    reckoning: Deadline | None

    @property
    def last_day(self) -> date | None:
        return self.reckoning.last_day if self.reckoning else None

    @property
    def is_of_the_applicant(self) -> bool:
        return self.rule.step in OF_THE_APPLICANT

    def is_over(self, on: date) -> bool:
        return self.last_day is not None and on > self.last_day


def in_force(procedure: Procedure, *, on: date) -> list[StepRule]:
    """The limits that decide a case filed on that day: those of the newest regime then in force, in their order."""
    rules = list(StepRule.objects.in_force(on=on).filter(procedure=procedure).order_by("-effective_from", "rule_id"))
    newest = [rule for rule in rules if rule.regime == rules[0].regime]
    return sorted(newest, key=lambda rule: list(Step).index(Step(rule.step)))


def limits(
    procedure: Procedure,
    status: CaseStatus,
    history: Sequence[Moment],
    rules: Iterable[StepRule],
    calendar: Calendar,
    *,
    unhandled: bool = False,
) -> list[Limit]:
    """The limits that run in that status, earliest first; those that stand still come last."""
    wanted = [*RUNNING.get((procedure, status), ()), *([Step.HANDLE] if unhandled else [])]
    by_step = {rule.step: rule for rule in rules}
    found = [limit(by_step[step], history, calendar) for step in wanted if step in by_step]
    return sorted(filter(None, found), key=lambda one: one.last_day or date.max)


def limit(rule: StepRule, history: Sequence[Moment], calendar: Calendar) -> Limit | None:
    """One limit worked out of a case's history; None when what it counts from has not happened."""
    starts = [
        number
        for number, moment in enumerate(history)
        if moment.action == rule.counts_from or moment.action in _BEGINS_AGAIN.get(Step(rule.step), ())
    ]
    if not starts:
        return None
    since = history[starts[-1] :]
    is_extended = bool(rule.extension) and any(moment.action == CaseAction.EXTEND for moment in since)
    days = rule.limit + (rule.extension if is_extended else 0)
    stops = () if Step(rule.step) in OF_THE_APPLICANT else tuple(_stops(history[starts[-1] :]))
    reckoning = None
    if all(stop.until for stop in stops):
        reckoning = _reckon(rule.unit, since[0].on, days, calendar, stops)
    return Limit(rule, since[0].on, days, is_extended, stops, reckoning)


def due(running: Iterable[Limit]) -> date | None:
    """The day a case is sorted by in the queue: the earliest of its limits."""
    days = [one.last_day for one in running if one.last_day is not None]
    return min(days, default=None)


def _reckon(unit: str, start: date, days: int, calendar: Calendar, stops: Sequence[Stop]) -> Deadline:
    if unit == "workday":
        return workdays.add_workdays(start, days, calendar, stops)
    waited = sum((stop.until - stop.after).days for stop in stops)
    return workdays.add_days(start, days + waited, calendar)


def _stops(history: Sequence[Moment]) -> Iterable[Stop]:
    asked: date | None = None
    for moment in history:
        if moment.action == CaseAction.ASK:
            asked = moment.on
        elif moment.action == CaseAction.RESUBMIT and asked is not None:
            yield Stop(asked, moment.on, WAITING)
            asked = None
    if asked is not None:
        yield Stop(asked, None, WAITING)
