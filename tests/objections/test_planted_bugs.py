"""The machine of `at_work.py` with one rule taken away at a time: it has to find every one of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import IntegrityError

from objections import rule_books
from objections.filing import admission
from objections.life import Effect
from objections.statuses import CaseAction
from tests.objections.at_work import from_the_first_day, live, town  # noqa: F401  # fixtures
from tests.objections.ledger import O

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


def without_effect(action: CaseAction, effect: Effect):
    book = rule_books.RULE_BOOKS[O]
    line = replace(book[action], effects=tuple(each for each in book[action].effects if each is not effect))
    return lambda patch: patch.setitem(book, action, line)


BUGS = {
    # The database would still forbid it.
    "two procedures on one record": lambda patch: patch.setattr(admission, "admit_any", lambda record: None),
    "acceptance rests nothing": without_effect(CaseAction.ACCEPT, Effect.OPEN_HOLD),
    "a withdrawn objection goes on resting": without_effect(CaseAction.WITHDRAW, Effect.CLOSE_HOLD),
}


@pytest.mark.parametrize("bug", BUGS)
def test_each_planted_bug_is_found(bug, monkeypatch):
    BUGS[bug](monkeypatch)
    with pytest.raises((AssertionError, IntegrityError)):
        live()
