"""Who used a record: asked of everybody who keeps such a list, when the record turns out wrong or is repaired.

Known here is what outside systems acknowledged, what bodies copied from the feed of changes and what they did in joint
punishment: the measures they carried out, the checks that met the record. Rooms that report or hand out records register a source in their AppConfig.ready.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from measures.models import ApplicationState, CheckHit, MeasureApplication
from registry.reading import feed_readers
from registry.records.models import DeliveryState, Record, RecordEvent


@dataclass(frozen=True)
class Use:
    """One use of one edition of a record, by an organisation or over a channel (a destination of deliveries)."""

    what: str
    edition: int
    organisation: int | None = None
    channel: str = ""
    at: datetime | None = None
    measure: int | None = None  # that was carried out: undone where its body says that it is lifted


Source = Callable[[Record], Iterable[Use]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Have `source` asked who used a record."""
    if source not in _sources:
        _sources.append(source)


def uses_of(record: Record) -> list[Use]:
    """Every known use of the record, each organisation and channel with its own."""
    return [use for source in (acknowledged, copied, carried_out, checked, *_sources) for use in source(record)]


def acknowledged(record: Record) -> Iterator[Use]:
    """The outside systems that have taken the record in."""
    received = record.deliveries.filter(state=DeliveryState.ACKED).order_by("destination", "-seq")
    seen: set[str] = set()
    for delivery in received:
        if delivery.destination not in seen:
            seen.add(delivery.destination)
            yield Use("接收了该信息", delivery.edition, channel=delivery.destination, at=delivery.settled_at)


def copied(record: Record) -> Iterator[Use]:
    """The organisations that keep a copy by the feed of changes and were told of the record; each once."""
    readers = feed_readers.who_received(record).values_list("organisation").order_by()
    for organisation, at in readers.annotate(Max("read_at")):
        yield Use("从公开信息变更流读取", record.edition, organisation=organisation, at=at)


def carried_out(record: Record) -> Iterator[Use]:
    """The measures that bodies took because of the record, each by itself; on persons as well."""
    executed = MeasureApplication.objects.filter(record=record, state=ApplicationState.EXECUTED)
    editions = dict(RecordEvent.objects.filter(record=record).values_list("seq", "edition"))
    for one in executed.select_related("measure", "person").order_by("pk"):
        whom = f"，对{one.target}" if one.person is not None else ""
        yield Use(
            f"执行了{one.measure}{whom}"[:200], editions.get(one.seq, record.edition), organisation=one.organisation_id,
            at=one.fed_back_at, measure=one.pk,
        )  # fmt: skip


def checked(record: Record) -> Iterator[Use]:
    """The bodies whose joint checks met the record; each once, with its latest."""
    asked = CheckHit.objects.filter(record=record).values_list("joint_check__organisation").order_by()
    for body, edition, at in asked.annotate(Max("edition"), Max("joint_check__asked_at")):
        yield Use("联合奖惩查询", edition, organisation=body, at=at)
