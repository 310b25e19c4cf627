"""Writing down the ends that follow from the date; what is shown has long obeyed them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice

from registry.records.models import Record
from registry.records.statuses import Action
from registry.records.workflow import move_many

BATCH = 500


def expire(*, on: date, at: datetime) -> int:
    """Move every record whose term was over before that day to its end; returns how many. Repeats are harmless."""
    return sum(len(move_many(batch, Action.EXPIRE, by=None, at=at).events) for batch in _lapsed(on))


def _lapsed(on: date) -> Iterator[list[Record]]:
    # By key, not by "the first 500 again": a record that somebody was faster with must not be met for ever.
    last = 0
    while batch := list(islice(Record.objects.lapsed(on=on).filter(pk__gt=last).order_by("pk"), BATCH)):
        yield batch
        last = batch[-1].pk
