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
    precondition,
    rule,
    run_state_machine_as_test,
)

from objections import guards, rule_books
from objections.life import Decision, Duty, Effect, from_
from objections.rule_books import RULE_BOOKS
from objections.statuses import CaseAction, CaseStatus, Outcome, Procedure, RepairWay
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

decisions = st.builds(
    Decision,
    outcome=st.sampled_from([*Outcome, *Outcome, None]),
    organisation=st.sampled_from([BODY, BODY, BODY, ACCUSED_BODY]),
    is_corrected=st.sampled_from([True, True, True, False]),
    is_effect_removed=st.sampled_from([True, True, True, False]),
)


def _assigned(decision: Decision) -> Decision:
    code = ACCUSED_CODE if decision.organisation == ACCUSED_BODY else "11610922XXAK0928X5"
    return replace(decision, organisation_code=code)


# From and until when repair may be asked, in days from the first; None: no limit on that side.
WINDOWS = (st.sampled_from([None, -5, 3]), st.sampled_from([None, 4, 2]))


class Life(RuleBasedStateMachine):
    """People at work on one record after the other."""

    @initialize(first=WINDOWS[0], last=WINDOWS[1])
    def begin(self, first, last):
        self.town = Town()
        today = self.town.today
        self.town.allowed_from = None if first is None else today + timedelta(days=first)
        self.town.allowed_until = None if last is None else today + timedelta(days=last)

    @rule(
        what=st.sampled_from(
            [Procedure.OBJECTION, Procedure.REPAIR, Procedure.OBJECTION, Procedure.REPAIR, Procedure.COMPLAINT]
        ),
        way=st.sampled_from(RepairWay),
        corrected=st.sampled_from([-1, -1, 5]),
        papers=st.integers(0, 1),
        proof=st.integers(0, 1),
        window=st.tuples(*WINDOWS),
    )
    def file_something(self, what, way, corrected, papers, proof, window):
        if self.town.is_over:
            self.begin(*window)
        day = self.town.today + timedelta(days=corrected)
        repair = {"way": way, "corrected_on": day, "evidence": papers, "effect_evidence": proof}
        self.town.file(what, **(repair if what is Procedure.REPAIR else {}))

    @precondition(lambda self: self.town.files)
    @rule(
        which=st.integers(0, 2),
        places=st.lists(st.integers(0, 999), min_size=4, max_size=8),
        decision=decisions,
        days=st.integers(0, 2),
        undone=st.integers(0, 2),
    )
    def go_on_with_a_case(self, which, places, decision, days, undone):
        """Some steps that are possible, one after the other: so the far ends of the rule books are reached too."""
        file = self.town.files[-1 - which % len(self.town.files)]
        self.town.today += timedelta(days=days)
        file.recalls, file.hours = max(0, file.recalls - undone), file.hours + 10 * undone
        for place in places:
            possible = self.town.possible(file, decision := _assigned(decision))
            if possible:
                action, who = possible[place % len(possible)]
                self.town.take(file, action, who, decision)
                self.town.check()

    @precondition(lambda self: self.town.files)
    @rule(
        which=st.integers(0, 2),
        action=st.sampled_from(CaseAction),
        who=st.sampled_from(sorted(PEOPLE)),
        decision=decisions,
    )
    def try_anything(self, which, action, who, decision):
        file = self.town.files[-1 - which % len(self.town.files)]
        if action is not CaseAction.HANDLE:  # the follower alone says that something was carried out
            self.town.take(file, action, who, _assigned(decision))

    @rule(
        what=st.sampled_from(["propose", "accept"] * 5 + ["withdrawn", "expired"]),
        by=st.sampled_from([CLERK, OFFICER, SECOND]),
    )
    def work_on_the_record_itself(self, what, by):
        if what == "propose":
            self.town.propose_correction(by)
        elif what == "accept":
            self.town.correct(by)
        else:
            self.town.end(what)

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


O, R, C = Procedure.OBJECTION, Procedure.REPAIR, Procedure.COMPLAINT  # noqa: E741
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
