"""One record and everything people do about it, in memory: the real rule books, their effects carried out on a model.

The invariants are said here once more and in other words than in the code, from the documents
(安政发〔2017〕8号 四（四）（五）, lifecycle I1-I5, I10, I15): that is what they are worth.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from objections.life import Act, Actor, Decision, Effect, Party, Situation, may_take, refusal
from objections.rule_books import FIRST, RULE_BOOKS
from objections.statuses import ENDED, UNDECIDED, CaseAction, CaseStatus, Outcome, Procedure, RepairWay
from tests.factories import NOON, TODAY

BODY, OFFICE_BODY, ELSEWHERE = 7, 1, 9
AUTHOR, REVIEWER, OFFICER, SECOND, CLERK, OFFICE, STRANGER = range(11, 18)
ACCUSED_CODE, ACCUSED_BODY = "11610922XXAK09271D", 8
PEOPLE = {
    "applicant": Actor(party=Party.APPLICANT),
    "system": Actor(party=Party.SYSTEM),
    "office": Actor(user=OFFICE, organisation=OFFICE_BODY, oversees=True),
    "author": Actor(user=AUTHOR, organisation=BODY, decides=True, enters=True),
    "reviewer": Actor(user=REVIEWER, organisation=BODY, decides=True),
    "officer": Actor(user=OFFICER, organisation=BODY, decides=True),
    "second": Actor(user=SECOND, organisation=BODY, decides=True),
    "clerk": Actor(user=CLERK, organisation=BODY, enters=True),
    "stranger": Actor(user=STRANGER, organisation=ELSEWHERE, decides=True, enters=True),
}
# Who may take which step, said once more and apart from the rule books.
OFFICES = {CaseAction.FEED_BACK, CaseAction.SEND_BACK, CaseAction.CLOSE, CaseAction.FINISH, CaseAction.ASSIGN,
           CaseAction.NOT_TAKE}  # fmt: skip
APPLICANTS = {CaseAction.ADD, CaseAction.RESUBMIT, CaseAction.WITHDRAW, CaseAction.CONTEST}
BODIES = {CaseAction.APPROVE, CaseAction.REJECT, CaseAction.FIND_TRUE, CaseAction.FIND_FALSE, CaseAction.HAND_BACK}


@dataclass
class File:
    """One case of the model."""

    procedure: Procedure
    status: CaseStatus
    filed_on: date
    body: int | None = BODY
    acts: list[tuple[CaseAction, Actor, CaseStatus, CaseStatus]] = field(default_factory=list)
    outcome: str = ""
    handled: bool = False
    concluded_by: int | None = None
    letter: bool = False
    delivered: bool = False
    recalls: int = 0
    evidence: int = 1
    effect_evidence: int = 0
    way: str = RepairWay.CORRECTION
    corrected_on: date | None = None
    ticks: tuple[bool, bool] = (False, False)
    decided_by: int | None = None
    hours: int = 0
    replied: bool = False
    drafted: bool = False

    @property
    def is_exclusive(self) -> bool:
        return self.procedure is not Procedure.COMPLAINT


HOURS_NEEDED = 20


@dataclass
class Town:
    """The record, its measures, the cases; `today` moves on."""

    today: date = TODAY
    live: bool = True
    ending: str = ""  # withdrawn, repaired or expired
    edition: int = 1
    held: bool = False
    correction_by: int | None = None
    allowed_from: date | None = None
    allowed_until: date | None = None
    files: list[File] = field(default_factory=list)
    told: list[str] = field(default_factory=list)  # what the record's own timeline says

    @property
    def bites(self) -> bool:
        return self.live and not self.held

    @property
    def is_over(self) -> bool:
        """The record has ended and nothing is left to do about it: time for another one."""
        return not self.live and all(file.status in ENDED for file in self.files if file.is_exclusive)

    def moment(self) -> datetime:
        return NOON + timedelta(days=(self.today - TODAY).days)

    # What people do

    def file(self, procedure: Procedure, **more) -> File | None:
        if procedure is not Procedure.COMPLAINT and any(self._undecided()):
            return None
        made = File(procedure, FIRST[procedure], self.today, **more)
        if procedure is Procedure.COMPLAINT:
            made.body = None
        if procedure is Procedure.REPAIR and not self.live:
            return None  # outside the window it is let in here: the decision has to notice as well
        self.files.append(made)
        return made

    def take(self, file: File, action: CaseAction, who: str, decision: Decision) -> bool:
        """One step, as the writer takes it; whether it was taken."""
        act = Act(action=action, by=PEOPLE[who], at=self.moment(), text="经核查情况属实", decision=decision)
        rule, situation = RULE_BOOKS[file.procedure].get(action), self.situation(file)
        if rule is None or may_take(situation, rule, act.by) or refusal(situation, rule, act):
            return False
        came_from, file.status = file.status, rule.target or file.status
        file.acts.append((action, act.by, came_from, file.status))
        for effect in rule.effects:
            _EFFECTS.get(effect, _nothing)(self, file, act)
        return True

    def possible(self, file: File, decision: Decision) -> list[tuple[CaseAction, str]]:
        """Every step somebody could take with the case now, with that decision in mind; what leads on is there more often."""
        situation = self.situation(file)
        return [
            (action, who)
            for action, rule in RULE_BOOKS[file.procedure].items()
            if file.status in rule.sources and action not in _BY_THEMSELVES
            for who, actor in PEOPLE.items()
            if not may_take(situation, rule, actor)
            and not refusal(situation, rule, Act(action, actor, self.moment(), "经核查情况属实", decision))
            for _ in range(1 if action in _GIVES_UP else 6 if action in _LEADS_ON else 2)
        ]

    def propose_correction(self, by: int) -> None:
        if self.live and self.correction_by is None:
            self.correction_by = by

    def correct(self, by: int) -> None:
        """Somebody of the body accepts the open correction on the record's own page."""
        if self.live and self.correction_by not in (None, by):
            self.edition, self.correction_by = self.edition + 1, None
            self.told.append("correct")
            self._follow("correct")

    def end(self, how: str) -> None:
        if self.live:
            self.live, self.ending, self.correction_by = False, how, None
            self.told.append(how)
            self._follow(how)

    def _follow(self, how: str) -> None:
        """What following.notice does."""
        carries = {Outcome.TO_CORRECT: ("correct", *_ENDS), Outcome.TO_REVOKE: _ENDS}
        for file in self.files:
            waits = file.status in (CaseStatus.CONCLUDED, CaseStatus.FED_BACK) and not file.handled
            if file.procedure is Procedure.OBJECTION and waits and how in carries.get(file.outcome, ()):
                file.handled = True
                self.take(file, CaseAction.HANDLE, "system", Decision())
            if file.procedure is Procedure.REPAIR and file.status in UNDECIDED and not self.live:
                self.take(file, CaseAction.LAPSE, "system", Decision())

    def situation(self, file: File) -> Situation:
        return Situation(
            procedure=file.procedure,
            status=file.status,
            filed_on=file.filed_on,
            body=file.body,
            entered_by=AUTHOR,
            reviewed_by=REVIEWER,
            is_record_live=self.live,
            has_hold=self.held,
            has_correction=self.correction_by is not None,
            correction_by=self.correction_by,
            is_taken=any(other is not file for other in self._undecided()),
            outcome=file.outcome,
            is_handled=file.handled,
            concluded_by=file.concluded_by,
            times=Counter(action for action, *_ in file.acts),
            is_delivered=file.delivered,
            open_recalls=file.recalls,
            evidence=file.evidence,
            effect_evidence=file.effect_evidence,
            way=file.way,
            allowed_from=self.allowed_from,
            allowed_until=self.allowed_until,
            corrected_on=file.corrected_on,
            hours=file.hours,
            hours_needed=HOURS_NEEDED,
            accused_code=ACCUSED_CODE,
            has_draft=file.drafted,
        )

    def _undecided(self):
        return [file for file in self.files if file.is_exclusive and file.status in UNDECIDED]

    # What must always hold

    def check(self) -> None:
        undecided = self._undecided()
        assert len(undecided) <= 1, "two undecided procedures on one record"
        waiting = [file for file in self.files if _rests(file)]
        if self.live:
            assert self.held == bool(waiting), f"rests: {self.held}, because of {[f.status for f in waiting]}"
        for file in self.files:
            _CHECKS[file.procedure](self, file)
            self._check_everywhere(file)
        repaired = [f for f in self.files if f.procedure is Procedure.REPAIR and f.status in _GRANTED]
        assert (self.ending == "repaired") == (len(repaired) == 1), "repaired without, or twice"

    def _check_everywhere(self, file: File) -> None:
        counted = Counter(action for action, *_ in file.acts)
        for action in (CaseAction.ASK, CaseAction.EXTEND, CaseAction.SEND_BACK, CaseAction.CONTEST):
            assert counted[action] <= 1, f"{action} happened {counted[action]} times"
        for action, by, came_from, _ in file.acts:
            _check_actor(file, action, by)
            reopens = action in (CaseAction.CONTEST, CaseAction.DELIVER)
            assert came_from not in ENDED or reopens, f"{action} moved a case that was over"


