"""A record as anybody may read it: what it says now, and what happened to it in public: a few short statements."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import F, Model, QuerySet

from registry.directory import organisations
from registry.directory.catalogue import Nature
from registry.directory.subjects import Subject
from registry.prepared import Prepared, Row, instance
from registry.records import kinds
from registry.records.models import Record, RecordEvent
from registry.records.statuses import Action

# What anybody may know of a record's life; who did it, and for what reason, stays with the departments. An entry
# that was hidden by another and came back does not tell so (信用主体权益保护).
TOLD = {
    Action.PUBLISH: "公示",
    Action.LIST: "列入并公示",
    Action.CORRECT: "更正",
    Action.HOLD: "进入核实，措施暂停执行",
    Action.RELEASE: "核实结束",
}
_NEW_EDITION = (Action.PUBLISH, Action.LIST, Action.CORRECT)


@dataclass(frozen=True)
class Told:
    """One act of a record's public life."""

    action: Action
    edition: int
    at: datetime
    changed: tuple[str, ...]  # names of the fields a correction touched

    @property
    def label(self) -> str:
        return TOLD[self.action]


@dataclass(frozen=True)
class Published:
    """A record that is public today, with its subject and organisation, what it says and what is told of it."""

    record: Record
    data: Mapping[str, Any]
    told: tuple[Told, ...]

    @property
    def editions(self) -> list[Told]:
        """The acts that gave it new contents, the latest first."""
        return [act for act in reversed(self.told) if act.action in _NEW_EDITION]

    @property
    def marks(self) -> list[str]:
        """The grounds on which its measures rest now; asked only of a record that was ever held."""
        if not any(act.action is Action.HOLD for act in self.told):
            return []
        return [f"{hold.get_ground_display()}中" for hold in self.record.holds.filter(closed_at=None)]


def published(uid: uuid.UUID, *, on: date) -> Published | None:
    """The record of that address if anybody may read it on that day."""
    row = _row_of(uid, on)
    if row is None:
        return None
    record = instance(Record, row)
    record.subject = instance(Subject, row, _SUBJECT)
    record.organisation = organisations.by_key([record.organisation_id])[record.organisation_id]
    told = tuple(_told(event) for event in _events.ask(record=record.pk))
    if record.the_kind.nature is Nature.ADVERSE:  # whether it can be repaired follows from its own row
        (detail,) = _row_of_its_own(record.the_kind.detail).ask(record=record.pk)
        setattr(record, record.the_kind.detail_name, instance(record.the_kind.detail, detail))
    return Published(record, row[_DATA], told)


def _row_of(uid: uuid.UUID, on: date) -> Row | None:
    """The record's row; what another of its subject may hide is asked for only after all else."""
    found = _shown.ask(uid=uid, on=on)
    if not found and kinds.yielding():
        found = _contested.ask(uid=uid, on=on)
    return found[0] if found else None


def _in_full(shown: QuerySet, uid: uuid.UUID) -> QuerySet:
    """The record with its subject and what its edition of today says, in one row."""
    of_subject = [f"{_SUBJECT}{name}" for name in _columns(Subject)]
    return shown.filter(uid=uid, editions__edition=F("edition")).values(*_columns(Record), *of_subject, _DATA)


_SUBJECT, _DATA = "subject__", "editions__data"
_shown = Prepared(lambda uid, on: _in_full(Record.objects.public(on=on, of=kinds.standing()), uid), by_key=True)
_contested = Prepared(lambda uid, on: _in_full(Record.objects.public(on=on, of=kinds.yielding()), uid), by_key=True)
_events = Prepared(
    lambda record: (
        RecordEvent.objects.filter(record=record, action__in=list(TOLD))
        .order_by("seq")
        .values("action", "edition", "at", "changes")
    ),
    by_key=True,
)


@lru_cache(maxsize=32)
def _row_of_its_own(detail: type[Model]) -> Prepared:
    return Prepared(lambda record: detail._default_manager.filter(record=record).values(*_columns(detail)), by_key=True)


def _columns(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def _told(event: Row) -> Told:
    return Told(Action(event["action"]), event["edition"], event["at"], tuple(event["changes"]))
