"""Budgets per client and minute, counted in the cache; when the cache is away, the API goes on without."""

from __future__ import annotations

import time
from ipaddress import ip_network
from typing import Any

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.throttling import BaseThrottle

from registry.directory.api_keys import ApiKey

WINDOW = 60  # seconds


class Budget(BaseThrottle):
    """How many requests a client has in a minute: by key, by person, or else by address.

    The address is that of the connection: the trusted-proxy middleware has put the client's own there, and a
    forged X-Forwarded-For changes nothing.
    """

    def allow_request(self, request: Any, view: Any) -> bool:
        whose, client = _client(request)
        scope = whose if request.method in SAFE_METHODS else "write"
        name = f"budget:{scope}:{whose}:{client}:{int(time.time()) // WINDOW}"
        return _spent(name) <= settings.API_BUDGETS[scope]

    def wait(self) -> float:
        return WINDOW - time.time() % WINDOW


def _client(request: Any) -> tuple[str, str]:
    if isinstance(request.auth, ApiKey):
        return "key", request.auth.prefix
    if request.user and request.user.is_authenticated:
        return "person", str(request.user.pk)
    return "anonymous", _household(str(request.META.get("REMOTE_ADDR", "")))


def _household(address: str) -> str:
    """An IPv6 client has 2**64 addresses to change between: they share one budget."""
    if ":" not in address:
        return address
    try:
        return str(ip_network(f"{address.partition('%')[0]}/64", strict=False))
    except ValueError:
        return ""


def _spent(name: str) -> int:
    try:
        if cache.add(name, 1, WINDOW * 2):
            return 1
        return cache.incr(name)
    except (OSError, RedisError, ValueError):  # away, or expired between the two calls
        return 0
