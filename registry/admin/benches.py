"""What other rooms put on the work-bench of a person, beside the records that wait; each registers its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.directory.staff import User


@dataclass(frozen=True)
class Bench:
    """A part of the first page; `context` answers None for whom it is not."""

    template: str
    context: Callable[[User, date], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Shown:
    """A part with what it says to this person."""

    template: str
    said: Mapping[str, Any]


_benches: list[Bench] = []


def register(bench: Bench) -> None:
    """Have the part shown to whom it is for."""
    if bench not in _benches:
        _benches.append(bench)


def of(user: User, *, on: date) -> list[Shown]:
    """The parts that say something to this person on that day."""
    asked = ((bench, bench.context(user, on)) for bench in _benches)
    return [Shown(bench.template, said) for bench, said in asked if said is not None]
