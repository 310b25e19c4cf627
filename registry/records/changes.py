"""Writing down that what is shown of records may have changed, and numbering that once it is committed.

The note is made in the transaction of the event. Its number is given by whoever reads the feed next, who locks the
series until its own commit: so numbers become visible in the order they have, and a reader who has seen one will
never find a smaller one new. A record that changes again loses its number and gets a later one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import transaction

from registry.records import numbers
from registry.records.models import Change, NumberSeries, Record, RecordEvent
from registry.records.statuses import NOT_YET_PUBLIC

SERIES = "公开变更"
MOST_AT_ONCE = 5_000  # numbered for one reader; who reads on gets the others numbered


def note(events: Sequence[RecordEvent]) -> None:
    """Have the feed tell of these records anew; what was never published is nobody's change."""
    published = [event.record for event in events if event.edition]
    if not published:
        return
    Change.objects.bulk_create(
        [Change(record=record, kind=record.kind, openness=record.openness) for record in published],
        update_conflicts=True,
        unique_fields=["record"],
        update_fields=["number"],
        batch_size=500,
    )
    for openness in {record.openness for record in published}:
        alike = [record.pk for record in published if record.openness == openness]
        Change.objects.filter(record__in=alike, openness__gt=openness).update(openness=openness)


def number() -> bool:
    """Number what waits, as far as nobody is changing it this moment; says whether more may be waiting."""
    if not Change.objects.filter(number=None).exists():
        return False
    with transaction.atomic():
        waiting = list(
            Change.objects.select_for_update(skip_locked=True).filter(number=None).order_by("record")[:MOST_AT_ONCE]
        )
        for change, given in zip(waiting, numbers.take(SERIES, count=len(waiting)), strict=True):
            change.number = given
            change.first_number = change.first_number or given
        Change.objects.bulk_create(
            waiting,
            update_conflicts=True,
            unique_fields=["record"],
            update_fields=["number", "first_number"],
            batch_size=500,
        )
    return len(waiting) == MOST_AT_ONCE


def last_number() -> int:
    """The last number given; everything up to it is committed."""
    return NumberSeries.objects.filter(prefix=SERIES).values_list("last", flat=True).first() or 0


def unnoted() -> Iterator[str]:
    """What was ever published stands in the feed."""
    shown = Record.objects.exclude(status__in=NOT_YET_PUBLIC).filter(change=None)
    for uid in shown.values_list("uid", flat=True).iterator():
        yield f"变更流中没有：{uid}"
