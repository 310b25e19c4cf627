"""Taking messages to be sent: the head of each record's line, under a lease.

Only the lowest unsettled number of a record may go, so versions leave in order whatever else happens. There is no
"beyond the last id" cursor: ids commit out of order, and such a cursor would pass over the late ones.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from exchange.models import DeliveryAttempt, Onboarding, OnboardingState, Outcome
from registry.models import Delivery
from registry.records.models import DeliveryState, Lane
from registry.records.models.deliveries import UNSETTLED

LEASE = timedelta(seconds=60)  # well over the ten seconds that a request may take

_FRESH = (DeliveryState.PENDING, DeliveryState.BLOCKED)
_connected = Onboarding.objects.filter(organisation=OuterRef("record__organisation"), state=OnboardingState.ONBOARDED)


@dataclass(frozen=True)
class Claim:
    """Deliveries that are ours to send until the lease ends, with everything that renders them."""

    token: uuid.UUID
    deliveries: Sequence[Delivery]


def claim(
    destination: str,
    *,
    limit: int,
    now: datetime,
    lease: timedelta = LEASE,
    impatient: bool = False,
    passed_over: Collection[int] = (),
) -> Claim:
    """Take up to `limit` deliveries; commits before it returns, so that nobody waits for our request.

    `impatient` takes those too whose next try is not due yet.
    """
    token = uuid.uuid4()
    with transaction.atomic(durable=True):
        heads = _heads(destination, now=now, impatient=impatient).exclude(pk__in=passed_over)
        taken = _locked(heads.filter(record__in=_with_urgent(destination)), limit)
        if len(taken) < limit:
            # Its line holds nothing urgent, or somebody else has just taken it.
            taken |= _locked(heads.filter(lane=Lane.NORMAL).exclude(pk__in=taken), limit - len(taken))
        _note_interrupted(taken, now)
        Delivery.objects.filter(pk__in=taken).update(
            state=DeliveryState.SENDING, lease_token=token, lease_until=now + lease, attempts=F("attempts") + 1
        )
    return Claim(token, _loaded(taken, token) if taken else [])


def _heads(destination: str, *, now: datetime, impatient: bool) -> QuerySet[Delivery]:
    older = Delivery.objects.filter(
        record=OuterRef("record"), destination=destination, seq__lt=OuterRef("seq"), state__in=UNSETTLED
    )
    # A fresh one is always due: its `next_try_at` is the portal's moment, which need not be the real one.
    again = Q(state=DeliveryState.RETRY) if impatient else Q(state=DeliveryState.RETRY, next_try_at__lte=now)
    abandoned = Q(state=DeliveryState.SENDING, lease_until__lt=now)
    return Delivery.objects.filter(
        Q(state__in=_FRESH) | again | abandoned,
        ~Exists(older),
        # Not by a join: SQLite would begin with the organisation and read all its records.
        Exists(_connected),
        destination=destination,
        state__in=UNSETTLED,  # said again in these words, so that the partial indexes serve
    )


def _with_urgent(destination: str) -> QuerySet[Delivery]:
    """Records in whose line something urgent waits: it lifts the whole line, for it cannot pass those ahead."""
    urgent = Delivery.objects.filter(destination=destination, lane=Lane.URGENT, state__in=UNSETTLED)
    return urgent.values("record")


def _locked(heads: QuerySet[Delivery], limit: int) -> dict[int, str]:
    """The keys of the first of them and their states, locked; what another relay has locked is skipped."""
    rows = heads.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
    return dict(rows.values_list("pk", "state")[:limit])


def _note_interrupted(taken: dict[int, str], now: datetime) -> None:
    DeliveryAttempt.objects.bulk_create(
        DeliveryAttempt(delivery_id=key, at=now, outcome=Outcome.INTERRUPTED, error_code="interrupted")
        for key, state in taken.items()
        if state == DeliveryState.SENDING
    )


def _loaded(keys: Collection[int], token: uuid.UUID) -> list[Delivery]:
    return list(
        Delivery.objects.filter(pk__in=keys, lease_token=token)
        .select_related("event", "record__organisation__onboarding", "record__item_version__item")
        .order_by("pk")
    )
