"""How a case moves: who may, under which conditions, with which effects. Pure: no database, no clock.

`workflow` reads a `Situation` from the locked rows, asks the rule book, and carries out the effects. So the whole
life of a case can be tried in memory, a million steps in a minute.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from objections.statuses import CaseAction, CaseStatus, Outcome, Procedure, RepairWay
from registry import clock


class Party(Enum):
    """Whoever acts and is no member of staff."""

    APPLICANT = "applicant"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Whoever acts, as far as the rule books ask; every member of staff has a user."""

    party: Party | None = None
    user: int | None = None
    organisation: int | None = None
    oversees: bool = False  # a credit office, and the case lies with it
    decides: bool = False  # may verify and decide for its organisation
    enters: bool = False  # a clerk of its organisation


class Duty(Enum):
    APPLICANT = "申请人"
    OFFICE = "信用办"
    BODY = "承办单位"
    CLERK = "承办单位录入员"
    SYSTEM = "系统"


@dataclass(frozen=True)
class Decision:
    """What somebody decided, beside the step itself."""

    outcome: Outcome | None = None
    organisation: int | None = None  # that a complaint is assigned to
    organisation_code: str = ""
    is_corrected: bool = False
    is_effect_removed: bool = False
    reapply_from: date | None = None
    delivery: str = ""
    clue_of: str = ""
    record: int | None = None  # the draft made of a complaint


NOTHING = Decision()


@dataclass(frozen=True)
class Act:
    """One step somebody wants to take."""

    action: CaseAction
    by: Actor
    at: datetime
    text: str = ""
    decision: Decision = NOTHING

    @property
    def today(self) -> date:
        return clock.day_of(self.at)


@dataclass(frozen=True, kw_only=True)
class Situation:
    """Where a case stands, as far as the rule books ask; read under the locks, or made up by a test."""

    procedure: Procedure
    status: CaseStatus
    seq: int = 0
    filed_on: date
    body: int | None = None
    others_can_decide: bool = True  # somebody at the body who neither entered nor reviewed the record
    entered_by: int | None = None
    reviewed_by: int | None = None
    is_record_live: bool = True
    has_hold: bool = False  # for this objection
    is_taken: bool = False  # another objection or repair on the same record is undecided
    has_correction: bool = False  # a proposed one, waiting for another person
    correction_by: int | None = None
    outcome: str = ""
    is_handled: bool = False
    concluded_by: int | None = None
    times: Mapping[CaseAction, int] = field(default_factory=dict)  # how often each act has happened
    contest_until: date | None = None
    is_delivered: bool = False
    open_recalls: int = 0
    evidence: int = 0
    effect_evidence: int = 0
    way: str = ""
    is_repairable: bool = True
    why_not: str = ""
    allowed_from: date | None = None
    allowed_until: date | None = None
    is_late_allowed: bool = False
    corrected_on: date | None = None
    hours: float = 0
    hours_needed: float = 0
    accused_code: str = ""
    has_draft: bool = False

    def count(self, action: CaseAction) -> int:
        return self.times.get(action, 0)


Guard = Callable[[Situation, Act], str | None]  # why not; None: nothing against it


class Effect(Enum):
    """What a step brings about beyond the case's own row; `effects` carries them out, in this order."""

    OPEN_HOLD = "open_hold"
    CLOSE_HOLD = "close_hold"
    NOTE_CONCLUSION = "note_conclusion"
    CARRY_OUT = "carry_out"  # correct or end the record as concluded
    NOTE_DECISION = "note_decision"
    REPAIR_RECORD = "repair_record"
    OPEN_RESTORATION = "open_restoration"
    ISSUE_LETTER = "issue_letter"
    NOTE_DELIVERY = "note_delivery"
    ASSIGN = "assign"
    UNASSIGN = "unassign"
    NOTE_FINDING = "note_finding"
    NOTE_REPLY = "note_reply"
    LINK_DRAFT = "link_draft"
    TELL_APPLICANT = "tell_applicant"
    DRAFT_RECORD = "draft_record"  # of a pledge that was adopted, submitted for review at once
    END_REPLACED = "end_replaced"
    END_RECORD = "end_record"


@dataclass(frozen=True, kw_only=True)
class Transition:
    sources: frozenset[CaseStatus]
    target: CaseStatus | None  # None: stays where it is
    who: tuple[Duty, ...]
    needs_text: str = ""  # what the text is called that must be given; '' = none is needed
    guards: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()


RuleBook = Mapping[CaseAction, Transition]


def from_(*sources: CaseStatus) -> frozenset[CaseStatus]:
    return frozenset(sources)


def may_take(case: Situation, rule: Transition, by: Actor) -> str | None:
    """Why this actor may not take the step; None when it may."""
    if any(_holds(duty, case, by) for duty in rule.who):
        return None
    if rule.who == (Duty.SYSTEM,):
        return "此操作由系统自动办理"
    return f"此操作由{'或'.join(duty.value for duty in rule.who)}办理，您不能办理"


def _holds(duty: Duty, case: Situation, by: Actor) -> bool:
    is_of_body = by.user is not None and case.body is not None and by.organisation == case.body
    match duty:
        case Duty.APPLICANT:
            return by.party is Party.APPLICANT
        case Duty.SYSTEM:
            return by.party is Party.SYSTEM
        case Duty.OFFICE:
            return by.user is not None and by.oversees
        case Duty.BODY:
            return is_of_body and by.decides
        case Duty.CLERK:
            return is_of_body and by.enters


def refusal(case: Situation, rule: Transition | None, act: Act, *, seen: int | None = None) -> str | None:
    """Why the step is not taken now; None when everything allows it. Who may is asked by `may_take`."""
    if rule is None or case.status not in rule.sources:
        return f"办件现为“{CaseStatus(case.status).label}”，不能{act.action.label}"
    if seen is not None and seen != case.seq:
        return "页面内容已过期：办件已有新的办理，请刷新后再处理"
    if rule.needs_text and len(act.text.strip()) < SHORTEST_TEXT:
        return f"请写明{rule.needs_text}（不少于{SHORTEST_TEXT}个字）"
    return next(filter(None, (guard(case, act) for guard in rule.guards)), None)


SHORTEST_TEXT = 5


def is_service(case: Situation) -> bool:
    return case.way == RepairWay.SERVICE
