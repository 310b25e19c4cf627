"""How often something may be tried: counted in the database, exactly, whatever the cache is doing.

The key is a keyed digest: neither an address nor a number can be read from it, and the row goes when its time is over.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

from django.conf import settings
from django.db import DatabaseError
from django.db.models import F

from objections.models import Allowance

WINDOW = 600  # seconds


class Exhausted(Exception):
    """Too many tries; `wait` says for how many seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__("操作过于频繁，请稍后再试")
        self.wait = wait


def spend(purpose: str, whose: str, limit: int) -> None:
    """Take one try of that purpose; raises Exhausted beyond the limit.

    Must be called outside the transaction of what it guards: a try that was rolled back was a try. When the count
    cannot be kept, nothing is allowed that depends on it.
    """
    key, window = _key(purpose, whose), int(time.time()) // WINDOW
    try:
        granted = _take(key, window, limit) or _begin(key, window, limit)
    except DatabaseError:
        raise Exhausted(WINDOW) from None
    if not granted:
        raise Exhausted(max(1, int((window + 1) * WINDOW - time.time())))


def _take(key: str, window: int, limit: int) -> int:
    """One try of a span that has begun; the condition and the count are one statement, so nobody gets one too many."""
    return Allowance.objects.filter(key=key, window=window, taken__lt=limit).update(taken=F("taken") + 1)


def _begin(key: str, window: int, limit: int) -> int:
    until = datetime.fromtimestamp((window + 1) * WINDOW, UTC)
    Allowance.objects.bulk_create([Allowance(key=key, window=window, until=until)], ignore_conflicts=True)
    return _take(key, window, limit)


def spent(purpose: str, whose: str) -> int:
    """How many tries have been taken in this span of time."""
    row = Allowance.objects.filter(key=_key(purpose, whose), window=int(time.time()) // WINDOW).first()
    return row.taken if row else 0


def household(address: str | None) -> str:
    """Whose tries are counted together: an IPv6 client has 2**64 addresses to change between."""
    if not address or ":" not in address:
        return address or ""
    try:
        return str(ip_network(f"{address.partition('%')[0]}/64", strict=False))
    except ValueError:
        return ""


def clear(*, before: datetime) -> int:
    """Forget what is over; nothing of an address outlives its span of time (S3.7.3)."""
    count, _ = Allowance.objects.filter(until__lt=before - timedelta(seconds=WINDOW)).delete()
    return count


def _key(purpose: str, whose: str) -> str:
    text = f"{purpose}:{whose}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), b"budget:" + text, hashlib.sha256).hexdigest()
