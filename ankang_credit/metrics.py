"""Counts for the monitoring, by route and never by address; `/metrics` answers only to the inside."""

from __future__ import annotations

import os

from django.http import Http404, HttpRequest, HttpResponse
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    values,
)
from prometheus_client.multiprocess import MultiProcessCollector

from ankang_credit.proxies import from_inside

if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
    # By the place of the worker, not by its pid: gunicorn replaces workers all day long, and a file for each
    # that ever was would fill the folder.
    values.ValueClass = values.MultiProcessValue(lambda: os.environ.get("GUNICORN_PLACE", "master"))

REQUESTS = Counter("portal_requests", "Answered requests", ["method", "route", "status"])
SECONDS = Histogram("portal_request_seconds", "Time to answer", ["route"])


def count(*, method: str, route: str, status: int, seconds: float) -> None:
    REQUESTS.labels(method, route, str(status)).inc()
    SECONDS.labels(route).observe(seconds)


def metrics(request: HttpRequest) -> HttpResponse:
    if not from_inside(request):
        raise Http404
    return HttpResponse(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _registry() -> CollectorRegistry:
    """Of all workers together, where gunicorn gave them a folder to share; of this process otherwise."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    shared = CollectorRegistry()
    MultiProcessCollector(shared)
    return shared
