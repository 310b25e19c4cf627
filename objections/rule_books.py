"""The four rule books (lifecycle 4.4, 4.5, 4.7; row S2.2.1): each line is a step, and nothing else moves a case."""

from __future__ import annotations

from collections.abc import Mapping

from objections import guards
from objections.life import Duty, Effect, RuleBook, Transition, from_
from objections.statuses import ENDED, CaseAction, CaseStatus, Procedure

_EVERY_OPEN = frozenset(CaseStatus) - frozenset(ENDED)
_TOLD = (Effect.TELL_APPLICANT,)

# What every procedure has: the applicant adds something, the calendar changes.
_COMMON: RuleBook = {
    CaseAction.ADD: Transition(
        sources=from_(CaseStatus.SUBMITTED, CaseStatus.VERIFYING, CaseStatus.FILED, CaseStatus.ASSIGNED),
        target=None,
        who=(Duty.APPLICANT,),
        needs_text="补充的内容",
    ),
    CaseAction.RECKON: Transition(
        sources=_EVERY_OPEN, target=None, who=(Duty.SYSTEM,), needs_text="重算的原因", effects=_TOLD
    ),
}

OBJECTION: RuleBook = {
    CaseAction.ACCEPT: Transition(
        sources=from_(CaseStatus.SUBMITTED),
        target=CaseStatus.VERIFYING,
        who=(Duty.OFFICE,),
        effects=(Effect.OPEN_HOLD, *_TOLD),
    ),
    CaseAction.ASK: Transition(
        sources=from_(CaseStatus.SUBMITTED),
        target=CaseStatus.RETURNED,
        who=(Duty.OFFICE,),
        needs_text="须补正的内容",
        guards=(guards.asked_once,),
        effects=_TOLD,
    ),
    CaseAction.RESUBMIT: Transition(
        sources=from_(CaseStatus.RETURNED),
        target=CaseStatus.SUBMITTED,
        who=(Duty.APPLICANT,),
        needs_text="补正的内容",
    ),
    CaseAction.REFUSE: Transition(
        sources=from_(CaseStatus.SUBMITTED, CaseStatus.RETURNED),
        target=CaseStatus.REFUSED,
        who=(Duty.OFFICE,),
        needs_text="不予受理的理由",
        effects=(Effect.ISSUE_LETTER, *_TOLD),
    ),
    CaseAction.WITHDRAW: Transition(
        sources=from_(CaseStatus.SUBMITTED, CaseStatus.RETURNED, CaseStatus.VERIFYING),
        target=CaseStatus.WITHDRAWN,
        who=(Duty.APPLICANT,),
        effects=(Effect.CLOSE_HOLD, *_TOLD),
    ),
    CaseAction.EXTEND: Transition(
        sources=from_(CaseStatus.VERIFYING),
        target=None,
        who=(Duty.BODY, Duty.OFFICE),
        needs_text="延长期限的理由",
        guards=(guards.extended_once,),
        effects=_TOLD,
    ),
    CaseAction.CONCLUDE: Transition(
        sources=from_(CaseStatus.VERIFYING),
        target=CaseStatus.CONCLUDED,
        who=(Duty.BODY, Duty.OFFICE),
        needs_text="核查结果",
        guards=(
            guards.the_body_first,
            guards.neither_entered_nor_reviewed,
            guards.fresh_eyes,
            guards.has_an_outcome,
            guards.correction_is_anothers,
        ),
        effects=(Effect.NOTE_CONCLUSION, Effect.CARRY_OUT),
    ),
    CaseAction.HANDLE: Transition(
        sources=from_(CaseStatus.CONCLUDED, CaseStatus.FED_BACK),
        target=None,
        who=(Duty.SYSTEM,),
        effects=(Effect.CLOSE_HOLD, Effect.OPEN_RESTORATION, *_TOLD),
    ),
    CaseAction.SEND_BACK: Transition(
        sources=from_(CaseStatus.CONCLUDED),
        target=CaseStatus.VERIFYING,
        who=(Duty.OFFICE,),
        needs_text="退回的理由",
        guards=(guards.only_upheld, guards.sent_back_once),
        effects=(Effect.OPEN_HOLD, *_TOLD),
    ),
    CaseAction.FEED_BACK: Transition(
        sources=from_(CaseStatus.CONCLUDED),
        target=CaseStatus.FED_BACK,
        who=(Duty.OFFICE,),
        needs_text="告知书的内容",
        effects=(Effect.ISSUE_LETTER, *_TOLD),
    ),
    CaseAction.DELIVER: Transition(
        sources=from_(CaseStatus.FED_BACK, CaseStatus.REFUSED),
        target=None,
        who=(Duty.OFFICE, Duty.APPLICANT),
        guards=(guards.not_delivered_yet,),
        effects=(Effect.NOTE_DELIVERY,),
    ),
    CaseAction.CONTEST: Transition(
        sources=from_(CaseStatus.FED_BACK, CaseStatus.CLOSED),
        target=CaseStatus.CONCLUDED,
        who=(Duty.APPLICANT,),
        needs_text="没有解决的问题",
        guards=(
            guards.only_upheld,
            guards.contested_once,
            guards.contested_in_time,
            guards.nothing_else_is_undecided,
        ),
        effects=_TOLD,
    ),
    CaseAction.CLOSE: Transition(
        sources=from_(CaseStatus.FED_BACK),
        target=CaseStatus.CLOSED,
        who=(Duty.OFFICE,),
        guards=(guards.is_delivered, guards.is_carried_out, guards.nothing_left_to_undo),
        effects=_TOLD,
    ),
    **_COMMON,
}

