"""Redis as a cache that no page ever waits for, or fails for.

A hung Redis is worse than a dead one: with the client's defaults a page would wait for it for minutes. Here
an operation has 0.2 seconds; after an error nobody asks again for 10 seconds, and a small local memory
answers. What was deleted meanwhile may come back with Redis, so whatever is cached must bear being up to its
own timeout old (pages: 60 seconds), and nothing that must be right is ever kept here.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 0.2
REST_SECONDS = 10.0
FALLBACK_ENTRIES = 2_000


class Breaker:
    """Open after an error: then one caller in ten seconds tries again, and the others do not ask."""

    def __init__(self, rest: float = REST_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self.rest = rest
        self.clock = clock
        self.lock = threading.Lock()
        self.next_try: float | None = None  # None: closed

    @property
    def is_open(self) -> bool:
        return self.next_try is not None

    def allows(self) -> bool:
        with self.lock:
            if self.next_try is None:
                return True
            if self.clock() < self.next_try:
                return False
            self.next_try = self.clock() + self.rest  # this caller tries; the others go on without
            return True

    def trip(self) -> bool:
        """Note an error; whether it is the first of a row."""
        with self.lock:
            first = self.next_try is None
            self.next_try = self.clock() + self.rest
            return first

    def close(self) -> bool:
        """Note a success; whether it ends a row of errors."""
        with self.lock:
            was_open, self.next_try = self.next_try is not None, None
            return was_open


# Django makes a cache object per thread; what one thread learns of a server, all must know.
_breakers: dict[str, Breaker] = {}
_breakers_lock = threading.Lock()


def breaker_of(server: str) -> Breaker:
    with _breakers_lock:
        return _breakers.setdefault(server, Breaker())


class ResilientRedisCache(BaseCache):
    """Redis within its time budget, a local memory while it is away; raises nothing for either."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._redis = RedisCache(server, {**params, "OPTIONS": {**_budget(), **params.get("OPTIONS", {})}})
        self._memory = LocMemCache(f"instead of {server}", {**params, "OPTIONS": {"MAX_ENTRIES": FALLBACK_ENTRIES}})
        self._breaker = breaker_of(server)

    @property
    def resting(self) -> bool:
        """Whether the local memory is answering for Redis at present."""
        return self._breaker.is_open

    def add(self, key, value, *args, **kwargs):
        return self._ask("add", key, value, *args, **kwargs)

    def get(self, key, *args, **kwargs):
        return self._ask("get", key, *args, **kwargs)

    def set(self, key, value, *args, **kwargs):
        return self._ask("set", key, value, *args, **kwargs)

    def touch(self, key, *args, **kwargs):
        return self._ask("touch", key, *args, **kwargs)

    def delete(self, key, *args, **kwargs):
        return self._ask("delete", key, *args, **kwargs)

    def has_key(self, key, *args, **kwargs):
        return self._ask("has_key", key, *args, **kwargs)

    def incr(self, key, *args, **kwargs):
        return self._ask("incr", key, *args, **kwargs)

    def get_many(self, keys, *args, **kwargs):
        return self._ask("get_many", list(keys), *args, **kwargs)

    def set_many(self, data, *args, **kwargs):
        return self._ask("set_many", data, *args, **kwargs)

    def delete_many(self, keys, *args, **kwargs):
        return self._ask("delete_many", list(keys), *args, **kwargs)

    def clear(self):
        return self._ask("clear")

    def _ask(self, operation: str, *args: Any, **kwargs: Any) -> Any:
        if not self._breaker.allows():
            return getattr(self._memory, operation)(*args, **kwargs)
        try:
            answer = getattr(self._redis, operation)(*args, **kwargs)
        except (RedisError, OSError) as error:
            self._give_up(error)
            return getattr(self._memory, operation)(*args, **kwargs)
        if self._breaker.close():
            logger.warning("缓存服务 Redis 已恢复")
        return answer

    def _give_up(self, error: Exception) -> None:
        if self._breaker.trip():
            # What the memory holds is from an earlier absence, and may have been deleted in Redis since.
            self._memory.clear()
            logger.warning("缓存服务 Redis 无应答，暂用本机内存：%s", type(error).__name__)


def _budget() -> dict[str, Any]:
    return {
        "socket_timeout": PATIENCE_SECONDS,
        "socket_connect_timeout": PATIENCE_SECONDS,
        # The client's default tries three times more, with pauses.
        "retry": Retry(NoBackoff(), 0),
    }
