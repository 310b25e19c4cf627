"""The whole life of cases through the real doors: people file, handle, give up and look things up; days pass, holidays
move, records end meanwhile. After every step the database says what the ledger says (`ledger.py`, P34, P50-P52).

`test_stateful.py` lets it run, `test_planted_bugs.py` takes one rule after the other away and has it find that.
The examples are the same each time: CASES_EXAMPLES=300 is the full run, CASES_SEED=7 (any number) tries others.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as site
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from objections import recall
from registry import remembering
from tests.factories import TODAY
from tests.objections import real_town
from tests.objections.deeds_beside import Beside
from tests.objections.deeds_filing import Filing
from tests.objections.deeds_handling import Handling
from tests.objections.deeds_looking import Looking
from tests.objections.ledger import Ledger
from tests.objections.what_holds import Watching

PARTS = 14  # that can run side by side, each with examples of its own
EXAMPLES = int(os.environ.get("CASES_EXAMPLES", "56"))
THOROUGH = settings(
    max_examples=-(-EXAMPLES // PARTS),
    stateful_step_count=30,
    deadline=None,
    database=None,
    report_multiple_bugs=False,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)

BRIEFLY = settings(THOROUGH, max_examples=4)  # as the parts are run where nobody asks for more


class Life(Filing, Handling, Beside, Looking, Watching):
    """The town at work."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.ledger = Ledger(TODAY, self.town.entries(), self.town.days)
        self.cases, self.drafts = [], []
        self.numbers: set[str] = set()
        self.guesses = 0

    def teardown(self) -> None:
        connection.needs_rollback = False  # whatever an unforeseen error broke ends here
        transaction.savepoint_rollback(self.savepoint)
        site.CREDIT_TODAY = TODAY
        if self.calendar_moved:
            remembering.forget()

    @rule(data=st.data())
    def something_happens(self, data: st.DataObject) -> None:
        """One of all deeds: with a rule of its own for each, a town would see only some of them, mostly the barren."""
        due = [name for name, (times, when, _) in DEEDS.items() if when(self) for _ in range(times)]
        name = data.draw(st.sampled_from(due))
        getattr(self, name)(**{each: data.draw(strategy) for each, strategy in DEEDS[name][2].items()})


DEEDS = {
    name: verb.deed
    for deeds in (Filing, Handling, Beside, Looking)
    for name, verb in vars(deeds).items()
    if hasattr(verb, "deed")
}


@pytest.fixture(scope="module", autouse=True)
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        Life.town = real_town.build()
        recall.register(Life.town.uses)
        yield
        recall._sources.remove(Life.town.uses)
        transaction.set_rollback(True)
    remembering.forget()


@pytest.fixture(autouse=True)
def from_the_first_day(settings: Any) -> None:
    settings.CREDIT_TODAY = TODAY


def live(part: int, how: settings = THOROUGH) -> None:
    """Let the town live through the examples of that part."""
    number = part + int(os.environ.get("CASES_SEED", "0")) * 1000
    machine = type("Life", (Life,), {"been": set(), "worded": {}})
    run_state_machine_as_test(seed(number)(machine), settings=how)
