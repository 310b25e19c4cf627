"""The one writer of a case's status: pages, the admin and tasks call `move`; nothing else changes it.

One call locks the subject, then the record, then the case, asks the rule book, writes the row and the event, and
carries out the effects, all in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from objections import deadlines, effects, situations
from objections.life import NOTHING, Act, Decision, Duty, Party, Transition, may_take, refusal
from objections.models import Case, CaseEvent
from objections.models.events import By
from objections.rule_books import RULE_BOOKS
from objections.statuses import CaseAction, CaseStatus, Procedure
from registry.directory.staff import User
from registry.records.workflow import MoveRefused, lock_one


@transaction.atomic
def move(
    case: Case,
    action: CaseAction | str,
    *,
    by: User | Party,
    at: datetime,
    text: str = "",
    remark: str = "",
    decision: Decision = NOTHING,
    expecting: int | None = None,
) -> CaseEvent:
    """Take one step; raises MoveRefused or PermissionDenied.

    `text` is for the applicant, `remark` stays inside. `expecting` is the `seq` the caller last saw: a decision on
    a page that has become stale is refused.
    """
    locked = lock(case)
    act = Act(action=CaseAction(action), by=situations.actor(by, locked), at=at, text=text.strip(), decision=decision)
    event = _take(locked, act, by, remark=remark.strip(), expecting=expecting)
    case.refresh_from_db()
    return event


def _take(case: Case, act: Act, by: User | Party, *, remark: str, expecting: int | None) -> CaseEvent:
    situation = situations.read(case, by, on=act.today)
    rule = RULE_BOOKS[Procedure(case.procedure)].get(act.action)
    if rule is not None and situation.status in rule.sources and (why := may_take(situation, rule, act.by)):
        raise PermissionDenied(why)
    if why := refusal(situation, rule, act, seen=expecting):
        is_overtaken = rule is None or situation.status not in rule.sources or expecting not in (None, case.seq)
        raise MoveRefused(f"{why}（{_latest(case, by)}）" if is_overtaken else why)
    came_from = case.status
    case.status = rule.target or case.status
    case.seq += 1
    event = write(case, act.action, by=by, at=act.at, text=act.text, remark=remark, came_from=came_from)
    for effect in rule.effects:
        effects.carry_out(effect, case, event, by=by, act=act)
    case.refresh_from_db()  # what an effect moved may have led to a step of this very case
    reckon(case)
    return event


def _latest(case: Case, to: User | Party) -> str:
    """Which of the people concerned did what last: to colleagues by name, to the applicant by office."""
    event = case.events.exclude(party=By.SYSTEM).select_related("by__organisation").latest("seq")
    who = event.get_party_display()
    if event.by is not None:
        who = event.by.full_name if isinstance(to, User) else str(event.by.organisation)
    return f"已由{who}{event.get_action_display()}"


def write(
    case: Case, action: CaseAction, *, by: User | Party, at: datetime, text: str, remark: str = "", came_from: str = ""
) -> CaseEvent:
    """Store the case as it stands now and the event that made it so."""
    case.save()
    party = By.STAFF if isinstance(by, User) else By(by.value)
    return CaseEvent.objects.create(
        case=case,
        seq=case.seq,
        action=action,
        from_status=came_from,
        to_status=case.status,
        party=party,
        by=by if isinstance(by, User) else None,
        at=at,
        text=text,
        remark=remark,
    )


def lock(case: Case) -> Case:
    """The case as it stands now, locked in the one order: subject, record, case."""
    record = lock_one(case.record) if case.record_id else None
    locked = (
        Case.objects.select_for_update(of=("self",))
        .select_related("body", "subject", "objection", "repair__rule", "complaint", "pledge__replaces")
        .get(pk=case.pk)
    )
    if record is not None:
        locked.record = record
    return locked


def reckon(case: Case) -> None:
    """Keep the day by which the case is sorted in the queue."""
    case.due_on = deadlines.due(situations.running(case, situations.history(case))) if case.is_open else None
    Case.objects.filter(pk=case.pk).update(due_on=case.due_on)


def available(case: Case, *, to: User, on: date) -> list[CaseAction]:
    """The steps this person could take now, in rule-book order."""
    by = situations.actor(to, case)
    situation = situations.read(case, to, on=on)
    return [action for action, rule in _from_here(case) if may_take(situation, rule, by) is None]


def offered(case: Case) -> list[CaseAction]:
    """The steps the applicant could take now."""
    return [action for action, rule in _from_here(case) if Duty.APPLICANT in rule.who]


def _from_here(case: Case) -> Iterator[tuple[CaseAction, Transition]]:
    for action, rule in RULE_BOOKS[Procedure(case.procedure)].items():
        if CaseStatus(case.status) in rule.sources:
            yield action, rule
