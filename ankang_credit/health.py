"""Is the process alive, and can it do its work? For load balancers, containers and operators; no secrets.

Only a missing database takes a machine out of service: without Redis everything goes on, more slowly, and a
platform that does not answer leaves its queue behind; both are reported as degraded.
"""

from __future__ import annotations

from datetime import timedelta

from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, JsonResponse

from exchange.status import waiting

OK, DEGRADED, FAILED = "ok", "degraded", "failed"
LONGEST_QUEUE_AGE = timedelta(minutes=15)
NOT_KEPT = {"Cache-Control": "no-store"}


def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers. Asks nobody else: a dead database must not get healthy processes killed."""
    return JsonResponse({"status": OK}, headers=NOT_KEPT)


def readyz(request: HttpRequest) -> JsonResponse:
    checks = {"database": _database(), "cache": _cache()}
    if checks["database"] == OK:
        checks["queue"] = _queue()
    status = next((state for state in (FAILED, DEGRADED) if state in checks.values()), OK)
    answer = {"status": status, "checks": checks}
    return JsonResponse(answer, status=503 if status == FAILED else 200, headers=NOT_KEPT)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return FAILED
    return OK


def _cache() -> str:
    cache.set("readyz", 1, timeout=10)
    # The resilient cache never fails; it says when it answers out of its own memory.
    return DEGRADED if getattr(cache, "resting", False) or cache.get("readyz") != 1 else OK


def _queue() -> str:
    """Degraded while something has waited too long to be sent, or the tables are not there yet."""
    try:
        seconds = waiting()["oldest_age_seconds"]
    except (DatabaseError, InterfaceError):
        return DEGRADED
    return DEGRADED if seconds is not None and seconds > LONGEST_QUEUE_AGE.total_seconds() else OK
