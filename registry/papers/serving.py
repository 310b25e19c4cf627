"""A kept file on its way out: to be saved, never shown, kept by nobody in between."""

from __future__ import annotations

from typing import Protocol

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from registry.papers import vault


class Named(vault.Kept, Protocol):
    """A kept file that knows under which name people see it."""

    name: str
    media_type: str


def attachment(row: Named) -> HttpResponse:
    """The file whole, whatever part was asked for. Callers have asked whether this person may, and log it."""
    response = HttpResponse(vault.take(row), content_type=row.media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, row.name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
