"""对账: is what the platform holds what we were given receipts for?

A line is `key|version|state|sha256`. Keys are random, so their first two digits divide them into 256 buckets;
only the buckets whose digests differ are fetched. A record with something on its way is left out.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from django.db.models import QuerySet

from exchange import envelope
from exchange.destination import PROVINCE
from exchange.province import Answer, NoAnswer, Province
from registry import clock
from registry.models import Delivery, Record
from registry.records.models import DeliveryState
from registry.records.models.deliveries import UNSETTLED
from registry.records.statuses import Operation

BUCKETS = tuple(f"{number:02x}" for number in range(256))
_NOTHING = envelope.digest_of([])  # a bucket that is empty may be left out
_LINE = re.compile(r"([0-9a-f]{32})\|([0-9]{1,9})\|(W?[0-9])\|([0-9a-f]{64})")


class Difference(Enum):
    MISSING = "省平台缺少"
    EXTRA = "省平台多出"
    OLDER = "省平台版本较旧"
    NEWER = "省平台版本较新"
    STATE = "状态不一致"
    HASH = "内容摘要不一致"


@dataclass(frozen=True)
class Line:
    """What one side holds of one record; `state` begins with W where it was withdrawn."""

    key: str
    version: int
    state: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.key}|{self.version}|{self.state}|{self.sha256}"


@dataclass(frozen=True)
class Found:
    difference: Difference
    key: str
    ours: int | None  # versions
    theirs: int | None


def reconcile(platform: Province, *, since: date | None = None) -> Iterator[Found]:
    """Every difference, bucket by bucket; raises NoAnswer or Untrusted.

    With `since`, differences about records of ours published before that day are left out.
    """
    digests = _digests(platform)
    for bucket in BUCKETS:
        ours = _ours(bucket)
        if digests.get(bucket, _NOTHING) == envelope.digest_of(map(str, ours.values())):
            continue
        found = _still(bucket, ours, _compare(ours, _theirs(platform, bucket)))
        old = _published_before(since, found) if since else set()
        yield from (one for one in found if one.key not in old)


def _compare(ours: Mapping[str, Line], theirs: Mapping[str, Line]) -> list[Found]:
    found = []
    for key in sorted(ours.keys() | theirs.keys()):
        mine, held = ours.get(key), theirs.get(key)
        if difference := _difference(mine, held):
            found.append(Found(difference, key, mine and mine.version, held and held.version))
    return found


def _still(bucket: str, ours: Mapping[str, Line], found: list[Found]) -> list[Found]:
    """Without records that have something on its way, or had while we were asking."""
    if not found:
        return found
    underway = _underway(bucket)  # first: what settles in between shows in the lines
    now = _ours(bucket)
    return [one for one in found if one.key not in underway and now.get(one.key) == ours.get(one.key)]


def _difference(mine: Line | None, held: Line | None) -> Difference | None:
    if mine is None or held is None:
        return Difference.EXTRA if mine is None else Difference.MISSING
    if mine.version != held.version:
        return Difference.OLDER if held.version < mine.version else Difference.NEWER
    if mine.state != held.state:
        return Difference.STATE
    return None if mine.sha256 == held.sha256 else Difference.HASH


def _ours(bucket: str) -> dict[str, Line]:
    """What we have receipts for, by key: the last version of each."""
    acknowledged = (
        _deliveries(bucket)
        .filter(state=DeliveryState.ACKED)
        .order_by("record_id", "seq")
        .values_list("record__uid", "seq", "operation", "state_code", "payload_sha256")
    )
    return {
        uid.hex: Line(uid.hex, seq, state_of(operation, state), sha256)
        for uid, seq, operation, state, sha256 in acknowledged.iterator()
    }


def _underway(bucket: str) -> set[str]:
    unsettled = _deliveries(bucket).filter(state__in=UNSETTLED)
    return {uid.hex for uid in unsettled.values_list("record__uid", flat=True)}


def _deliveries(bucket: str) -> QuerySet[Delivery]:
    first, last = uuid.UUID(bucket + "0" * 30), uuid.UUID(bucket + "f" * 30)
    return Delivery.objects.filter(record__uid__gte=first, record__uid__lte=last, destination=PROVINCE)


def state_of(operation: str, state: int) -> str:
    return f"W{state}" if operation == Operation.WITHDRAW else str(state)


def _digests(platform: Province) -> dict[str, str]:
    buckets = _object(platform.digests()).get("buckets")
    if not isinstance(buckets, dict):
        raise NoAnswer("unreadable", "省平台的对账回复无法识别")
    return buckets


def _theirs(platform: Province, bucket: str) -> dict[str, Line]:
    lines = _object(platform.digests(bucket)).get("lines")
    matches = [_LINE.fullmatch(line) if isinstance(line, str) else None for line in lines or []]
    if not isinstance(lines, list) or not all(matches):
        raise NoAnswer("unreadable", "省平台的对账回复无法识别")
    return {match[1]: Line(match[1], int(match[2]), match[3], match[4]) for match in matches if match}


def _object(answer: Answer) -> dict[str, Any]:
    try:
        reply = json.loads(answer.body) if answer.status == 200 else None
    except (ValueError, RecursionError):
        reply = None
    if not isinstance(reply, dict):
        raise NoAnswer(str(answer.status), f"省平台未能提供对账数据（状态{answer.status}）")
    return reply


def _published_before(day: date, found: Iterable[Found]) -> set[str]:
    keys = [uuid.UUID(one.key) for one in found]
    records = Record.objects.filter(uid__in=keys, published_at__isnull=False)
    return {uid.hex for uid, at in records.values_list("uid", "published_at") if clock.day_of(at) < day}