REPAIR: RuleBook = {
    CaseAction.ACCEPT: Transition(
        sources=from_(CaseStatus.SUBMITTED),
        target=CaseStatus.VERIFYING,
        who=(Duty.BODY,),
        guards=(guards.not_entered_and_reviewed_only_alone,),
        effects=_TOLD,
    ),
    CaseAction.REFUSE: Transition(
        sources=from_(CaseStatus.SUBMITTED),
        target=CaseStatus.REFUSED,
        who=(Duty.BODY,),
        needs_text="不予受理的理由",
        guards=(guards.not_entered_and_reviewed_only_alone,),
        effects=(Effect.ISSUE_LETTER, *_TOLD),
    ),
    CaseAction.ASK: Transition(
        sources=from_(CaseStatus.VERIFYING),
        target=CaseStatus.RETURNED,
        who=(Duty.BODY,),
        needs_text="须补正的内容",
        guards=(guards.asked_once,),
        effects=_TOLD,
    ),
    CaseAction.RESUBMIT: Transition(
        sources=from_(CaseStatus.RETURNED),
        target=CaseStatus.VERIFYING,
        who=(Duty.APPLICANT,),
        needs_text="补正的内容",
    ),
    CaseAction.WITHDRAW: Transition(
        sources=from_(CaseStatus.SUBMITTED, CaseStatus.VERIFYING, CaseStatus.RETURNED),
        target=CaseStatus.WITHDRAWN,
        who=(Duty.APPLICANT,),
        effects=_TOLD,
    ),
    CaseAction.EXTEND: Transition(
        sources=from_(CaseStatus.VERIFYING),
        target=None,
        who=(Duty.BODY,),
        needs_text="延长期限的理由",
        guards=(guards.extended_once,),
        effects=_TOLD,
    ),
    CaseAction.APPROVE: Transition(
        sources=from_(CaseStatus.VERIFYING),
        target=CaseStatus.APPROVED,
        who=(Duty.BODY,),
        needs_text="准予修复的理由",
        guards=(
            guards.not_entered_and_reviewed_only_alone,
            guards.both_are_proved,
            guards.hours_are_served,
            guards.may_be_repaired,
        ),
        effects=(
            Effect.NOTE_DECISION,
            Effect.REPAIR_RECORD,
            Effect.OPEN_RESTORATION,
            Effect.ISSUE_LETTER,
            *_TOLD,
        ),
    ),
    CaseAction.REJECT: Transition(
        sources=from_(CaseStatus.VERIFYING),
        target=CaseStatus.REJECTED,
        who=(Duty.BODY,),
        needs_text="不予修复的理由",
        guards=(guards.not_entered_and_reviewed_only_alone,),
        effects=(Effect.NOTE_DECISION, Effect.ISSUE_LETTER, *_TOLD),
    ),
    CaseAction.DELIVER: Transition(
        sources=from_(CaseStatus.REFUSED, CaseStatus.APPROVED, CaseStatus.REJECTED, CaseStatus.DONE),
        target=None,
        who=(Duty.BODY, Duty.OFFICE, Duty.APPLICANT),
        guards=(guards.not_delivered_yet,),
        effects=(Effect.NOTE_DELIVERY,),
    ),
    CaseAction.FINISH: Transition(
        sources=from_(CaseStatus.APPROVED),
        target=CaseStatus.DONE,
        who=(Duty.OFFICE,),
        guards=(guards.nothing_left_to_undo,),
        effects=_TOLD,
    ),
    CaseAction.LAPSE: Transition(
        sources=from_(CaseStatus.SUBMITTED, CaseStatus.VERIFYING, CaseStatus.RETURNED),
        target=CaseStatus.OBSOLETE,
        who=(Duty.SYSTEM,),
        guards=(guards.has_ended,),
        effects=_TOLD,
    ),
    **_COMMON,
}

