"""Whose turn it is with a batch: a worker holds a lease, renews it as it goes on, and loses it when it is killed.

The step a batch is in is a row of the database; a task only says "look at it". So it does not matter how often a
task is sent, or that a broker forgets it: the sweep finds whatever has no worker.
"""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from registry.directory.organisations import Organisation
from registry.intake.models import AT_WORK, BatchState, ImportBatch

LEASE = timedelta(seconds=60)  # a worker renews it every few seconds; storing 200,000 rows takes less
RENEWED_AFTER = 1.0  # seconds; every row stored refers to the batch and walks past all that it has been meanwhile
MOST_ATTEMPTS = 3
_PAUSE = timedelta(seconds=10)  # before what failed is tried again

# Where a batch goes back to when its step has failed too often.
_BACK = {
    BatchState.CHECKING: BatchState.REFUSED,
    BatchState.COMMITTING: BatchState.CHECKED,
    BatchState.MOVING: BatchState.COMMITTED,
    BatchState.UNDOING: BatchState.COMMITTED,
}
GIVEN_UP = "处理多次中断，已停止；请稍后再试，仍不成功请联系系统管理员"


class LeaseLost(Exception):
    """Another worker has taken over, or somebody has decided otherwise: stop and leave everything as it is."""


def due(*, now: datetime) -> Sequence[int]:
    """The keys of batches whose step nobody is carrying out."""
    return list(_free(now).order_by("pk").values_list("pk", flat=True)[:100])


def claim(key: int, *, now: datetime) -> ImportBatch | None:
    """Take the batch; None where there is nothing to do, somebody is at it, or its body's other file comes first."""
    with transaction.atomic(durable=True):
        batch = _free(now).filter(pk=key).select_for_update(skip_locked=True, of=("self",)).first()
        if batch is None:
            return None
        if batch.attempts >= MOST_ATTEMPTS:
            _give_up(batch)
            return None
        if batch.state == BatchState.COMMITTING and _another_is_stored(batch, now):
            return None
        batch.attempts += 1
        batch.lease_token, batch.lease_until = uuid.uuid4(), now + LEASE
        batch.save(update_fields=["attempts", "lease_token", "lease_until"])
    return ImportBatch.objects.select_related("organisation", "item_version__item", "uploaded_by", "asked_by").get(
        pk=key
    )


def renew(batch: ImportBatch, *, now: datetime, **progress: Any) -> None:
    """Go on, and say how far; raises LeaseLost."""
    mine = ImportBatch.objects.filter(pk=batch.pk, lease_token=batch.lease_token)
    if not mine.update(lease_until=now + LEASE, **progress):
        raise LeaseLost


class Renewal:
    """Renews a lease again and again, as often as makes sense however often it is asked to."""

    def __init__(self, batch: ImportBatch) -> None:
        self._batch = batch
        self._last = -math.inf

    def __call__(self, *, now: datetime, **progress: Any) -> None:
        """As `renew`, unless that was done a moment ago."""
        if (moment := time.monotonic()) - self._last >= RENEWED_AFTER:
            renew(self._batch, now=now, **progress)
            self._last = moment


def keep(batch: ImportBatch) -> None:
    """Let nobody claim the batch before the transaction ends, while it can still be renewed from elsewhere; raises
    LeaseLost. PostgreSQL only, in a transaction."""
    table, mine = ImportBatch._meta.db_table, [batch.pk, batch.lease_token]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {table} WHERE id = %s AND lease_token = %s FOR KEY SHARE", mine)
        if cursor.fetchone() is None:
            raise LeaseLost


def hold(batch: ImportBatch) -> None:
    """Lock the batch for the rest of the transaction; raises LeaseLost. What follows is carried out once."""
    mine = ImportBatch.objects.select_for_update().filter(pk=batch.pk, lease_token=batch.lease_token)
    if not mine.values_list("pk"):
        raise LeaseLost


def finish(batch: ImportBatch, state: BatchState, **changes: Any) -> None:
    """The step is done: the batch is somebody else's turn. Inside the transaction that `hold` has opened."""
    values = {**changes, "state": state, "attempts": 0, "lease_token": None, "lease_until": None}
    for name, value in values.items():
        setattr(batch, name, value)
    batch.save(update_fields=list(values))


def release(batch: ImportBatch, *, now: datetime) -> None:
    """The step has failed: let it be tried again in a while."""
    ImportBatch.objects.filter(pk=batch.pk, lease_token=batch.lease_token).update(
        lease_token=None, lease_until=now + _PAUSE * batch.attempts
    )


def _free(now: datetime) -> QuerySet[ImportBatch]:
    return ImportBatch.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now), state__in=AT_WORK)


def _give_up(batch: ImportBatch) -> None:
    finish(batch, _BACK[BatchState(batch.state)], refusal=GIVEN_UP)


def _another_is_stored(batch: ImportBatch, now: datetime) -> bool:
    """Whether another file of the body is being stored: two with the same rows would wait for each other's keys."""
    Organisation.objects.select_for_update(no_key=True).get(pk=batch.organisation_id)
    others = ImportBatch.objects.filter(
        organisation=batch.organisation_id, state=BatchState.COMMITTING, lease_until__gte=now
    )
    return others.exclude(pk=batch.pk).exists()
