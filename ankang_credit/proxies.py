"""Who is asking, when a reverse proxy asks for them.

Everything behind (login lockout, API throttles, audit, logs) reads `REMOTE_ADDR` and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FORWARDED_HEADERS = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
)


class TrustedProxyMiddleware:
    """Believe the forwarding headers of the proxies we know, and drop everybody else's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        meta = request.META
        if trusted(meta.get("REMOTE_ADDR", "")):
            meta["REMOTE_ADDR"] = client_address(meta["REMOTE_ADDR"], meta.get("HTTP_X_FORWARDED_FOR", ""))
        else:
            dropped = [meta.pop(header, None) for header in FORWARDED_HEADERS]
            # A proxy nobody told us of: its own address is not the visitor's.
            request.came_through_a_stranger = any(dropped)
        return self.get_response(request)


def client_address(peer: str, forwarded_for: str) -> str:
    """The nearest address that is not one of our proxies: what stands left of it may be invented."""
    for hop in reversed([word.strip() for word in forwarded_for.split(",")]):
        if _parsed(hop) is None:
            break
        peer = hop
        if not trusted(hop):
            break
    return peer


def trusted(address: str) -> bool:
    parsed = _parsed(address)
    return parsed is not None and _within(parsed, settings.TRUSTED_PROXIES)


def from_inside(request: HttpRequest) -> bool:
    """Whether this machine itself, or one of the trusted addresses, asks on its own behalf."""
    parsed = _parsed(request.META.get("REMOTE_ADDR", ""))
    if parsed is None or getattr(request, "came_through_a_stranger", False):
        return False
    return parsed.is_loopback or _within(parsed, settings.TRUSTED_PROXIES)


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _within(address: IPv4Address | IPv6Address, networks: Iterable) -> bool:
    return any(address in network for network in networks)
