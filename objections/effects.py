"""What a step brings about beyond the case's own row; run by the writer, under its locks, in its transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from objections import letters, notices, pledges, restoring
from objections.life import Act, Decision, Effect, Party
from objections.models import Case, CaseEvent
from objections.statuses import CaseAction, Outcome
from registry.directory.organisations import Organisation
from registry.directory.staff import User
from registry.records import holds
from registry.records import workflow as records
from registry.records.models import Record
from registry.records.models.holds import HoldGround
from registry.records.statuses import LIVE, Action


@dataclass(frozen=True)
class Doing:
    """One effect at work: of which case, by whom, at which event."""

    case: Case
    event: CaseEvent
    by: User | Party
    act: Act

    @property
    def at(self) -> datetime:
        return self.act.at

    @property
    def said(self) -> Decision:
        return self.act.decision

    @property
    def staff(self) -> User | None:
        """Whoever of the staff acts; None where the applicant or the system does."""
        return self.by if isinstance(self.by, User) else None


def carry_out(effect: Effect, case: Case, event: CaseEvent, *, by: User | Party, act: Act) -> None:
    """Bring the effect about."""
    _EFFECTS[effect](Doing(case, event, by, act))


def open_hold(doing: Doing) -> None:
    """From this instant the record's measures rest; one that has ended has none to rest."""
    record = doing.case.record
    if record.status in LIVE and not record.holds.filter(ground=HoldGround.OBJECTION, closed_at=None).exists():
        holds.open_hold(record, HoldGround.OBJECTION, by=doing.by, at=doing.at, reason=_why(doing))


def close_hold(doing: Doing) -> None:
    """Its measures bite again as before, if it still lives and no other objection or order rests them."""
    restoring.release(doing.case, by=doing.staff, at=doing.at, reason=_why(doing))


def note_conclusion(doing: Doing) -> None:
    row = doing.case.objection
    row.outcome, row.finding = doing.said.outcome, doing.act.text
    row.concluded_by, row.concluded_at = doing.by, doing.at
    row.handled_by = row.handled_at = None
    row.save()


def carry_out_conclusion(doing: Doing) -> None:
    """Upheld: the measures bite again. To be corrected or revoked: at once, where everything is at hand.

    What happens to the record is noticed by `following`, which writes down that the conclusion has been carried out.
    """
    record, outcome = doing.case.record, doing.said.outcome
    if outcome is Outcome.UPHELD:
        close_hold(doing)
    elif (step := step_left(record, outcome)) is None:
        restoring.carried_out(doing.case, by=doing.by, at=doing.at)
    elif doing.by.organisation_id == record.organisation_id and _is_at_hand(record, step):
        records.move(record, step, by=doing.by, at=doing.at, reason=_why(doing))


def step_left(record: Record, outcome: str) -> Action | None:
    """The step by which the rule book of its kind still corrects a record, or ends one that was found wrong.

    None where it has ended and nothing of the kind can follow: what remains is to undo what it did.
    """
    rules = record.the_kind.rule_book
    wanted = (Action.CORRECT,) if outcome == Outcome.TO_CORRECT else (Action.REVOKE, Action.WITHDRAW)
    return next((action for action in wanted if action in rules and record.status in rules[action].sources), None)


def _is_at_hand(record: Record, step: Action) -> bool:
    """A correction needs the values somebody else proposed; an end needs nothing more."""
    return step is not Action.CORRECT or record.corrections.filter(decided_at=None).exists()


def note_decision(doing: Doing) -> None:
    row, said = doing.case.repair, doing.said
    row.is_corrected, row.is_effect_removed = said.is_corrected, said.is_effect_removed
    row.decision, row.reapply_from = doing.act.text, said.reapply_from
    row.decided_by, row.decided_at = doing.by, doing.at
    row.save()


def repair_record(doing: Doing) -> None:
    """End the record everywhere; its rule book asks `following.repair_is_granted`, which finds this case."""
    records.move(doing.case.record, Action.REPAIR, by=doing.by, at=doing.at, reason=_why(doing))


def open_restoration(doing: Doing) -> None:
    restoring.open_for(doing.case, by=doing.staff, at=doing.at)


def issue_letter(doing: Doing) -> None:
    letters.issue(doing.case, CaseAction(doing.act.action), text=doing.act.text, by=doing.by, at=doing.at)


def note_delivery(doing: Doing) -> None:
    letters.deliver(doing.case, on=doing.act.today, how=doing.said.delivery)


def assign(doing: Doing) -> None:
    body = Organisation.objects.get(pk=doing.said.organisation)
    doing.case.body = body
    doing.case.save(update_fields=["body"])
    doing.case.complaint.clue_of = doing.said.clue_of
    doing.case.complaint.save(update_fields=["clue_of"])


def unassign(doing: Doing) -> None:
    doing.case.body = None
    doing.case.save(update_fields=["body"])


def note_finding(doing: Doing) -> None:
    doing.case.complaint.finding = doing.act.text
    doing.case.complaint.save(update_fields=["finding"])


def note_reply(doing: Doing) -> None:
    doing.case.complaint.reply = doing.act.text
    doing.case.complaint.save(update_fields=["reply"])


def link_draft(doing: Doing) -> None:
    doing.case.complaint.draft_id = doing.said.record
    doing.case.complaint.save(update_fields=["draft"])


def draft_record(doing: Doing) -> None:
    """The body's own record of the promise, on its way to whoever reviews it: from here it goes the common way."""
    case = doing.case
    case.record = pledges.draft(case, by=doing.by, at=doing.at)
    case.record_edition = case.record.edition
    case.save(update_fields=["record", "record_edition"])


def end_replaced(doing: Doing) -> None:
    """A promise that takes the place of another ends that from the same instant."""
    old = doing.case.pledge.replaces
    if old is not None and old.status in LIVE:
        records.move(old, Action.END, by=None, at=doing.at, reason=f"由新的承诺替代（{doing.case.number}）")


def end_record(doing: Doing) -> None:
    reason = f"主体自行终止（{doing.case.number}）"
    records.move(doing.case.record, Action.END, by=None, at=doing.at, reason=reason)


def tell_applicant(doing: Doing) -> None:
    notices.promise(doing.case, doing.event)


def _why(doing: Doing) -> str:
    """What the record's own timeline says: the case, nothing anybody typed into it."""
    return f"{doing.case.get_procedure_display()}{doing.case.number}：{CaseAction(doing.act.action).label}"


_EFFECTS: Mapping[Effect, Callable[[Doing], None]] = {
    Effect.OPEN_HOLD: open_hold,
    Effect.CLOSE_HOLD: close_hold,
    Effect.NOTE_CONCLUSION: note_conclusion,
    Effect.CARRY_OUT: carry_out_conclusion,
    Effect.NOTE_DECISION: note_decision,
    Effect.REPAIR_RECORD: repair_record,
    Effect.OPEN_RESTORATION: open_restoration,
    Effect.ISSUE_LETTER: issue_letter,
    Effect.NOTE_DELIVERY: note_delivery,
    Effect.ASSIGN: assign,
    Effect.UNASSIGN: unassign,
    Effect.NOTE_FINDING: note_finding,
    Effect.NOTE_REPLY: note_reply,
    Effect.LINK_DRAFT: link_draft,
    Effect.TELL_APPLICANT: tell_applicant,
    Effect.DRAFT_RECORD: draft_record,
    Effect.END_REPLACED: end_replaced,
    Effect.END_RECORD: end_record,
}
