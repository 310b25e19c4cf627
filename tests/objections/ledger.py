"""What ought to become of every case, kept beside the database by somebody who knows the documents and not the code.

Written from lifecycle 4.4, 4.5, 4.7 and the invariants I2-I5 and I10. It asks neither the rule books nor the guards of
the product: where the two disagree, one of them is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from objections.statuses import Procedure

O, R, C = Procedure.OBJECTION, Procedure.REPAIR, Procedure.COMPLAINT  # noqa: E741
# Who is who: the body's people (one of them entered every record, one reviewed it), the credit office, another body.
OF_THE_BODY = ("author", "reviewer", "officer", "second")
FRESH = ("officer", "second")  # had nothing to do with the records
PEOPLE = (*OF_THE_BODY, "clerk", "office", "stranger", "applicant", "system")
HOURS_NEEDED = 20
USES = 2  # of every record: another body acted on it, a platform took it in
OVER = ("refused", "rejected", "done", "obsolete", "withdrawn", "closed")
UNDECIDED = ("submitted", "returned", "verifying", "concluded")

OFFICE, BODY, APPLICANT = ("office",), OF_THE_BODY, ("applicant",)
# Which step leads from where to where, and by whom; "=" stays. What else it needs is said in `_objections`.
STEPS: Mapping[tuple[str, str], tuple[str, str, tuple[str, ...]]] = {
    (O, "accept"): ("submitted", "verifying", OFFICE),
    (O, "ask"): ("submitted", "returned", OFFICE),
    (O, "resubmit"): ("returned", "submitted", APPLICANT),
    (O, "add"): ("submitted verifying", "=", APPLICANT),
    (O, "refuse"): ("submitted returned", "refused", OFFICE),
    (O, "withdraw"): ("submitted returned verifying", "withdrawn", APPLICANT),
    (O, "extend"): ("verifying", "=", OFFICE + BODY),
    (O, "conclude"): ("verifying", "concluded", FRESH),
    (O, "send_back"): ("concluded", "verifying", OFFICE),
    (O, "feed_back"): ("concluded", "fed_back", OFFICE),
    (O, "deliver"): ("fed_back refused", "=", OFFICE + APPLICANT),
    (O, "contest"): ("fed_back closed", "concluded", APPLICANT),
    (O, "close"): ("fed_back", "closed", OFFICE),
    (R, "accept"): ("submitted", "verifying", FRESH),
    (R, "refuse"): ("submitted", "refused", FRESH),
    (R, "ask"): ("verifying", "returned", BODY),
    (R, "resubmit"): ("returned", "verifying", APPLICANT),
    (R, "add"): ("submitted verifying", "=", APPLICANT),
    (R, "withdraw"): ("submitted verifying returned", "withdrawn", APPLICANT),
    (R, "extend"): ("verifying", "=", BODY),
    (R, "approve"): ("verifying", "approved", FRESH),
    (R, "reject"): ("verifying", "rejected", FRESH),
    (R, "deliver"): ("refused approved rejected done", "=", BODY + OFFICE + APPLICANT),
    (R, "finish"): ("approved", "done", OFFICE),
    (C, "assign"): ("filed", "assigned", OFFICE),
    (C, "not_take"): ("filed", "not_taken", OFFICE),
    (C, "withdraw"): ("filed", "withdrawn", APPLICANT),
    (C, "hand_back"): ("assigned", "filed", BODY),
    (C, "add"): ("filed assigned", "=", APPLICANT),
    (C, "extend"): ("assigned", "=", OFFICE + BODY),
    (C, "find_true"): ("assigned", "found_true", BODY),
    (C, "find_false"): ("assigned", "found_false", BODY),
    (C, "reply"): ("not_taken found_true found_false", "replied", OFFICE + BODY),
    (C, "contest"): ("replied closed", "filed", APPLICANT),
    (C, "close"): ("replied", "closed", OFFICE),
}
LETTERS = ("refuse", "feed_back", "approve", "reject")
# Working days of each limit, from which act, by how much it may be extended once; what runs in which state.
DAYS = {
    (O, "accept"): (2, "file", 0), (O, "supplement"): (10, "ask", 0), (O, "verify"): (7, "accept", 5),
    (O, "feed_back"): (10, "accept", 5), (O, "handle"): (3, "conclude", 0), (O, "contest"): (15, "feed_back", 0),
    (O, "review"): (5, "contest", 0), (R, "accept"): (3, "file", 0), (R, "supplement"): (10, "ask", 0),
    (R, "decide"): (7, "accept", 10), (R, "finish"): (10, "approve", 0), (C, "assign"): (5, "file", 0),
    (C, "reply"): (15, "file", 15), (C, "contest"): (15, "reply", 0),
}  # fmt: skip
BEFORE_APRIL_2026 = DAYS | {(R, "decide"): (10, "accept", 0)}
RUNS = {
    (O, "submitted"): "accept", (O, "returned"): "supplement", (O, "verifying"): "verify feed_back",
    (O, "concluded"): "review feed_back", (O, "fed_back"): "contest", (R, "submitted"): "accept",
    (R, "returned"): "supplement", (R, "verifying"): "decide", (R, "approved"): "finish", (C, "filed"): "assign reply",
    (C, "assigned"): "reply", (C, "not_taken"): "reply", (C, "found_true"): "reply", (C, "found_false"): "reply",
    (C, "replied"): "contest",
}  # fmt: skip
AGAIN = {
    "verify": ("send_back",),
    "feed_back": ("send_back", "contest"),
    "assign": ("contest", "hand_back"),
    "reply": ("contest",),
}


@dataclass
class Entry:
    """One record of the town."""

    name: str
    last_day: date | None = None
    repair_from: date | None = None
    repair_until: date | None = None
    is_repairable: bool = False
    is_of_a_person: bool = False
    status: str = "published"
    edition: int = 1
    corrected_by: str = ""  # who proposed the correction that waits

    @property
    def is_live(self) -> bool:
        return self.status == "published"

    def is_in_term(self, today: date) -> bool:
        return self.is_live and (self.last_day is None or today <= self.last_day)

    def is_public(self, today: date) -> bool:
        """What is recorded of a person is for offices only."""
        return self.is_in_term(today) and not self.is_of_a_person


@dataclass
class Dossier:
    """One case."""

    procedure: Procedure
    status: str
    entry: Entry | None
    filed_on: date
    ground: str = ""
    way: str = ""
    has_proof: bool = True  # that the effect is gone
    accuses_the_other: bool = False
    acts: list[tuple[str, date]] = field(default_factory=list)
    edition: int = 0
    outcome: str = ""
    is_handled: bool = False
    concluded_by: str = ""
    letters: int = 0
    is_delivered: bool = False
    has_body: bool = True
    tasks: int = 0
    hours: int = 0
    opened: int = 0  # how often somebody of the staff looked at who filed
    limits: Mapping[tuple[str, str], tuple[int, str, int]] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return self.status in OVER

    @property
    def is_undecided(self) -> bool:
        return self.procedure is not C and self.status in UNDECIDED

    @property
    def rests(self) -> bool:
        """Whether the measures of its record rest for its sake (I2)."""
        waits = self.status in ("concluded", "fed_back") and self.outcome.startswith("to_") and not self.is_handled
        return self.procedure is O and (self.status == "verifying" or waits)

    def times(self, action: str) -> int:
        return sum(each == action for each, _ in self.acts)


@dataclass(frozen=True)
class Said:
    """What somebody decides beside the step itself."""

    outcome: str = "upheld"
    ticks: tuple[bool, bool] = (True, True)
    to_the_accused: bool = False


class Ledger:
    """The entries, the cases, the day."""

    def __init__(self, today: date, entries: Iterable[Entry], days_off: Mapping[date, bool]) -> None:
        self.today, self.entries, self.days = today, list(entries), dict(days_off)
        self.cases: list[Dossier] = []
        self.shorter_from: date | None = None  # a regime of its own for objections: accepted within a day

    # Filing

    def may_file(self, made: Dossier) -> bool:
        entry = made.entry
        if made.procedure is C:
            return True
        if any(case.is_undecided and case.entry is entry for case in self.cases):
            return False
        if made.procedure is O:
            return not any(self._answers(case, made) for case in self.cases)
        in_time = entry.is_repairable and entry.repair_from <= self.today <= entry.repair_until
        return in_time and entry.is_live and (made.way != "service" or entry.is_of_a_person)

    @staticmethod
    def _answers(case: Dossier, made: Dossier) -> bool:
        """The same doubt about the same contents has been answered."""
        same = case.procedure is O and case.entry is made.entry and case.edition == made.entry.edition
        answered = case.status in ("concluded", "fed_back", "closed") and case.outcome == "upheld"
        return same and answered and case.ground == made.ground

    def file(self, made: Dossier) -> Dossier:
        made.acts.append(("file", self.today))
        made.edition, made.has_body = (made.entry.edition if made.entry else 0), made.procedure is not C
        made.limits = BEFORE_APRIL_2026 if self.today < date(2026, 4, 1) else DAYS
        if made.procedure is O and self.shorter_from and self.today >= self.shorter_from:
            made.limits = {(O, "accept"): (1, "file", 0)}
        self.cases.append(made)
        return made

    # Steps

    def may(self, case: Dossier, action: str, who: str, said: Said) -> bool:
        step = STEPS.get((case.procedure, action))
        if step is None or case.status not in step[0].split() or who not in step[2]:
            return False
        if who in OF_THE_BODY and not case.has_body:
            return False
        return not any(self._objections(case, action, who, said))

    def _objections(self, case: Dossier, action: str, who: str, said: Said) -> Iterator[bool]:
        """What stands against a step that is otherwise due; true for each that does."""
        entry = case.entry
        match action:
            case "ask" | "extend" | "send_back" | "contest" if case.times(action):
                yield True  # each of them once
        match action:
            case "conclude":
                yield who == case.concluded_by  # a second look needs other eyes
                yield said.outcome == "to_correct" and entry.is_live and entry.corrected_by == who
            case "send_back":
                yield case.outcome != "upheld"
            case "contest":
                yield case.procedure is O and case.outcome != "upheld"
                last_day = self._limit(case, "contest")
                yield last_day is not None and self.today > last_day
                yield case.procedure is O and self._another_undecided(case)
            case "deliver":
                yield case.is_delivered
            case "close" if case.procedure is O:
                yield not case.is_delivered
                yield case.outcome != "upheld" and not case.is_handled
                yield case.tasks > 0
            case "approve":
                yield not all(said.ticks)
                yield case.way != "service" and not case.has_proof
                yield case.way == "service" and case.hours < HOURS_NEEDED
                yield not entry.is_in_term(self.today)
                yield not entry.repair_from <= case.filed_on <= entry.repair_until
            case "finish":
                yield case.tasks > 0
            case "assign":
                yield said.to_the_accused and case.accuses_the_other

    @staticmethod
    def may_open(case: Dossier, who: str) -> bool:
        """Who may see in clear who filed: the office, and those of the body it lies with who decide."""
        return who == "office" or (who in OF_THE_BODY and case.has_body)

    def _another_undecided(self, case: Dossier) -> bool:
        return any(each.is_undecided and each.entry is case.entry for each in self.cases if each is not case)

    def take(self, case: Dossier, action: str, who: str, said: Said) -> None:
        """The step and everything that follows from it."""
        self._act(case, action)
        _, target, _ = STEPS[case.procedure, action]
        case.status = case.status if target == "=" else target
        if action in LETTERS:
            case.letters, case.is_delivered = case.letters + 1, False
        match case.procedure, action:
            case _, "deliver":
                case.is_delivered = True
            case _, "conclude":
                self._conclude(case, who, said)
            case _, "approve":
                case.tasks = USES
                self.end(case.entry, "repaired")
            case Procedure.COMPLAINT, "assign":
                case.has_body = True
            case Procedure.COMPLAINT, "hand_back" | "contest":
                case.has_body = False

    def _act(self, case: Dossier, action: str) -> None:
        case.acts.append((action, self.today))

    def _conclude(self, case: Dossier, who: str, said: Said) -> None:
        case.outcome, case.concluded_by, case.is_handled = said.outcome, who, False
        if said.outcome == "upheld":
            return
        if not case.entry.is_live:
            case.is_handled, case.tasks = True, USES  # nothing is left but to undo what it did
        elif said.outcome == "to_revoke":
            self.end(case.entry, "withdrawn")
        elif case.entry.corrected_by:
            self.correct(case.entry)

    # The records themselves

    def correct(self, entry: Entry) -> None:
        entry.edition, entry.corrected_by = entry.edition + 1, ""
        self._carried_out(entry, "to_correct")

    def end(self, entry: Entry, how: str) -> None:
        entry.status = how
        self._carried_out(entry, "to_correct", "to_revoke")
        for case in self.cases:
            if case.procedure is R and case.entry is entry and case.is_undecided:
                case.status = "obsolete"
                self._act(case, "lapse")

    def _carried_out(self, entry: Entry, *outcomes: str) -> None:
        for case in self.cases:
            waits = case.status in ("concluded", "fed_back") and not case.is_handled and case.outcome in outcomes
            if case.procedure is O and case.entry is entry and waits:
                case.is_handled, case.tasks = True, USES
                self._act(case, "handle")

    def is_held(self, entry: Entry) -> bool:
        return any(case.rests for case in self.cases if case.entry is entry)

    # Days

    def due(self, case: Dossier) -> date | None:
        """The first of the days by which something is due; None when all stands still or is over."""
        if case.is_over:
            return None
        running = RUNS.get((case.procedure, case.status), "").split()
        if case.procedure is O and case.outcome.startswith("to_") and not case.is_handled:
            running.append("handle")
        return min(filter(None, (self._limit(case, each) for each in running)), default=None)

    def _limit(self, case: Dossier, step: str) -> date | None:
        if (case.procedure, step) not in case.limits:
            return None
        count, start, extension = case.limits[case.procedure, step]
        begins = (start, *AGAIN.get(step, ()))
        since = next((n for n in reversed(range(len(case.acts))) if case.acts[n][0] in begins), None)
        if since is None:
            return None
        acts = case.acts[since:]
        count += extension if any(action == "extend" for action, _ in acts) else 0
        waits, asked = set(), None
        for action, day in acts if step not in ("supplement", "contest") else ():
            if action == "ask":
                asked = day
            elif action == "resubmit" and asked:
                waits |= {asked + timedelta(days=n + 1) for n in range((day - asked).days)}
                asked = None
        return None if asked else self._walk(acts[0][1], count, waits)

    def _walk(self, day: date, count: int, waits: set[date]) -> date:
        while count:
            day += timedelta(days=1)
            count -= self.is_worked(day) and day not in waits
        return day

    def is_worked(self, day: date) -> bool:
        return self.days.get(day, day.weekday() < 5)
