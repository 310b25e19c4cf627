"""What an answered request writes to the audit log: each act with its person, moment and address."""

from __future__ import annotations

import ipaddress
from typing import Any

from django.db.models import Model
from django.http import HttpRequest

from registry import clock
from registry.audit import log


def address_of(request: HttpRequest) -> str | None:
    """The visitor's address; None where the server does not know one (a unix socket)."""
    address = request.META.get("REMOTE_ADDR", "")
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None


def write(
    request: HttpRequest, action: str, *, about: Model | None = None, succeeded: bool = True, **detail: Any
) -> None:
    """Say in the audit log what the person behind this request did; `detail` holds no personal data in clear."""
    log.write(
        action,
        by=request.user if request.user.is_authenticated else None,
        at=clock.now(),
        about=about,
        succeeded=succeeded,
        address=address_of(request),
        **detail,
    )


def denied(request: HttpRequest, *, about: Model | None = None, reason: str = "") -> None:
    """Somebody who is logged in was refused: which address, and where one was meant, which row."""
    route = request.resolver_match.route if request.resolver_match else ""
    write(request, "denied", about=about, succeeded=False, route=route, **({"reason": reason} if reason else {}))
