"""Suspension wins (P52) where it is hardest: one bad schedule played with the lock and without it, and the province
itself, a process of its own, told by relays that never stop.

SCHEDULES=1000 is the full run.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, models

from exchange import relay
from exchange.province import Province
from measures import feedback, standing
from measures.models import ApplicationState
from measures.standing import Standing
from objections import workflow
from objections.life import Party
from objections.models import CaseEvent
from objections.statuses import CaseAction
from registry import remembering
from registry.directory.staff import Role
from registry.models import Delivery, Record
from registry.records import holds
from registry.records import workflow as records
from registry.records.statuses import Action, StateCode
from registry.records.workflow import MoveRefused
from tests import factories
from tests.exchange.conftest import line, mock_process, onboarded, platform  # noqa: F401
from tests.factories import NOON, TODAY
from tests.objections.test_races import _correcting, _executing, biting, measured, noon, step  # noqa: F401

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

SCHEDULES = int(os.environ.get("SCHEDULES", "4"))
WITHIN_SECONDS = 10  # until the platform holds it, at the 99th percentile
PAGE_SECONDS = 60
HEAD_START = 0.4  # what an acceptance that nobody stops needs, many times over


def beside(work: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    """Start it in a thread with a connection of its own; its result or refusal is put in the list."""
    came: list[Any] = []

    def run() -> None:
        try:
            came.append(work())
        except Exception as error:
            came.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, came


@contextmanager
def overtaken(monkeypatch: pytest.MonkeyPatch, module: Any, guard: str, accept: Callable[[], Any]) -> Iterator[dict]:
    """Right after the guard of a step has looked, an objection is accepted; the step goes on once that is committed,
    or cannot be while the step holds its lock. Says which, as `first`, and how the acceptance ended, as `accepted`."""
    looked, seen = getattr(module, guard), {}

    def look(*args: Any, **more: Any) -> Any:
        found = looked(*args, **more)
        if "thread" not in seen:
            seen["thread"], seen["came"] = beside(accept)
            seen["thread"].join(HEAD_START)
            seen["first"] = not seen["thread"].is_alive()
        return found

    with monkeypatch.context() as patch:
        patch.setattr(module, guard, look)
        yield seen
        seen["thread"].join()
        (seen["accepted"],) = seen["came"]


@pytest.mark.parametrize("locked", [True, False])
def test_only_the_lock_keeps_a_measure_from_being_executed_after_the_acceptance(
    locked, measured, objected, office, monkeypatch  # noqa: F811
):  # fmt: skip
    measure = measured(0)
    implementer = factories.UserFactory(organisation=measure.organisation, role=Role.REVIEWER)
    case = objected(measure.record)
    if not locked:
        monkeypatch.setattr(feedback, "lock_one", lambda record: Record.objects.get(pk=record.pk))
    accept = step(case, CaseAction.ACCEPT, office)
    with overtaken(monkeypatch, feedback, "_may_be_answered", accept) as seen:
        _executing(measure, implementer)()
    assert isinstance(seen["accepted"], CaseEvent)
    measure.refresh_from_db()
    assert measure.state == ApplicationState.EXECUTED
    assert seen["first"] is not locked, "executed before the acceptance with the lock, after it without"


def test_once_accepted_nothing_is_executed_but_for_the_guard_that_reads_the_holds(
    measured, objected, office, monkeypatch  # noqa: F811
):  # fmt: skip
    measure = measured(0)
    implementer = factories.UserFactory(organisation=measure.organisation, role=Role.REVIEWER)
    step(objected(measure.record), CaseAction.ACCEPT, office)()
    with pytest.raises(MoveRefused, match="核实"):
        _executing(measure, implementer)()
    monkeypatch.setattr(feedback.standing, "of", lambda *args, **more: Standing.TRIGGERED)
    _executing(measure, implementer)()
    measure.refresh_from_db()
    assert measure.state == ApplicationState.EXECUTED, "without the guard it is in force while it should rest"


@pytest.mark.parametrize("locked", [True, False])
def test_a_correction_and_an_acceptance_come_one_after_the_other(
    locked, measured, objected, office, officer, clerk, monkeypatch  # noqa: F811
):  # fmt: skip
    """With the lock both come about and the province hears of a dispute last; without it one is lost."""
    measure = measured(0)
    record = measure.record
    case, correct = objected(record), _correcting(record, clerk, officer)
    if not locked:
        monkeypatch.setattr(models.QuerySet, "select_for_update", lambda self, *args, **more: self)
    with overtaken(monkeypatch, records, "_admitted", step(case, CaseAction.ACCEPT, office)) as seen:
        thread, came = beside(correct)
        thread.join()
    record.refresh_from_db()
    both = set(record.events.values_list("action", flat=True)) >= {Action.CORRECT, Action.HOLD}
    (corrected,) = came
    went_well = both and isinstance(seen["accepted"], CaseEvent) and not isinstance(corrected, Exception)
    assert went_well is locked, (seen, came)
    if locked:
        assert record.deliveries.order_by("seq").last().state_code == StateCode.DISPUTED


# The province


@contextmanager
def relays(url: str, key: str, number: int = 2) -> Iterator[None]:
    """They carry whatever is promised, as long as the block lasts."""
    over = threading.Event()

    def carry() -> None:
        while not over.wait(0.02):
            relay.drain(Province(url, key))

    running = [beside(carry) for _ in range(number)]
    try:
        yield
    finally:
        over.set()
        for thread, _ in running:
            thread.join()
    assert all(came == [None] for _, came in running), running


def until_held(province: Any, record: Record, state: StateCode, *, seconds: float) -> float:
    """How long it takes till the platform holds this state; more than `seconds` if it never does."""
    begun = time.monotonic()
    while (took := time.monotonic() - begun) <= seconds:
        if (known := province.held(record)) and known["state"] == state:
            return took
        time.sleep(0.02)
    return took


def test_the_platform_holds_the_dispute_within_ten_seconds_of_any_schedule(
    platform, onboarded, measured, objected, office, officer, clerk, client  # noqa: F811
):  # fmt: skip
    took, pages = [], []
    with relays(platform.url, platform.key):
        for number in range(SCHEDULES):
            measure = measured(number)
            record = measure.record
            url, former = record.get_absolute_url(), _row(measure)
            assert "异议核实中" not in client.get(url).content.decode(), "what a page remembers is remembered now"
            case = objected(record)
            correction, came = beside(_correcting(record, clerk, officer)) if number % 2 else (None, [])
            step(case, CaseAction.ACCEPT, office)()
            committed = time.monotonic()
            assert "异议核实中" in client.get(url).content.decode()
            pages.append(time.monotonic() - committed)
            took.append(until_held(platform, record, StateCode.DISPUTED, seconds=WITHIN_SECONDS))
            if correction:
                correction.join()
                assert not isinstance(came[0], Exception), came
                _settled(record)
            assert platform.held(record)["state"] == StateCode.DISPUTED, "and nothing later says otherwise"
            assert not Record.objects.in_force(on=TODAY).contains(record)
            _resumes(case, measure, platform, former)
    p99 = sorted(took)[min(len(took) - 1, int(len(took) * 0.99))]
    print(f"P52: {len(took)} schedules, platform p99 {p99:.3f} s, page at most {max(pages):.3f} s")
    assert p99 <= WITHIN_SECONDS and max(pages) <= PAGE_SECONDS


def _settled(record: Record) -> None:
    """Wait till nothing of the record is under way."""
    end = time.monotonic() + WITHIN_SECONDS
    while Delivery.objects.filter(record=record).exclude(state__in=["acked", "superseded"]).exists():
        assert time.monotonic() < end
        time.sleep(0.02)


def _row(of: Any) -> dict[str, Any]:
    """Every column, as it is stored now."""
    return type(of)._base_manager.filter(pk=of.pk).values().get()


def _resumes(case: Any, measure: Any, province: Any, former: dict[str, Any]) -> None:
    """The former state, exactly: the measure's row, the record's, what the law counts and the platform holds."""
    resting = _row(measure.record)
    workflow.move(case, CaseAction.WITHDRAW, by=Party.APPLICANT, at=NOON)
    assert _row(measure) == former
    after = _row(measure.record)
    assert {name for name in after if after[name] != resting[name]} <= {"seq", "updated_at"}
    measure.refresh_from_db()
    assert standing.of(measure, on=TODAY) is Standing(measure.state)
    assert Record.objects.in_force(on=TODAY).contains(measure.record)
    assert until_held(province, measure.record, StateCode.NORMAL, seconds=WITHIN_SECONDS) <= WITHIN_SECONDS


def test_a_hold_that_is_not_told_is_noticed(
    platform, onboarded, measured, objected, office, monkeypatch  # noqa: F811
):  # fmt: skip
    """The negative control of the race above."""
    record = measured(0).record
    monkeypatch.setattr(holds.outbox, "promise", lambda *args: None)
    step(objected(record), CaseAction.ACCEPT, office)()
    with relays(platform.url, platform.key, 1):
        assert until_held(platform, record, StateCode.NORMAL, seconds=5) <= 5, "what was before has arrived"
        assert until_held(platform, record, StateCode.DISPUTED, seconds=0.5) > 0.5


def test_nothing_of_a_record_is_remembered_longer_than_a_page_may_be(measured, client):  # noqa: F811
    answer = client.get(measured(0).record.get_absolute_url())
    assert remembering.SECONDS <= PAGE_SECONDS
    ages = [int(part.partition("=")[2]) for part in answer.get("Cache-Control", "").split(",") if "max-age" in part]
    assert all(age <= PAGE_SECONDS for age in ages)
