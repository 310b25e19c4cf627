"""What outside systems have been promised. `exchange` carries it there.

A promise is a row in the transaction of the fact: no message can be lost between the two, and none can
announce what was rolled back.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence

from django.db import transaction

from registry.records.models import Delivery, DeliveryState, Lane, RecordEvent
from registry.records.statuses import Operation, StateCode

_destinations: list[str] = []
_nudges: list[Callable[[], None]] = []
_NEVER_LEFT = (DeliveryState.PENDING, DeliveryState.BLOCKED)


def announce(destination: str, *, nudge: Callable[[], None] | None = None) -> None:
    """Whoever carries deliveries to a destination says so in AppConfig.ready.

    `nudge` is called after a commit that promised anything; it only hints that there is work, and never raises.
    """
    if destination not in _destinations:
        _destinations.append(destination)
        if nudge is not None:
            _nudges.append(nudge)


def promise(events: Sequence[RecordEvent], operation: Operation, state: StateCode) -> None:
    """Promise these events to every destination, inside the caller's transaction.

    What has never left need not be taken back: a withdrawal cancels it, and itself, instead.
    """
    if operation is Operation.WITHDRAW:
        events = _cancel_unsent(events, state)
    _write(events, operation, state, DeliveryState.PENDING)
    if events:
        for nudge in _nudges:
            transaction.on_commit(nudge, robust=True)


def _write(events: Sequence[RecordEvent], operation: Operation, state: StateCode, as_: DeliveryState) -> None:
    Delivery.objects.bulk_create(
        [
            Delivery(
                record_id=event.record_id,
                event=event,
                seq=event.seq,
                destination=destination,
                message_id=_message_id(event, destination),
                operation=operation,
                state_code=state,
                edition=event.edition,
                lane=Lane.NORMAL if operation is Operation.ADD else Lane.URGENT,
                state=as_,
                created_at=event.at,
                next_try_at=event.at,
                settled_at=event.at if as_ is DeliveryState.SUPERSEDED else None,
            )
            for event in events
            for destination in _destinations
        ],
        batch_size=1000,
    )


def _message_id(event: RecordEvent, destination: str) -> uuid.UUID:
    # Stable over retries, so that the receiver recognises a repetition (reliability: idempotency key).
    return uuid.uuid5(event.record.uid, f"{event.seq}@{destination}")


def _cancel_unsent(events: Sequence[RecordEvent], state: StateCode) -> list[RecordEvent]:
    """Cancel what never left; the events whose record has left come back, to be withdrawn out there."""
    at = {event.record_id: event.at for event in events}
    of_these = Delivery.objects.filter(record_id__in=at)
    of_these.filter(state__in=_NEVER_LEFT, attempts=0).update(
        state=DeliveryState.SUPERSEDED, settled_at=next(iter(at.values()), None)
    )
    left = set(of_these.exclude(state=DeliveryState.SUPERSEDED).values_list("record_id", flat=True))
    _write([e for e in events if e.record_id not in left], Operation.WITHDRAW, state, DeliveryState.SUPERSEDED)
    return [event for event in events if event.record_id in left]
