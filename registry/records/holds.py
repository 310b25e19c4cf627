"""Opening and closing the grounds on which a record's measures rest; each is an event the province hears of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from registry.directory.staff import User
from registry.records import changes, outbox
from registry.records.models import Hold, Record, RecordEvent
from registry.records.models.holds import HoldGround
from registry.records.statuses import LIVE, Action, Operation, StateCode
from registry.records.workflow import MoveRefused, lock_one

_after_release: list[Callable[[Record, Hold], None]] = []


def after_release(act: Callable[[Record, Hold], None]) -> None:
    """Have this done, in the same transaction, when the last ground goes and the record still lives."""
    if act not in _after_release:
        _after_release.append(act)


@transaction.atomic
def open_hold(record: Record, ground: HoldGround, *, by: User, at: datetime, reason: str = "") -> Hold:
    """Rest the record's measures from this instant; raises MoveRefused if they already rest on that ground."""
    record = lock_one(record)
    if record.status not in LIVE:
        raise MoveRefused(f"{record.get_status_display()}的记录没有可暂停的措施")
    if record.holds.filter(ground=ground, closed_at=None).exists():
        raise MoveRefused(f"已因“{HoldGround(ground).label}”暂停执行")
    hold = Hold.objects.create(record=record, ground=ground, opened_by=by, opened_at=at)
    _tell(record, Action.HOLD, StateCode.DISPUTED, by=by, at=at, reason=reason)
    return hold


@transaction.atomic
def close_hold(hold: Hold, *, by: User, at: datetime, reason: str = "") -> Hold:
    """Take the ground away; the measures bite again when no other is left and the record still lives."""
    record = lock_one(hold.record)
    hold = Hold.objects.select_for_update().get(pk=hold.pk)
    if hold.closed_at is not None:
        raise MoveRefused("该暂停已经结束")
    hold.closed_by, hold.closed_at = by, at
    hold.save()
    if record.status in LIVE:
        still_held = record.holds.filter(closed_at=None).exists()
        state = StateCode.DISPUTED if still_held else StateCode.NORMAL
        _tell(record, Action.RELEASE, state, by=by, at=at, reason=reason)
        if not still_held:
            for act in _after_release:
                act(record, hold)
    return hold


def _tell(record: Record, action: Action, state: StateCode, *, by: User, at: datetime, reason: str) -> None:
    record.seq += 1
    record.save(update_fields=["seq"])
    event = RecordEvent.objects.create(
        record=record,
        seq=record.seq,
        action=action,
        from_status=record.status,
        to_status=record.status,
        edition=record.edition,
        by=by,
        at=at,
        reason=reason,
    )
    changes.note([event])
    outbox.promise([event], Operation.UPDATE, state)
