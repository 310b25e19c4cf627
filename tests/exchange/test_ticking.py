"""The queue carries wake-up calls only: a missing broker costs nothing but time."""

from __future__ import annotations

import pytest
from kombu.exceptions import OperationalError

from ankang_credit.celery import app
from exchange import tasks
from registry.models import Delivery
from registry.records.models import DeliveryState


@pytest.mark.django_db
def test_a_tick_sends_what_waits(platform, onboarded, published):
    published()
    tasks.relay_tick()
    assert Delivery.objects.get().state == DeliveryState.ACKED


def test_the_tick_is_known_under_the_name_the_schedule_uses():
    assert app.tasks[tasks.relay_tick.name].name == "exchange.relay_tick"
    assert "exchange.relay_tick" in {entry["task"] for entry in app.conf.beat_schedule.values()}


@pytest.mark.parametrize("trouble", [OperationalError("no broker"), TimeoutError(), ConnectionResetError()])
def test_a_nudge_that_finds_no_broker_is_swallowed(monkeypatch, caplog, trouble):
    def fail(**options):
        raise trouble

    monkeypatch.setattr(tasks, "_quiet_until", 0.0)
    monkeypatch.setattr(tasks.relay_tick, "apply_async", fail)
    lost = tasks.NUDGES_LOST._value.get()
    tasks.nudge()
    assert tasks.NUDGES_LOST._value.get() == lost + 1
