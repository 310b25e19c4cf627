"""The whole life of cases under everything anybody may try, in any order: 300 towns of 30 steps each.

Pure: the real rule books and guards, the effects on a model in memory (`tests/objections/town.py`). That the writer
carries the same effects out on the database is tried by `test_life_stored.py`. Ten bugs are planted one at a time,
and each must be found within the same number of towns.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from objections import guards, rule_books
from objections.life import Decision, Duty, Effect, from_
from objections.rule_books import RULE_BOOKS
from objections.statuses import ENDED, CaseAction, CaseStatus, Outcome, Procedure, RepairWay
from tests.objections.town import ACCUSED_BODY, ACCUSED_CODE, BODY, CLERK, OFFICER, PEOPLE, SECOND, Town

pytestmark = pytest.mark.sqlite

THOROUGH = settings(
    max_examples=300,
    stateful_step_count=30,
    deadline=None,
    database=None,
    derandomize=True,
    report_multiple_bugs=False,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)

# Of a record of its own a promise knows nothing: its life is tried step by step in test_online_commitments.
O, R, C = Procedure.OBJECTION, Procedure.REPAIR, Procedure.COMPLAINT  # noqa: E741

decisions = st.builds(
    Decision,
    outcome=st.sampled_from([*Outcome, *Outcome, None]),
    organisation=st.sampled_from([BODY, BODY, BODY, ACCUSED_BODY]),
    is_corrected=st.sampled_from([True] * 6 + [False]),
    is_effect_removed=st.sampled_from([True] * 6 + [False]),
)


def _assigned(decision: Decision) -> Decision:
    code = ACCUSED_CODE if decision.organisation == ACCUSED_BODY else "11610922XXAK0928X5"
    return replace(decision, organisation_code=code)


filings = st.fixed_dictionaries(
    {
        "what": st.sampled_from([O, R, C, O, R]),
        "way": st.sampled_from(RepairWay),
        "corrected": st.sampled_from([-1, 5]),
        "papers": st.sampled_from([1] * 6 + [0]),
        "proof": st.sampled_from([1] * 6 + [0]),
        "closes": st.sampled_from([None, 2]),
    }
)
# From and until when repair may be asked, in days from the first; None: no limit on that side.
WINDOWS = (st.sampled_from([None, -5, 3]), st.sampled_from([None, 2]))


class Life(RuleBasedStateMachine):
    """People at work on one record after the other."""

    @initialize(first=WINDOWS[0], last=WINDOWS[1])
    def begin(self, first, last):
        self.town = Town()
        today = self.town.today
        self.town.allowed_from = None if first is None else today + timedelta(days=first)
        self.town.allowed_until = None if last is None else today + timedelta(days=last)

    @rule(
        what=st.sampled_from("file go go go go go go try record undo".split()),
        which=st.integers(0, 2),
        places=st.lists(st.integers(0, 999), min_size=1, max_size=5),
        decision=decisions,
        filing=filings,
    )
    def something_happens(self, what, which, places, decision, filing):
        """One of everything that can happen, so that no town sees only half of it."""
        if self.town.is_over:
            self.begin(None, filing["closes"])
        if what == "file" or not self.town.files:
            self._file(**filing)
        else:
            getattr(self, f"_{what}")(which, places, _assigned(decision))

    def _file(self, what, way, corrected, papers, proof, closes):
        day = self.town.today + timedelta(days=corrected)
        repair = {"way": way, "corrected_on": day, "evidence": papers, "effect_evidence": proof}
        self.town.file(what, **(repair if what is Procedure.REPAIR else {}))

    def _go(self, which, places, decision):
        """Some steps that are possible, one after the other: so the far ends of the rule books are reached too."""
        alive = [file for file in self.town.files if file.status not in ENDED] or self.town.files
        file = alive[which % len(alive)]
        for place in places:
            if possible := self.town.possible(file, decision):
                action, who = possible[place % len(possible)]
                self.town.take(file, action, who, decision)
                self.town.check()

    def _try(self, which, places, decision):
        """Anything by anybody, mostly refused."""
        file = self.town.files[-1 - which % len(self.town.files)]
        action = list(CaseAction)[places[0] % len(CaseAction)]
        if action is not CaseAction.HANDLE:  # the follower alone says that something was carried out
            self.town.take(file, action, sorted(PEOPLE)[places[-1] % len(PEOPLE)], decision)

    def _record(self, which, places, decision):
        """What happens on the record's own page."""
        match places[0] % 8:
            case 0:
                self.town.end(["withdrawn", "expired"][which % 2])
            case 1 | 2 | 3:
                self.town.correct([OFFICER, SECOND][which % 2])
            case _:
                self.town.propose_correction([CLERK, OFFICER][which % 2])

    def _undo(self, which, places, decision):
        """A body confirms, an organiser confirms, a day passes."""
        self.town.today += timedelta(days=1)
        for file in self.town.files:
            file.recalls, file.hours = max(0, file.recalls - which), file.hours + 10 * which

    @invariant()
    def everything_that_must_hold_holds(self):
        if hasattr(self, "town"):
            self.town.check()


def live() -> None:
    run_state_machine_as_test(Life, settings=THOROUGH)


def test_whatever_people_try_what_must_hold_holds():
    live()


def without_guard(procedure, action, guard):
    line = RULE_BOOKS[procedure][action]
    return procedure, action, replace(line, guards=tuple(each for each in line.guards if each is not guard))


def without_effect(procedure, action, effect):
    line = RULE_BOOKS[procedure][action]
    return procedure, action, replace(line, effects=tuple(each for each in line.effects if each is not effect))


A = CaseAction
BUGS = {
    "acceptance rests nothing": without_effect(O, A.ACCEPT, Effect.OPEN_HOLD),
    "a withdrawn objection goes on resting": without_effect(O, A.WITHDRAW, Effect.CLOSE_HOLD),
    "whoever reviewed a record concludes on it": without_guard(O, A.CONCLUDE, guards.neither_entered_nor_reviewed),
    "the same eyes look twice": without_guard(O, A.CONCLUDE, guards.fresh_eyes),
    "closed before it was undone": without_guard(O, A.CLOSE, guards.nothing_left_to_undo),
    "closed before the letter arrived": without_guard(O, A.CLOSE, guards.is_delivered),
    "applicants accept their own objections": (
        O, A.ACCEPT, replace(RULE_BOOKS[O][A.ACCEPT], who=(Duty.OFFICE, Duty.APPLICANT))
    ),
    "withdrawn after the decision": (
        O, A.WITHDRAW,
        replace(RULE_BOOKS[O][A.WITHDRAW], sources=from_(CaseStatus.SUBMITTED, CaseStatus.CLOSED, CaseStatus.VERIFYING)),
    ),
    "approved with one tick": without_guard(R, A.APPROVE, guards.both_are_proved),
    "approved outside the window": without_guard(R, A.APPROVE, guards.may_be_repaired),
    "the accused gets the case": without_guard(C, A.ASSIGN, guards.not_the_accused),
    "contested without end": without_guard(C, A.CONTEST, guards.contested_once),
}  # fmt: skip


@pytest.mark.parametrize("bug", BUGS)
def test_each_planted_bug_is_found(bug, monkeypatch):
    procedure, action, line = BUGS[bug]
    books = {**RULE_BOOKS, procedure: {**RULE_BOOKS[procedure], action: line}}
    monkeypatch.setitem(rule_books.RULE_BOOKS, procedure, books[procedure])
    with pytest.raises(AssertionError):
        live()
