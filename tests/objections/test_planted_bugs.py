"""The machine of `at_work.py` with one rule taken away at a time: it has to find every one of them.

Each is a slip somebody could make in one line. Without any, `test_stateful.py` lets the same examples pass.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import IntegrityError

from objections import codes, contacts, deadlines, effects, guards, recall, rule_books
from objections.filing import admission
from objections.life import Effect, Guard
from objections.models import Case, ContactAccess
from objections.statuses import CaseAction, Procedure
from registry.records import statuses, visibility
from tests.objections.at_work import BRIEFLY, PARTS, from_the_first_day, live, town  # noqa: F401  # fixtures
from tests.objections.ledger import C, O, R

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

Bug = Callable[[pytest.MonkeyPatch], None]


def without_effect(procedure: Procedure, action: CaseAction, effect: Effect) -> Bug:
    return _other_line(procedure, action, "effects", lambda each: each is not effect)


def without_guard(procedure: Procedure, action: CaseAction, guard: Guard) -> Bug:
    return _other_line(procedure, action, "guards", lambda each: each is not guard)


def _other_line(procedure: Procedure, action: CaseAction, of: str, stays: Callable[[object], bool]) -> Bug:
    book = rule_books.RULE_BOOKS[procedure]
    line = replace(book[action], **{of: tuple(each for each in getattr(book[action], of) if stays(each))})
    assert line != book[action], "nothing was taken away"
    return lambda patch: patch.setitem(book, action, line)


def the_beginning_of_a_code_is_enough(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(codes, "digest", lambda secret: hashlib.sha256(secret[:24].encode()).hexdigest())


def time_runs_while_the_applicant_is_asked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(deadlines, "_stops", lambda history: ())


def what_is_upheld_goes_on_resting(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(effects, "close_hold", lambda doing: None)


def repaired_records_are_shown(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(visibility, "LIVE", (*statuses.LIVE, statuses.Status.REPAIRED))


def late_repairs_are_let_in(patch: pytest.MonkeyPatch) -> None:
    terms = admission.repair_terms

    def endless(record, *, on):
        found = terms(record, on=on)
        return replace(found, facts=replace(found.facts, repair_until=None))

    patch.setattr(admission, "repair_terms", endless)


def platforms_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    every = recall.uses_of
    patch.setattr(recall, "uses_of", lambda record: [use for use in every(record) if use.organisation])


def the_contact_is_opened_without_the_log(patch: pytest.MonkeyPatch) -> None:
    def reveal(case, *, by, at, reason, address=None):
        if not (by.has_perm("objections.reveal_contact") and Case.objects.visible_to(by).filter(pk=case.pk).exists()):
            raise contacts.PermissionDenied("只能查看由您办理的办件")
        ContactAccess.objects.create(case=case, by=by, at=at, reason=reason, address=address)
        return case.contact()

    patch.setattr(contacts, "reveal", reveal)


BUGS: dict[str, Bug] = {
    # The database would still forbid it.
    "two procedures on one record": lambda patch: patch.setattr(admission, "admit_any", lambda record: None),
    "acceptance rests nothing": without_effect(O, CaseAction.ACCEPT, Effect.OPEN_HOLD),
    "a withdrawn objection goes on resting": without_effect(O, CaseAction.WITHDRAW, Effect.CLOSE_HOLD),
    "an upheld objection goes on resting": what_is_upheld_goes_on_resting,
    "who entered it concludes": without_guard(O, CaseAction.CONCLUDE, guards.neither_entered_nor_reviewed),
    "who entered it grants the repair": without_guard(
        R, CaseAction.APPROVE, guards.not_entered_and_reviewed_only_alone
    ),
    "the same eyes look again": without_guard(O, CaseAction.CONCLUDE, guards.fresh_eyes),
    "closed before the letter has arrived": without_guard(O, CaseAction.CLOSE, guards.is_delivered),
    "the accused looks into it": without_guard(C, CaseAction.ASSIGN, guards.not_the_accused),
    "time runs while the applicant is asked": time_runs_while_the_applicant_is_asked,
    "the beginning of a code is enough": the_beginning_of_a_code_is_enough,
    "repaired and still shown": repaired_records_are_shown,
    "a late repair is let in": late_repairs_are_let_in,
    "platforms are not told to undo it": platforms_are_forgotten,
    "who filed is opened without the log": the_contact_is_opened_without_the_log,
}


# The part of the examples that finds it soonest; should the machine change, the others are tried after it.
SOONEST = {
    "two procedures on one record": 3,
    "acceptance rests nothing": 0,
    "a withdrawn objection goes on resting": 1,
    "an upheld objection goes on resting": 6,
    "who entered it concludes": 0,
    "who entered it grants the repair": 13,
    "the same eyes look again": 6,
    "closed before the letter has arrived": 6,
    "the accused looks into it": 5,
    "time runs while the applicant is asked": 4,
    "the beginning of a code is enough": 0,
    "repaired and still shown": 12,
    "a late repair is let in": 2,
    "platforms are not told to undo it": 1,
    "who filed is opened without the log": 8,
}


@pytest.mark.parametrize("bug", BUGS)
def test_each_planted_bug_is_found(bug, monkeypatch):
    BUGS[bug](monkeypatch)
    with pytest.raises((AssertionError, IntegrityError, pytest.fail.Exception)):
        for part in (SOONEST[bug], *range(PARTS)):
            live(part, BRIEFLY)