# What follows from something else, or leads nowhere: a town of them alone would teach nothing.
_BY_THEMSELVES = (CaseAction.HANDLE, CaseAction.LAPSE, CaseAction.RECKON, CaseAction.ADD)
_LEADS_ON = (CaseAction.ACCEPT, CaseAction.CONCLUDE, CaseAction.APPROVE, CaseAction.FEED_BACK, CaseAction.SEND_BACK,
             CaseAction.CONTEST, CaseAction.CLOSE, CaseAction.FINISH, CaseAction.ASSIGN, CaseAction.FIND_TRUE,
             CaseAction.REPLY)  # fmt: skip
_GIVES_UP = (CaseAction.WITHDRAW, CaseAction.REFUSE, CaseAction.NOT_TAKE, CaseAction.REJECT)
_ENDS = ("withdrawn", "repaired", "expired")
_GRANTED = (CaseStatus.APPROVED, CaseStatus.DONE)


def _rests(file: File) -> bool:
    """Whether an objection rests the measures: accepted, and neither upheld nor carried out yet."""
    if file.procedure is not Procedure.OBJECTION:
        return False
    if file.status is CaseStatus.VERIFYING:
        return True
    concluded = file.status in (CaseStatus.CONCLUDED, CaseStatus.FED_BACK)
    return concluded and file.outcome in (Outcome.TO_CORRECT, Outcome.TO_REVOKE) and not file.handled


