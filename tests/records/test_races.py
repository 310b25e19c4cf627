"""One winner: what two people do in the same second, on a database with real row locks.

Each race has its negative control: the same race with the lock taken away must go wrong, or the test would
prove nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, models, transaction

from registry.models import Change, Record, RecordEvent, Subject, User
from registry.reading import changes as feed
from registry.records import changes, drafting, workflow
from registry.records.parsing import Door
from registry.records.statuses import Action, Status
from registry.records.validation import Invalid
from registry.records.visibility import Audience
from registry.records.workflow import MoveRefused, move
from tests import samples
from tests.factories import NOON, TODAY

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 10


def race(*contenders: Callable[[], Any]) -> list[Any]:
    """Start them at the same moment; returns each one's result or exception."""
    gate, results = threading.Barrier(len(contenders)), [None] * len(contenders)

    def run(position: int, contender: Callable[[], Any]) -> None:
        gate.wait()
        try:
            results[position] = contender()
        except (MoveRefused, PermissionDenied, Invalid, IntegrityError) as refusal:
            results[position] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(contenders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def decide(record: Record, action: Action, by: User) -> Callable[[], RecordEvent]:
    """A reviewer's click, on a copy of the record as their own page would hold it."""
    return lambda: move(Record.objects.get(pk=record.pk), action, by=by, at=NOON, reason="依法")


def test_one_of_eight_decisions_wins_and_the_others_hear_why(submitted, reviewer):
    for number in range(ROUNDS):
        record = submitted(document_number=f"竞〔2026〕{number}号")
        results = race(*[decide(record, action, reviewer) for action in (Action.PUBLISH, Action.RETURN) * 4])
        won = [result for result in results if isinstance(result, RecordEvent)]
        assert len(won) == 1, results
        assert all(isinstance(result, MoveRefused) for result in results if result is not won[0])
        assert record.events.count() == 2


def test_without_the_locks_more_than_one_would_win(submitted, reviewer, monkeypatch):
    monkeypatch.setattr(models.QuerySet, "select_for_update", lambda self, *args, **kwargs: self)
    slow = workflow._attach_details
    monkeypatch.setattr(workflow, "_attach_details", lambda *args: (threading.Event().wait(0.05), slow(*args)))
    collisions = 0
    for number in range(ROUNDS):
        record = submitted(document_number=f"竞〔2026〕{number}号")
        results = race(decide(record, Action.PUBLISH, reviewer), decide(record, Action.RETURN, reviewer))
        collisions += not any(isinstance(result, MoveRefused) for result in results)
    assert collisions, "the race never happened, so the test above proves nothing"


def test_one_code_makes_one_subject_however_many_enter_it(organisation, clerk):
    spellings = ["93610922XXAK00023K", " 93610922xxak00023k", "9361-0922-XXAK00023K", "９３610922XXAK00023K"]

    def enter(spelling: str, number: int):
        values = samples.licence(counterparty_uscc=spelling, document_number=f"并〔2026〕{number}号")
        return drafting.draft(
            "licence", values, organisation=organisation, by=clerk, at=NOON, today=TODAY, door=Door.FORM
        )

    for _ in range(ROUNDS):
        Record.objects.all().delete()
        Subject.objects.all().delete()
        race(*[partial(enter, spelling, number) for number, spelling in enumerate(spellings)])
        assert Subject.objects.count() == 1
        assert Record.objects.exists()


def test_the_same_decision_entered_twice_at_once_stands_once(organisation, clerk):
    values = samples.licence()

    def enter():
        return drafting.draft(
            "licence", values, organisation=organisation, by=clerk, at=NOON, today=TODAY, door=Door.FORM
        )

    for _ in range(ROUNDS):
        Record.objects.all().delete()
        results = race(enter, enter, enter)
        assert Record.objects.filter(status=Status.DRAFT).count() == 1
        assert sum(isinstance(result, Invalid) for result in results) == 2


def test_a_reader_of_the_feed_misses_nothing_that_is_committed_late(submitted, reviewer):
    """The earlier act commits after the later one has been read: it is told all the same, with a later number."""
    early, late = (submitted(document_number=f"迟〔2026〕{number}号") for number in range(2))
    moved, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            move(Record.objects.get(pk=early.pk), Action.PUBLISH, by=reviewer, at=NOON)
            moved.set()
            assert go_on.wait(10)
        connection.close()

    writer = threading.Thread(target=slow)
    writer.start()
    assert moved.wait(10)
    move(late, Action.PUBLISH, by=reviewer, at=NOON)
    begun = feed.after(feed.beginning(Audience.PUBLIC, None), on=TODAY, most=10, columns=("pk",))
    go_on.set()
    writer.join()
    rest = feed.after(begun.place, on=TODAY, most=10, columns=("pk",))
    assert [told.uid for told in begun.told] == [late.uid] and [told.uid for told in rest.told] == [early.uid]


def test_readers_who_number_at_once_give_every_change_one_number(submitted, reviewer):
    for number in range(ROUNDS):
        record = submitted(document_number=f"同〔2026〕{number}号")
        race(decide(record, Action.PUBLISH, reviewer), changes.number, changes.number, changes.number)
        changes.number()
    numbers = sorted(Change.objects.values_list("number", flat=True))
    assert len(numbers) == ROUNDS and len(set(numbers)) == ROUNDS and None not in numbers
    assert numbers[-1] == changes.last_number()