COMPLAINT: RuleBook = {
    CaseAction.ASSIGN: Transition(
        sources=from_(CaseStatus.FILED),
        target=CaseStatus.ASSIGNED,
        who=(Duty.OFFICE,),
        guards=(guards.not_the_accused,),
        effects=(Effect.ASSIGN, *_TOLD),
    ),
    CaseAction.NOT_TAKE: Transition(
        sources=from_(CaseStatus.FILED),
        target=CaseStatus.NOT_TAKEN,
        who=(Duty.OFFICE,),
        needs_text="不予办理的理由",
        effects=(Effect.NOTE_FINDING,),
    ),
    CaseAction.WITHDRAW: Transition(
        sources=from_(CaseStatus.FILED),
        target=CaseStatus.WITHDRAWN,
        who=(Duty.APPLICANT,),
        effects=_TOLD,
    ),
    CaseAction.HAND_BACK: Transition(
        sources=from_(CaseStatus.ASSIGNED),
        target=CaseStatus.FILED,
        who=(Duty.BODY,),
        needs_text="不属于本单位职责的理由",
        effects=(Effect.UNASSIGN,),
    ),
    CaseAction.EXTEND: Transition(
        sources=from_(CaseStatus.ASSIGNED),
        target=None,
        who=(Duty.BODY, Duty.OFFICE),
        needs_text="延长期限的理由",
        guards=(guards.extended_once,),
        effects=_TOLD,
    ),
    CaseAction.FIND_TRUE: Transition(
        sources=from_(CaseStatus.ASSIGNED),
        target=CaseStatus.FOUND_TRUE,
        who=(Duty.BODY,),
        needs_text="查办情况",
        effects=(Effect.NOTE_FINDING,),
    ),
    CaseAction.FIND_FALSE: Transition(
        sources=from_(CaseStatus.ASSIGNED),
        target=CaseStatus.FOUND_FALSE,
        who=(Duty.BODY,),
        needs_text="查办情况",
        effects=(Effect.NOTE_FINDING,),
    ),
    CaseAction.DRAFT: Transition(
        sources=from_(CaseStatus.FOUND_TRUE, CaseStatus.REPLIED),
        target=None,
        who=(Duty.CLERK,),
        guards=(guards.drafted_once,),
        effects=(Effect.LINK_DRAFT,),
    ),
    CaseAction.REPLY: Transition(
        sources=from_(CaseStatus.NOT_TAKEN, CaseStatus.FOUND_TRUE, CaseStatus.FOUND_FALSE),
        target=CaseStatus.REPLIED,
        who=(Duty.BODY, Duty.OFFICE),
        needs_text="答复内容",
        effects=(Effect.NOTE_REPLY, *_TOLD),
    ),
    CaseAction.CONTEST: Transition(
        sources=from_(CaseStatus.REPLIED, CaseStatus.CLOSED),
        target=CaseStatus.FILED,
        who=(Duty.APPLICANT,),
        needs_text="没有解决的问题",
        guards=(guards.contested_once, guards.contested_in_time),
        effects=(Effect.UNASSIGN, *_TOLD),
    ),
    CaseAction.CLOSE: Transition(
        sources=from_(CaseStatus.REPLIED),
        target=CaseStatus.CLOSED,
        who=(Duty.OFFICE,),
        effects=_TOLD,
    ),
    **_COMMON,
}

