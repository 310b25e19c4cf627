"""Who used a record: asked of everybody who keeps such a list, when the record turns out wrong or is repaired.

Rooms that check, execute, report or hand out records register a source in their AppConfig.ready; the registry's
own is what outside systems acknowledged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from registry.records.models import DeliveryState, Record


@dataclass(frozen=True)
class Use:
    """One use of one edition of a record, by an organisation or over a channel (a destination of deliveries)."""

    what: str
    edition: int
    organisation: int | None = None
    channel: str = ""
    at: datetime | None = None


Source = Callable[[Record], Iterable[Use]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Have `source` asked who used a record."""
    if source not in _sources:
        _sources.append(source)


def uses_of(record: Record) -> list[Use]:
    """Every known use of the record, each organisation and channel with its own."""
    return [use for source in (acknowledged, *_sources) for use in source(record)]


def acknowledged(record: Record) -> Iterator[Use]:
    """The outside systems that have taken the record in."""
    received = record.deliveries.filter(state=DeliveryState.ACKED).order_by("destination", "-seq")
    seen: set[str] = set()
    for delivery in received:
        if delivery.destination not in seen:
            seen.add(delivery.destination)
            yield Use("接收了该信息", delivery.edition, channel=delivery.destination, at=delivery.settled_at)
