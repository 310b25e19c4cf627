"""A commit that promises something wakes the relay; whatever becomes of the wake-up call, nothing waits for it."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import transaction
from kombu.exceptions import OperationalError

from ankang_credit.celery import app
from exchange import tasks
from registry.models import Delivery
from registry.records.models import DeliveryState
from registry.records.statuses import Action
from registry.records.workflow import move
from tests.ankang_credit.processes import wait_until
from tests.factories import NOON


@pytest.fixture
def calls(monkeypatch):
    """How often the queue was called."""
    made = []
    monkeypatch.setattr(tasks.relay_tick, "apply_async", lambda **options: made.append(options))
    monkeypatch.setattr(tasks, "_quiet_until", 0.0)
    return made


@pytest.mark.django_db
def test_the_relay_is_woken_after_the_commit_and_not_before(
    submitted, reviewer, calls, django_capture_on_commit_callbacks
):
    record = submitted()
    with django_capture_on_commit_callbacks(execute=True):
        move(record, Action.PUBLISH, by=reviewer, at=NOON)
        assert calls == []
    assert len(calls) == 1


@pytest.mark.django_db
def test_what_promises_nothing_wakes_nobody(drafted, clerk, calls, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        move(drafted(), Action.SUBMIT, by=clerk, at=NOON)
    assert calls == []


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_wakes_nobody(submitted, reviewer, calls):
    record = submitted()
    with pytest.raises(RuntimeError), transaction.atomic():
        move(record, Action.PUBLISH, by=reviewer, at=NOON)
        raise RuntimeError
    assert calls == [] and not Delivery.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("trouble", [OperationalError("no broker"), TimeoutError(), KeyError("a fault of ours")])
def test_a_queue_in_trouble_undoes_nothing_and_is_left_alone_for_a_while(trouble, submitted, reviewer, monkeypatch):
    """P03: the first call costs its budget, those after it nothing, and each that was not made is counted."""
    tried = []

    def fail(**options):
        tried.append(options)
        raise trouble

    monkeypatch.setattr(tasks, "_quiet_until", 0.0)
    monkeypatch.setattr(tasks.relay_tick, "apply_async", fail)
    lost = tasks.NUDGES_LOST._value.get()
    for number in range(3):
        move(submitted(document_number=f"醒〔2026〕{number}号"), Action.PUBLISH, by=reviewer, at=NOON)
    assert Delivery.objects.count() == 3
    if not isinstance(trouble, KeyError):
        assert len(tried) == 1
        assert tasks.NUDGES_LOST._value.get() == lost + 3


@pytest.fixture
def worker():
    """A real worker on the queue of the relay, in a thread of its own; no beat ticks beside it."""
    controller = app.WorkController(
        pool="solo", loglevel="WARNING", hostname="nudged@localhost", queues=["relay"], without_heartbeat=True,
        without_mingle=True, without_gossip=True,
    )  # fmt: skip
    thread = threading.Thread(target=controller.start, daemon=True)
    thread.start()
    yield
    controller.stop()
    thread.join(15)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_commit_to_receipt_takes_a_moment_where_all_is_well(platform, onboarded, published, worker, monkeypatch):
    """P04: without a tick of beat, over a real queue, a real worker and real HTTP; ticks alone come every 5 seconds."""
    monkeypatch.setattr(tasks, "_quiet_until", 0.0)
    app.control.purge()
    delays = []
    for number in range(5):
        record = published(document_number=f"快〔2026〕{number}号")
        started = time.monotonic()
        assert wait_until(
            lambda record=record: Delivery.objects.get(record=record).state == DeliveryState.ACKED, seconds=20
        )
        delays.append(time.monotonic() - started)
    assert sorted(delays)[-2] < 4, delays
