"""Databases of the benchmarks' own: made, filled, measured, dropped; never the portal's."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from django.core.management import call_command
from django.db import connections

from ankang_credit import databases

POSTGRESQL_URL = os.environ.get("BENCH_POSTGRESQL_URL", "postgres://postgres@127.0.0.1:5432/postgres")


@contextmanager
def own_database(engine: str, name: str, *, keep: bool = False) -> Iterator[bool]:
    """`connection` leads to a database of this name, migrated; says whether it is new, and so still empty."""
    if engine == "postgresql":
        with _postgresql(name, keep=keep) as is_new:
            yield is_new
    else:
        with _sqlite(name, keep=keep) as is_new:
            yield is_new


@contextmanager
def _postgresql(name: str, *, keep: bool) -> Iterator[bool]:
    server = urlsplit(POSTGRESQL_URL)
    is_new = not _exists(name)
    if is_new:
        _administer(f'CREATE DATABASE "{name}"')
    config = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": server.username or "",
        "PASSWORD": server.password or "",
        "HOST": server.hostname or "",
        "PORT": str(server.port or ""),
    }
    try:
        with _as_default(databases.postgresql(config, role="command")):
            if is_new:
                call_command("migrate", verbosity=0)
            yield is_new
    finally:
        if not keep:
            _administer(f'DROP DATABASE "{name}"')


@contextmanager
def _sqlite(name: str, *, keep: bool) -> Iterator[bool]:
    with tempfile.TemporaryDirectory(prefix="ankang-bench-") as folder:
        file = Path(tempfile.gettempdir() if keep else folder) / f"{name}.sqlite3"
        is_new = not file.exists()
        with _as_default(databases.sqlite(file)):
            if is_new:
                call_command("migrate", verbosity=0)
            yield is_new


@contextmanager
def _as_default(config: dict) -> Iterator[None]:
    before = connections.settings["default"]
    _lead_to(connections.configure_settings({"default": config})["default"])
    try:
        yield
    finally:
        _lead_to(before)


def _lead_to(settings: dict) -> None:
    connections["default"].close()
    del connections["default"]
    connections.settings["default"] = settings


def _exists(name: str) -> bool:
    with _server() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def _administer(statement: str) -> None:
    with _server() as cursor:
        cursor.execute(statement)


@contextmanager
def _server() -> Iterator[psycopg2.extensions.cursor]:
    server = psycopg2.connect(POSTGRESQL_URL)
    server.autocommit = True  # databases are made outside transactions
    try:
        with server.cursor() as cursor:
            yield cursor
    finally:
        server.close()