COMMITMENT: RuleBook = {
    CaseAction.ADOPT: Transition(
        sources=from_(CaseStatus.SUBMITTED),
        target=CaseStatus.VERIFYING,
        who=(Duty.CLERK,),
        effects=(Effect.DRAFT_RECORD, *_TOLD),
    ),
    CaseAction.ASK: Transition(
        sources=from_(CaseStatus.SUBMITTED),
        target=CaseStatus.RETURNED,
        who=(Duty.CLERK, Duty.BODY),
        needs_text="须补正的内容",
        guards=(guards.asked_once,),
        effects=_TOLD,
    ),
    CaseAction.RESUBMIT: Transition(
        sources=from_(CaseStatus.RETURNED),
        target=CaseStatus.SUBMITTED,
        who=(Duty.APPLICANT,),
        needs_text="补正的内容",
    ),
    CaseAction.REFUSE: Transition(
        sources=from_(CaseStatus.SUBMITTED, CaseStatus.RETURNED, CaseStatus.VERIFYING),
        target=CaseStatus.REFUSED,
        who=(Duty.CLERK, Duty.BODY),
        needs_text="不予公布的理由",
        effects=_TOLD,
    ),
    CaseAction.WITHDRAW: Transition(
        sources=from_(CaseStatus.SUBMITTED, CaseStatus.RETURNED),
        target=CaseStatus.WITHDRAWN,
        who=(Duty.APPLICANT,),
        effects=_TOLD,
    ),
    CaseAction.HANDLE: Transition(
        sources=from_(CaseStatus.VERIFYING),
        target=CaseStatus.CLOSED,
        who=(Duty.SYSTEM,),
        effects=(Effect.END_REPLACED, *_TOLD),
    ),
    CaseAction.END: Transition(
        sources=from_(CaseStatus.CLOSED),
        target=None,
        who=(Duty.APPLICANT,),
        guards=(guards.is_still_shown,),
        effects=(Effect.END_RECORD, *_TOLD),
    ),
    **_COMMON,
}

RULE_BOOKS: Mapping[Procedure, RuleBook] = {
    Procedure.OBJECTION: OBJECTION,
    Procedure.REPAIR: REPAIR,
    Procedure.COMPLAINT: COMPLAINT,
    Procedure.COMMITMENT: COMMITMENT,
}
FIRST: Mapping[Procedure, CaseStatus] = {
    Procedure.OBJECTION: CaseStatus.SUBMITTED,
    Procedure.REPAIR: CaseStatus.SUBMITTED,
    Procedure.COMPLAINT: CaseStatus.FILED,
    Procedure.COMMITMENT: CaseStatus.SUBMITTED,
}
