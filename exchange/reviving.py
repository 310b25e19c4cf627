"""Putting back into the queue what was given up or turned down, once its cause is gone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from exchange.models import DeliveryAttempt, Outcome
from registry.audit import log
from registry.directory.staff import User
from registry.models import Delivery
from registry.records.models import DeliveryState

REVIVABLE = (DeliveryState.DEAD, DeliveryState.BOUNCED)


@transaction.atomic
def revive(deliveries: Iterable[Delivery], *, by: User | None, at: datetime) -> int:
    """Have these sent again; returns how many could be. One that has been overtaken will be found stale."""
    keys = [delivery.pk for delivery in deliveries]
    ended = Delivery.objects.select_for_update().filter(pk__in=keys, state__in=REVIVABLE)
    revived = list(ended.values_list("pk", flat=True))
    Delivery.objects.filter(pk__in=revived).update(
        state=DeliveryState.PENDING, attempts=0, next_try_at=at, settled_at=None, error_code="", error=""
    )
    DeliveryAttempt.objects.bulk_create(
        DeliveryAttempt(delivery_id=key, at=at, outcome=Outcome.REVIVED) for key in revived
    )
    if revived:
        log.write("exchange.revive", by=by, at=at, deliveries=revived)
    return len(revived)