def _check_actor(file: File, action: CaseAction, by: Actor) -> None:
    of_office = by.oversees and by.organisation == OFFICE_BODY
    if action in OFFICES or (action is CaseAction.ACCEPT and file.procedure is Procedure.OBJECTION):
        assert of_office, f"{action} was taken by {by}"
    if action in APPLICANTS:
        assert by.party is Party.APPLICANT, f"{action} was taken by {by}"
    if action in BODIES:
        assert by.organisation == BODY and by.decides, f"{action} was taken by {by}"
    if action in (CaseAction.CONCLUDE, CaseAction.APPROVE, CaseAction.REJECT):
        assert by.user not in (AUTHOR, REVIEWER), f"{action} by who had entered or reviewed it"


def _check_objection(town: Town, file: File) -> None:
    if file.status in (CaseStatus.CONCLUDED, CaseStatus.FED_BACK, CaseStatus.CLOSED):
        assert file.outcome and file.concluded_by, "concluded without an outcome or a person"
    if file.status is CaseStatus.CLOSED:
        assert file.delivered, "closed before the letter was delivered"
        assert file.outcome == Outcome.UPHELD or file.handled, "closed before it was carried out"
        assert not file.recalls, "closed while somebody has not undone it"
    concluders = [by.user for action, by, *_ in file.acts if action is CaseAction.CONCLUDE]
    assert len(concluders) == len(set(concluders)), "the same eyes twice"


