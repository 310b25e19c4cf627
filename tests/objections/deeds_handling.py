"""Cases are handled: by those whose turn it is, and by those who may not."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import strategies as st
from hypothesis.stateful import invariant

from objections import workflow
from objections.life import Decision
from objections.models import CaseEvent
from objections.statuses import Outcome
from registry.records.workflow import MoveRefused
from tests.objections import ledger as expected
from tests.objections.deeds import TEXT, Deeds, deed, places, saids
from tests.objections.ledger import Dossier, O, Said

# What ends a case or leaves it where it is: a town of that alone would never see the far ends.
_LEADS_AWAY = ("withdraw", "refuse", "not_take", "reject", "add", "extend", "ask", "hand_back")
# Steps of which it matters what is decided with them.
_CIRCUMSTANCES = {
    "conclude": [Said(outcome=outcome) for outcome in ("upheld", "to_correct", "to_revoke")],
    "approve": [Said(ticks=ticks) for ticks in ((True, True), (True, False), (False, True))],
    "assign": [Said(to_the_accused=True)],
}


class Handling(Deeds):
    """What applicants and staff do with a case that is there."""

    been: ClassVar[set[tuple[Any, ...]]]  # where cases have been in any of the examples so far

    @deed(8, lambda self: self.cases, where=st.lists(places, min_size=2, max_size=5), said=saids)
    def a_case_goes_on(self, where: list[int], said: Said) -> None:
        self._go_on(where, said, expected.PEOPLE)

    @deed(5, lambda self: self.cases, where=st.lists(places, min_size=2, max_size=5), said=saids)
    def the_staff_go_on(self, where: list[int], said: Said) -> None:
        self._go_on(where, said, ("office", *expected.OF_THE_BODY))

    @deed(3, lambda self: self.cases, place=places, said=saids)
    def the_applicant_acts(self, place: int, said: Said) -> None:
        self._go_on([place], said, ("applicant",))

    @deed(1, lambda self: self.cases, place=places, said=saids, action=st.sampled_from(sorted({a for _, a in expected.STEPS})),
          who=st.sampled_from(expected.PEOPLE), is_stale=st.sampled_from([False, False, False, True]))  # fmt: skip
    def anybody_tries_anything(self, place: int, said: Said, action: str, who: str, is_stale: bool) -> None:
        self._take(place % len(self.cases), action, who, said, is_stale=is_stale)

    @deed(3, lambda self: self.cases, where=st.lists(places, min_size=2, max_size=4), said=saids)
    def somebody_goes_too_far(self, where: list[int], said: Said) -> None:
        """Steps that are due, by anybody who may not take them now."""
        which = self._open_one(where[0])
        for place in where:
            if wrong := self._not_possible(self.ledger.cases[which], said):
                self._take(which, *wrong[place // 7 % len(wrong)], said)

    @invariant()
    def whoever_comes_near_is_refused(self) -> None:
        """Wherever a case gets to for the first time, each step that is due is tried by those next to whoever may take
        it and under each of the wrong circumstances: by chance, four eyes and closed doors were hardly ever tried."""
        for which, case in enumerate(self.ledger.cases):
            where = self._whereabouts(case)
            if where not in self.been:
                with self._nothing_changed_if_refused():
                    for action, who, what in self._nearly_right(case):
                        with pytest.raises((MoveRefused, PermissionDenied)):
                            self._move(which, action, who, what)
                self.been.add(where)

    @staticmethod
    def _whereabouts(case: Dossier) -> tuple[Any, ...]:
        """What decides who may do what with a case, as far as people come near it."""
        return (
            case.procedure, case.status, case.outcome, case.is_handled, case.is_delivered, case.tasks > 0,
            case.concluded_by, case.times("send_back"), case.accuses_the_other,
        )  # fmt: skip

    def _nearly_right(self, case: Dossier) -> list[tuple[str, str, Said]]:
        """The right person under wrong circumstances, and others of the same body (four eyes)."""
        return [
            (action, who, what)
            for action, whose in self._due(case)
            for who in dict.fromkeys((*whose, *(expected.OF_THE_BODY if whose == expected.FRESH else ())))
            for what in _CIRCUMSTANCES.get(action, (Said(),))
            if not self.ledger.may(case, action, who, what)
        ]

    def _go_on(self, where: list[int], said: Said, whose: tuple[str, ...]) -> None:
        """Some of the steps these people could take with a case that is not over; what leads on is taken most."""
        which = self._open_one(where[0])
        case = self.ledger.cases[which]
        for place in where:
            if may := self._possible(case, said, whose):
                self._take(which, *may[place // 7 % len(may)], said)
                self.everything_that_must_hold_holds()
                self.whoever_comes_near_is_refused()

    def _possible(self, case: Dossier, said: Said, whose: tuple[str, ...]) -> list[tuple[str, str]]:
        return [
            (action, who)
            for procedure, action in expected.STEPS
            if procedure is case.procedure
            for who in whose
            if self.ledger.may(case, action, who, said)
            for _ in range(1 if action in _LEADS_AWAY else 6)
        ]

    def _not_possible(self, case: Dossier, said: Said) -> list[tuple[str, str]]:
        return [
            (action, who)
            for action, _ in self._due(case)
            for who in expected.PEOPLE
            if not self.ledger.may(case, action, who, said)
        ]

    def _due(self, case: Dossier) -> list[tuple[str, tuple[str, ...]]]:
        """The steps that lead on from where the case stands, and by whom."""
        return [
            (action, whose)
            for (procedure, action), (sources, _, whose) in expected.STEPS.items()
            if procedure is case.procedure and case.status in sources.split()
        ]

    def _open_one(self, place: int) -> int:
        open_ones = [n for n, case in enumerate(self.ledger.cases) if not case.is_over] or range(len(self.cases))
        return open_ones[place % len(open_ones)]

    def _take(self, which: int, action: str, who: str, said: Said, *, is_stale: bool = False) -> None:
        case, dossier = self.cases[which], self.ledger.cases[which]
        ought = self.ledger.may(dossier, action, who, said) and not is_stale
        with self._nothing_changed_if_refused() as tried:
            tried.call(lambda: self._move(which, action, who, said, is_stale=is_stale), MoveRefused, PermissionDenied)
        assert tried.taken == ought, (dossier.procedure, dossier.status, action, who, said, tried.why)
        if ought:
            self.ledger.take(dossier, action, who, said)
            if action in ("conclude", "approve", "reject"):  # I10
                row = case.detail
                decider = row.concluded_by_id if dossier.procedure is O else row.decided_by_id
                assert decider not in (case.record.entered_by_id, case.record.reviewed_by_id)

    def _move(self, which: int, action: str, who: str, said: Said, *, is_stale: bool = False) -> CaseEvent:
        dossier = self.ledger.cases[which]
        body = self.town.other if said.to_the_accused and dossier.accuses_the_other else self.town.body
        decision = Decision(
            outcome=Outcome(said.outcome), is_corrected=said.ticks[0], is_effect_removed=said.ticks[1],
            organisation=body.pk, organisation_code=body.uscc,
        )  # fmt: skip
        return workflow.move(
            self.cases[which], action, by=self.town.people[who], at=self.now, text=TEXT, decision=decision,
            expecting=len(dossier.acts) - is_stale,
        )  # fmt: skip
