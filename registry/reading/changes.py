"""What changed since a place in the feed: each record once, as it may be read now, or that it is to be removed.

Whoever takes every step from the beginning holds exactly what may be read at the end: a record that changes while
they read gets a later number, and is told again.
"""

from __future__ import annotations

import base64
import binascii
import struct
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import F

from registry.prepared import Row
from registry.records import changes, kinds
from registry.records.kinds import Kind
from registry.records.models import Change, Hold, Record
from registry.records.visibility import Audience

_FORM = struct.Struct(">QQBH")
_ROW = ("record", "record__uid", "kind", "number", "first_number")


class Wrong(ValueError):
    """This is no place in the feed, or one of another feed; the message says what to do."""


class What(StrEnum):
    ADDED = "added"
    CHANGED = "changed"  # in place of what is held; anew where it had been removed
    REMOVED = "removed"  # ended, hidden, or no longer open: which of them is not told


@dataclass(frozen=True)
class Place:
    """How far somebody has read: everything up to `number`. Up to `begun` they need not hear of what was removed
    before they came. Kind and audience stay what they were: another feed has other places."""

    number: int
    begun: int
    audience: Audience
    kind: Kind | None

    def written(self) -> str:
        packed = _FORM.pack(self.number, self.begun, self.audience, self.kind.number if self.kind else 0)
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")


@dataclass(frozen=True)
class Told:
    """One step: the record as it may be read now, or None where it is to be removed."""

    number: int
    what: What
    uid: uuid.UUID
    kind: str
    record: Row | None = None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """Steps in their order, the place after them, and whether more are known already."""

    told: list[Told]
    place: Place
    more: bool


def beginning(audience: Audience, kind: Kind | None) -> Place:
    """The place of somebody who holds nothing yet."""
    changes.number()
    return Place(0, changes.last_number(), audience, kind)


def place(text: str, audience: Audience, kind: Kind | None) -> Place:
    """The place somebody was given before; raises Wrong."""
    try:
        number, begun, reader, kind_number = _FORM.unpack(base64.b64decode(text + "==", altchars="-_", validate=True))
    except (binascii.Error, struct.error, ValueError):
        raise Wrong("不是本接口给出的游标，请原样使用上一次返回的 cursor，或者不填，从头读取") from None
    if reader != audience or kind_number != (kind.number if kind else 0):
        raise Wrong("该游标是以另一身份或另一种类读取时给出的，请保持一致，或者不填，从头读取")
    if max(number, begun) > changes.last_number():
        raise Wrong("该游标超出现有变更，数据可能已从备份恢复，请不填此参数，从头读取")
    return Place(number, begun, audience, kind)


def after(place: Place, *, on: date, most: int, columns: Sequence[str]) -> Step:
    """At most so many steps after that place. `columns` are what is wanted of a record that may be read."""
    is_more_waiting = changes.number()
    last = changes.last_number()  # before the rows are read: what is numbered up to here cannot come later
    rows = _rows(place, up_to=last, most=most)
    shown = _shown(rows, place.audience, on=on, columns=columns)
    marks = _marks(shown)
    told = [_told(row, place, shown.get(row["record"]), marks) for row in rows]
    is_full = len(rows) == most
    reached = rows[-1]["number"] if is_full else max(last, place.number)
    return Step(
        told=[each for each in told if each.record is not None or each.number > place.begun],
        place=Place(reached, place.begun, place.audience, place.kind),
        more=is_full or is_more_waiting,
    )


def _rows(place: Place, *, up_to: int, most: int) -> list[dict[str, Any]]:
    # What an audience was never shown is no change for it: not even its number is told.
    told = Change.objects.filter(number__gt=place.number, number__lte=up_to, openness__lte=place.audience)
    if place.kind is not None:
        told = told.filter(kind=place.kind.code)
    return list(told.order_by("number").values(*_ROW)[:most])


def _shown(rows: Sequence[Row], audience: Audience, *, on: date, columns: Sequence[str]) -> dict[int, dict[str, Any]]:
    records = Record.objects.visible(to=audience, on=on).filter(pk__in=[row["record"] for row in rows])
    return {row["pk"]: row for row in records.filter(editions__edition=F("edition")).values(*columns)}


def _marks(shown: dict[int, dict[str, Any]]) -> dict[int, list[str]]:
    """The grounds on which the measures of these records rest now."""
    marks: dict[int, list[str]] = {}
    for hold in Hold.objects.filter(record__in=list(shown), closed_at=None).order_by("pk"):
        marks.setdefault(hold.record_id, []).append(f"{hold.get_ground_display()}中")
    return marks


def _told(row: Row, place: Place, record: Row | None, marks: dict[int, list[str]]) -> Told:
    number, uid, kind = row["number"], row["record__uid"], row["kind"]
    if record is None:
        return Told(number, What.REMOVED, uid, kind)
    what = What.ADDED if row["first_number"] > place.number else What.CHANGED
    return Told(number, what, uid, kind, record, tuple(marks.get(row["record"], ())))


def kind_of(code: str) -> Kind | None:
    """The kind of that code; None for all of them. Raises Wrong."""
    if code and not kinds.known(code):
        raise Wrong("没有这种记录，请查阅接口文档")
    return kinds.get(code) if code else None
