"""The access log of every server, gunicorn and waitress alike: one line per request, not saying what for.

Addresses of this site carry codes of subjects and uids of records, and query strings carry names. The line
says the route (`subjects/<code>/`), never the address.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from ankang_credit import logs, metrics

logger = logging.getLogger("ankang_credit.access")

# In an address that no route knows, only words are shown; everything else may be somebody's number.
NOT_A_WORD = re.compile(r"[^/]*[^a-z/._-][^/]*")
LONGEST_UNKNOWN_ADDRESS = 80
KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class AccessLogMiddleware:
    """Number the request, and write down how it ended."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Always our own number: a visitor's could carry anything into the log.
        number = secrets.token_hex(8)
        token = logs.request_id.set(number)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = number
            _write(request, response, time.perf_counter() - started)
            return response
        finally:
            logs.request_id.reset(token)


class RouteFilter(logging.Filter):
    """Says the route in Django's own lines about a request, too ("Service Unavailable: /subjects/…")."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            record.args = tuple(_said(request) if arg == request.path else arg for arg in record.args)
        return True


def _said(request: HttpRequest) -> str:
    return request.resolver_match.route if request.resolver_match else shown(request.path_info)


def _write(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    method = request.method if request.method in KNOWN_METHODS else "OTHER"
    route = request.resolver_match.route if request.resolver_match else "-"
    metrics.count(method=method, route=route, status=response.status_code, seconds=seconds)
    logger.info(
        "%s %s %d",
        method,
        _said(request),
        response.status_code,
        extra={"fields": {"milliseconds": round(seconds * 1000), "client": request.META.get("REMOTE_ADDR", "")}},
    )


def shown(address: str) -> str:
    """An address no route knows, with everything that is not a plain word left out."""
    return NOT_A_WORD.sub("…", address)[:LONGEST_UNKNOWN_ADDRESS]
