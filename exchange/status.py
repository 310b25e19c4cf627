"""How delivery is going, in numbers, for operators."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Min, Q

from exchange.destination import PROVINCE
from exchange.models import Channel, ChannelState, OnboardingState
from registry import clock
from registry.models import Delivery
from registry.records.models import DeliveryState
from registry.records.models.deliveries import UNSETTLED

_ONBOARDED = Q(record__organisation__onboarding__state=OnboardingState.ONBOARDED)


def summary() -> dict[str, Any]:
    """Counts by state, what waits for its organisation, the age of the oldest that could go, and the channel.

    Counting everything settled reads the whole table: for the admin. `/readyz` asks `waiting()`.
    """
    counted = dict(Delivery.objects.filter(destination=PROVINCE).values_list("state").annotate(Count("pk")))
    states = {state.value: counted.get(state.value, 0) for state in DeliveryState}
    return {"states": states, **waiting(), "channel": _channel()}


def waiting() -> dict[str, Any]:
    """How many wait, how many of them for the organisation to be connected, and for how long at most."""
    unsettled = Delivery.objects.filter(destination=PROVINCE, state__in=UNSETTLED)
    found = unsettled.aggregate(
        total=Count("pk"), ready=Count("pk", filter=_ONBOARDED), oldest=Min("created_at", filter=_ONBOARDED)
    )
    age = (clock.now() - found["oldest"]).total_seconds() if found["oldest"] else None
    return {
        "waiting": found["ready"],
        "not_onboarded": found["total"] - found["ready"],
        "oldest_age_seconds": max(0, round(age)) if age is not None else None,
    }


def _channel() -> dict[str, Any]:
    channel = Channel.objects.filter(name=PROVINCE).first() or Channel(name=PROVINCE)
    return {
        "state": channel.state,
        "label": ChannelState(channel.state).label,
        "failures": channel.failures,
        "rest_until": channel.rest_until,
        "batch_size": channel.batch_size,
        "anomalies": channel.anomalies,
        "stopped_reason": channel.stopped_reason,
    }
