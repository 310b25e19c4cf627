"""What other rooms put beside a record or a subject for the public; each registers its parts, as kinds announce themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from registry.directory.subjects import Subject
from registry.records.models import Record

About = TypeVar("About")


@dataclass(frozen=True)
class Part(Generic[About]):
    """A part of the page; `context` answers None where it has nothing to say."""

    template: str
    context: Callable[[About, date], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Shown:
    """A part with what it says."""

    template: str
    said: Mapping[str, Any]


@dataclass(frozen=True)
class LineAct:
    """What may be done about each single line of a record: the words, and the address the name of its field is added to."""

    label: str
    url: str


_records: list[Part[Record]] = []
_subjects: list[Part[Subject]] = []
_lines: list[Callable[[Record], LineAct | None]] = []


def on_records(part: Part[Record]) -> None:
    """Have the part shown on the page of every record."""
    if part not in _records:
        _records.append(part)


def on_subjects(part: Part[Subject]) -> None:
    """Have the part shown on the page of every subject."""
    if part not in _subjects:
        _subjects.append(part)


def on_lines(act: Callable[[Record], LineAct | None]) -> None:
    """Have the act offered beside each line of a record."""
    if act not in _lines:
        _lines.append(act)


def of_record(record: Record, *, on: date) -> list[Shown]:
    return _shown(_records, record, on)


def of_subject(subject: Subject, *, on: date) -> list[Shown]:
    return _shown(_subjects, subject, on)


def line_act(record: Record) -> LineAct | None:
    """The first act anybody offers."""
    return next(filter(None, (act(record) for act in _lines)), None)


def _shown(parts: list[Part[About]], about: About, on: date) -> list[Shown]:
    asked = ((part, part.context(about, on)) for part in parts)
    return [Shown(part.template, said) for part, said in asked if said is not None]
