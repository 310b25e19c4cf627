"""What stands beside a record for staff. Each room registers its own panels, as kinds announce themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.records.models import Record


@dataclass(frozen=True)
class Panel:
    """A titled part of the record page; `context` answers None where it has nothing to say."""

    title: str
    template: str
    context: Callable[[Record, date], Mapping[str, Any] | None]
    place: int = 50  # panels with a lower number come first


@dataclass(frozen=True)
class Shown:
    """A panel with what it says of one record."""

    title: str
    template: str
    said: Mapping[str, Any]


_panels: list[Panel] = []


def register(panel: Panel) -> None:
    """Have the panel shown on every record page."""
    if panel not in _panels:
        _panels.append(panel)
        _panels.sort(key=lambda each: each.place)


def of(record: Record, *, on: date) -> list[Shown]:
    """The panels that say something of this record on that day."""
    asked = ((panel, panel.context(record, on)) for panel in _panels)
    return [Shown(panel.title, panel.template, said) for panel, said in asked if said is not None]
