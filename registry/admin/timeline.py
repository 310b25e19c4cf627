"""What happened to a record, in one line of time: its events, and what the audit log tells besides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from registry.admin import words
from registry.audit.models import AuditLog
from registry.directory.staff import User
from registry.records.fields import Specification
from registry.records.models import Record
from registry.records.statuses import Action

# A step that succeeded stands in the log as well, for its address; its event tells more.
_ECHOES = {f"record.{action.value}" for action in Action}
LONGEST = 200


@dataclass(frozen=True)
class Change:
    """A field with what it said before and says now; document numbers come masked."""

    label: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Entry:
    """One act on the record."""

    at: datetime
    by: User | None
    what: str
    succeeded: bool
    reason: str
    changes: tuple[Change, ...]
    seq: int | None = None


def of(record: Record) -> list[Entry]:
    """The record's acts, the latest first (two queries, however many)."""
    spec = record.specification
    entries = [*_events(record, spec), *_log_lines(record, spec)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:LONGEST]


def _events(record: Record, spec: Specification) -> Iterable[Entry]:
    for event in record.events.select_related("by").order_by("-seq")[:LONGEST]:
        yield Entry(
            at=event.at,
            by=event.by,
            what=event.get_action_display(),
            succeeded=True,
            reason=event.reason,
            changes=changes(spec, event.changes),
            seq=event.seq,
        )


def _log_lines(record: Record, spec: Specification) -> Iterable[Entry]:
    lines = AuditLog.objects.filter(object_type=record._meta.label_lower, object_key=str(record.pk))
    for line in lines.select_related("by")[:LONGEST]:
        if line.succeeded and line.action in _ECHOES:
            continue
        said = line.detail
        yield Entry(
            at=line.at,
            by=line.by,
            what=words.act(line.action),
            succeeded=line.succeeded,
            reason=str(said.get("reason", "")),
            changes=changes(spec, said.get("changes", {})),
        )


def of_row(row: Model) -> list[Entry]:
    """The acts on a row that is no record, as the audit log tells them, the latest first."""
    lines = AuditLog.objects.filter(object_type=row._meta.label_lower, object_key=str(row.pk))
    return [
        Entry(
            at=line.at,
            by=line.by,
            what=words.act(line.action),
            succeeded=line.succeeded,
            reason=str(line.detail.get("reason", "")),
            changes=tuple(_changes_of(row, line.detail)),
        )
        for line in lines.select_related("by")[:LONGEST]
    ]


def _changes_of(row: Model, said: Mapping[str, Any]) -> Iterable[Change]:
    names = {field.name: str(field.verbose_name) for field in row._meta.fields}
    parts = [part for part in said.get("message") or () if isinstance(part, dict)]
    values = {name: pair for part in parts for name, pair in part.get("values", {}).items()} | said.get("changes", {})
    return (Change(names.get(name, name), _readable(old), _readable(new)) for name, (old, new) in values.items())


def _readable(value: Any) -> Any:
    match value:
        case True | False:
            return "是" if value else "否"
        case list():
            return "、".join(map(str, value))
        case "":
            return None
        case _:
            return value


def changes(spec: Specification, values: Mapping[str, Any]) -> tuple[Change, ...]:
    """{field: [old, new]} with the labels people know."""
    return tuple(Change(_label(spec, name), old, new) for name, (old, new) in values.items())


def _label(spec: Specification, name: str) -> str:
    return spec[name].label if name in spec else name