def _check_repair(town: Town, file: File) -> None:
    if file.status not in _GRANTED:
        return
    assert file.ticks == (True, True), "approved without both"
    if file.way == RepairWay.SERVICE:
        assert file.hours >= HOURS_NEEDED, "approved without the hours"
    else:
        assert file.evidence and file.effect_evidence, "approved without papers"
        assert not town.allowed_until or (file.corrected_on or file.filed_on) <= town.allowed_until, "corrected late"
    assert not town.allowed_from or file.filed_on >= town.allowed_from, "asked too early"
    if file.status is CaseStatus.DONE:
        assert not file.recalls, "finished while somebody has not lifted"


def _check_complaint(town: Town, file: File) -> None:
    assert file.body != ACCUSED_BODY, "the accused handles its own case"
    if file.status in (CaseStatus.REPLIED, CaseStatus.CLOSED):
        assert file.replied, "closed without an answer"


_CHECKS = {
    Procedure.OBJECTION: _check_objection,
    Procedure.REPAIR: _check_repair,
    Procedure.COMPLAINT: _check_complaint,
}


# What the effects do, on the model


def _nothing(town: Town, file: File, act: Act) -> None:
    pass


def _open_hold(town: Town, file: File, act: Act) -> None:
    if town.live:
        town.held = True
        town.told.append("hold")


def _close_hold(town: Town, file: File, act: Act) -> None:
    town.held = any(_rests(other) for other in town.files if other is not file)


def _note_conclusion(town: Town, file: File, act: Act) -> None:
    file.outcome, file.concluded_by, file.handled = act.decision.outcome, act.by.user, False


def _carry_out(town: Town, file: File, act: Act) -> None:
    match act.decision.outcome:
        case Outcome.UPHELD:
            _close_hold(town, file, act)
        case Outcome.TO_REVOKE if town.live and act.by.organisation == BODY:
            town.end("withdrawn")
        case Outcome.TO_REVOKE | Outcome.TO_CORRECT if not town.live:
            file.handled, file.recalls = True, 2
            _close_hold(town, file, act)
        case Outcome.TO_CORRECT if town.correction_by is not None and act.by.organisation == BODY:
            town.correct(act.by.user)


def _note_decision(town: Town, file: File, act: Act) -> None:
    file.ticks = (act.decision.is_corrected, act.decision.is_effect_removed)
    file.decided_by = act.by.user


def _repair_record(town: Town, file: File, act: Act) -> None:
    town.end("repaired")


def _open_restoration(town: Town, file: File, act: Act) -> None:
    file.recalls = 2


def _issue_letter(town: Town, file: File, act: Act) -> None:
    file.letter, file.delivered = True, False


def _note_delivery(town: Town, file: File, act: Act) -> None:
    assert file.letter, "a letter that was never written was delivered"
    file.delivered = True


def _assign(town: Town, file: File, act: Act) -> None:
    file.body = act.decision.organisation


def _unassign(town: Town, file: File, act: Act) -> None:
    file.body = None


def _note_reply(town: Town, file: File, act: Act) -> None:
    file.replied = True


def _link_draft(town: Town, file: File, act: Act) -> None:
    file.drafted = True


_EFFECTS = {
    Effect.OPEN_HOLD: _open_hold,
    Effect.CLOSE_HOLD: _close_hold,
    Effect.NOTE_CONCLUSION: _note_conclusion,
    Effect.CARRY_OUT: _carry_out,
    Effect.NOTE_DECISION: _note_decision,
    Effect.REPAIR_RECORD: _repair_record,
    Effect.OPEN_RESTORATION: _open_restoration,
    Effect.ISSUE_LETTER: _issue_letter,
    Effect.NOTE_DELIVERY: _note_delivery,
    Effect.ASSIGN: _assign,
    Effect.UNASSIGN: _unassign,
    Effect.NOTE_REPLY: _note_reply,
    Effect.LINK_DRAFT: _link_draft,
}
