"""I1: nobody is shown as a model of honesty while a listing speaks against it, nor was confirmed during one."""

from __future__ import annotations

from collections.abc import Iterator

from registry import clock
from registry.models import Record, RecordEvent
from registry.records.statuses import LIVE, Action, Status
from registry.records.visibility import weighing


def never_red_and_black() -> Iterator[str]:
    """Honours shown beside a live listing, and honours confirmed while one was in force."""
    today = clock.today()
    for record in Record.objects.public(on=today, of=("redlist",)).select_related("subject").iterator():
        if weighing(record, on=today).exists():
            yield f"红名单与黑名单同时展示：{record.uid}"
    yield from _confirmed_during_a_listing()


def _confirmed_during_a_listing() -> Iterator[str]:
    confirmed = RecordEvent.objects.filter(record__kind="redlist", action=Action.PUBLISH).select_related(
        "record__subject"
    )
    for event in confirmed.iterator():
        listed = RecordEvent.objects.filter(
            record__kind__in=event.record.the_kind.yields_to,
            record__subject=event.record.subject_id,
            action=Action.LIST,
            at__lt=event.at,
        ).exclude(record__status=Status.REVOKED)
        for one in listed.select_related("record"):
            ended = one.record.events.filter(seq__gt=one.seq).exclude(to_status__in=LIVE).order_by("seq").first()
            if ended is None or ended.at > event.at:
                yield f"列入黑名单期间认定为诚信典型：{event.record.uid}（{one.record.number}）"
