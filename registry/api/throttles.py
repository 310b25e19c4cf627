"""Budgets per client and minute, counted in the cache; when the cache is away, the API goes on without.

Asking the cache for every request would cost as much as answering it. So a process takes a share of the budget
at a time and hands it out itself. Nobody gets more than the budget; somebody whose requests fall on several
processes may be told to wait a few requests early.
"""

from __future__ import annotations

import threading
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
SHARES = 20  # a budget is taken in so many parts; one below 40 request by request
_REMEMBERED = 10_000  # clients of a process

_lock = threading.Lock()
_in_hand: dict[str, int] = {}


class Budget(BaseThrottle):
    """How many requests a client has in a minute: by key, by person, or else by address.

    The address is that of the connection: the trusted-proxy middleware has put the client's own there, and a
    forged X-Forwarded-For changes nothing.
    """

    def allow_request(self, request: Any, view: Any) -> bool:
        whose, client = _client(request)
        scope = whose if request.method in SAFE_METHODS else "write"
        budget = settings.API_BUDGETS[scope]
        return _granted(f"budget:{scope}:{budget}:{whose}:{client}:{int(time.time()) // WINDOW}", budget)

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


def _granted(name: str, budget: int) -> bool:
    with _lock:
        if _in_hand.get(name, 0) > 0:
            _in_hand[name] -= 1
            return True
    share = max(1, budget // SHARES)
    taken = _taken(name, share)
    if taken is None:
        return True
    left = budget - (taken - share)
    with _lock:
        if len(_in_hand) >= _REMEMBERED:
            _in_hand.clear()
        if left > 1 and share > 1:
            _in_hand[name] = _in_hand.get(name, 0) + min(share, left) - 1
    return left > 0


def _taken(name: str, share: int) -> int | None:
    """How much all processes together have taken of this budget, with this share; None when nobody knows."""
    try:
        return share if cache.add(name, share, WINDOW * 2) else cache.incr(name, share)
    except (OSError, RedisError, ValueError):  # away, or expired between the two calls
        return None
