"""What every group of deeds of `at_work.py` stands on: the town, the ledger beside it, and what a refusal must leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.db import connection
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from objections.models import Case, FilingDraft
from tests.objections.ledger import Ledger, Said
from tests.objections.real_town import RealTown, moment

TEXT = "经核查情况属实"
MOST_OPEN, MOST_CASES = 3, 7

places = st.integers(0, 9999)
saids = st.builds(
    Said,
    outcome=st.sampled_from(["upheld", "to_correct", "to_revoke"]),
    ticks=st.sampled_from([(True, True)] * 4 + [(True, False), (False, True)]),
    to_the_accused=st.sampled_from([False, False, True]),
)


def deed(times: int, when: Callable[[Any], Any], **drawn: st.SearchStrategy[Any]) -> Callable[[Any], Any]:
    """Something people do, so many times as often as the rarest, where it makes sense, with what is drawn for it."""

    def mark(verb: Any) -> Any:
        verb.deed = (times, when, drawn)
        return verb

    return mark


class Deeds(RuleBasedStateMachine):
    """The cases as the rows have them and as the ledger has them, side by side."""

    town: ClassVar[RealTown]  # of the module; every example starts from it and is rolled back to it
    ledger: Ledger
    cases: list[Case]
    drafts: list[tuple[FilingDraft, str]]
    calendar_moved = False
    is_checked = False  # nothing has happened since everything was looked through

    @property
    def now(self) -> Any:
        return moment(self.ledger.today)

    @property
    def has_room(self) -> bool:
        open_ones = sum(not case.is_over for case in self.ledger.cases)
        return open_ones < MOST_OPEN and len(self.cases) < MOST_CASES

    @contextmanager
    def _nothing_changed_if_refused(self) -> Iterator[Attempt]:
        before, tried = _fingerprint(), Attempt()
        yield tried
        self.is_checked = not tried.taken
        if not tried.taken:
            assert _fingerprint() == before, "a refused act left something behind"


class Attempt:
    """One call that may be refused in so many words."""

    taken, why, answer = False, "", None

    def call(self, verb: Callable[[], Any], *refusals: type[Exception]) -> None:
        try:
            self.answer = verb()
            self.taken = True
        except refusals as reason:
            self.why = str(reason)
            assert self.why, "refused without a word"


_COUNTED = (
    "objections_case", "objections_caseevent", "objections_letter", "objections_notice", "objections_restoration",
    "objections_recalltask", "objections_contactaccess", "registry_recordevent", "registry_recordedition",
    "registry_delivery", "registry_hold",
)  # fmt: skip
_FINGERPRINT = "SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in _COUNTED) + (
    ", (SELECT group_concat(status || seq || coalesce(due_on, '')) FROM objections_case)"
    ", (SELECT group_concat(status || seq || edition) FROM registry_record)"
    ", (SELECT count(*) FROM registry_hold WHERE closed_at IS NULL)"
)  # fmt: skip


def _fingerprint() -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_FINGERPRINT)
        return cursor.fetchone()
