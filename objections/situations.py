"""Reading where a case stands from its locked rows, in a fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q, Sum

from objections import deadlines
from objections.deadlines import Limit, Moment
from objections.life import Actor, Party, Situation
from objections.models import Case, CaseEvent, EvidencePurpose, EvidenceState, RecallTask, ServiceHours
from objections.models.rules import Step
from objections.statuses import CaseAction, CaseStatus, Outcome, Procedure, RepairWay
from registry import clock
from registry.directory import calendar
from registry.directory.staff import User
from registry.records.models import Record
from registry.records.models.holds import HoldGround
from registry.records.statuses import LIVE
from registry.workdays import Calendar


def actor(by: User | Party, case: Case) -> Actor:
    """Whoever acts, as the rule books ask of them."""
    if isinstance(by, Party):
        return Actor(party=by)
    return Actor(
        user=by.pk,
        organisation=by.organisation_id,
        oversees=_oversees(by, case),
        decides=by.has_perm("objections.decide_case"),
        enters=by.has_perm("registry.enter_record"),
    )


def _oversees(by: User, case: Case) -> bool:
    """The city's credit office any case, a county's those of its own county's bodies."""
    if not by.has_perm("objections.oversee_case"):
        return False
    if by.has_perm("objections.view_every_case"):
        return True
    return by.organisation_id is not None and by.organisation.region_id == case.region_id


def history(case: Case) -> list[CaseEvent]:
    return list(case.events.order_by("seq"))


def moments(events: Sequence[CaseEvent]) -> list[Moment]:
    return [Moment(event.action, clock.day_of(event.at)) for event in events]


def running(case: Case, events: Sequence[CaseEvent], known: Calendar | None = None) -> list[Limit]:
    """The limits of the case as it stands now, by the rules of its day of filing."""
    procedure = Procedure(case.procedure)
    return deadlines.limits(
        procedure,
        CaseStatus(case.status),
        moments(events),
        deadlines.in_force(procedure, on=clock.day_of(case.filed_at)),
        known or calendar.current(),
        unhandled=waits_for_handling(case),
    )


def waits_for_handling(case: Case) -> bool:
    """Whether the record has still to be corrected or revoked as concluded."""
    if case.procedure != Procedure.OBJECTION or not case.is_open:
        return False
    return case.objection.outcome in (Outcome.TO_CORRECT, Outcome.TO_REVOKE) and case.objection.handled_at is None


def read(case: Case, by: User | Party, *, on: date) -> Situation:
    """The case as its rule book asks about it."""
    events = history(case)
    latest = case.letters.order_by("-number").first()
    common: dict[str, Any] = {
        "procedure": Procedure(case.procedure),
        "status": CaseStatus(case.status),
        "seq": case.seq,
        "filed_on": clock.day_of(case.filed_at),
        "body": case.body_id,
        "times": Counter(CaseAction(event.action) for event in events),
        "contest_until": _contest_until(case, events),
        "is_delivered": latest is not None and latest.delivered_on is not None,
        "open_recalls": RecallTask.objects.waiting().filter(restoration=case.pk).count(),
    }
    if case.record is not None:
        common |= _of_record(case, case.record, by, on=on)
    own = _OWN.get(Procedure(case.procedure))
    return Situation(**common, **(own(case) if own else {}))


def _contest_until(case: Case, events: Sequence[CaseEvent]) -> date | None:
    procedure = Procedure(case.procedure)
    rules = deadlines.in_force(procedure, on=clock.day_of(case.filed_at))
    rule = next((rule for rule in rules if rule.step == Step.CONTEST), None)
    found = deadlines.limit(rule, moments(events), calendar.current()) if rule else None
    return found.last_day if found else None


def _of_record(case: Case, record: Record, by: User | Party, *, on: date) -> dict[str, Any]:
    correction = record.corrections.filter(decided_at=None).first()
    is_live = record.status in LIVE and (record.public_until is None or record.public_until >= on)
    return {
        "entered_by": record.entered_by_id,
        "reviewed_by": record.reviewed_by_id,
        "is_record_live": is_live,
        "others_can_decide": _others(case, record, by),
        "has_hold": record.holds.filter(ground=HoldGround.OBJECTION, closed_at=None).exists(),
        "is_taken": Case.objects.undecided().filter(record=record).exclude(pk=case.pk).exists(),
        "has_correction": correction is not None,
        "correction_by": correction.proposed_by_id if correction else None,
    }


def _others(case: Case, record: Record, by: User | Party) -> bool:
    """Whether somebody at the body may decide who neither entered nor reviewed the record, nor concluded before."""
    seen = {record.entered_by_id, record.reviewed_by_id}
    if case.procedure == Procedure.OBJECTION:
        seen.add(case.objection.concluded_by_id)
    permitted = Q(groups__permissions__codename="decide_case") | Q(user_permissions__codename="decide_case")
    staff = User.objects.filter(permitted, organisation=case.body_id, is_active=True)
    return staff.exclude(pk__in=filter(None, seen)).exists()


def _of_objection(case: Case) -> dict[str, Any]:
    row = case.objection
    return {
        "outcome": row.outcome,
        "is_handled": row.handled_at is not None,
        "concluded_by": row.concluded_by_id,
    }


def _of_repair(case: Case) -> dict[str, Any]:
    row = case.repair
    clean = Counter(case.evidence.filter(state=EvidenceState.CLEAN).values_list("purpose", flat=True))
    hours = ServiceHours.objects.filter(case=case, confirmed_at__isnull=False, refusal="")
    return {
        "evidence": clean[EvidencePurpose.CORRECTION],
        "effect_evidence": clean[EvidencePurpose.EFFECT],
        "way": row.way,
        "allowed_from": row.allowed_from,
        "allowed_until": row.allowed_until,
        "is_late_allowed": row.rule.is_late_allowed if row.rule else False,
        "corrected_on": row.corrected_on if row.way == RepairWay.CORRECTION else None,
        "hours": float(hours.aggregate(total=Sum("hours"))["total"] or 0),
        "hours_needed": float(row.hours_needed or 0),
    }


def _of_complaint(case: Case) -> dict[str, Any]:
    row = case.complaint
    code = row.accused_code or (case.subject.uscc or "" if case.subject else "")
    return {"accused_code": code, "has_draft": row.draft_id is not None}


_OWN: Mapping[Procedure, Callable[[Case], dict[str, Any]]] = {
    Procedure.OBJECTION: _of_objection,
    Procedure.REPAIR: _of_repair,
    Procedure.COMPLAINT: _of_complaint,
}
