"""A mock province in a process of its own, and how tests tell it what to do and ask what it has got."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import requests
from django.conf import settings

KEY = "only-for-tests-" + "k3Yq9" * 8
TABLES = ("records", "messages", "applications", "requests", "nonces", "ports")


class Platform:
    """The running mock."""

    def __init__(self, url: str, store: Path) -> None:
        self.url, self.key, self._store = url, KEY, store

    def fail(self, mode: str, **more: Any) -> None:
        """From now on (or for `times` requests) it misbehaves like this."""
        answer = requests.post(f"{self.url}api/v1/faults/", json={"mode": mode, **more}, timeout=5)
        assert answer.status_code == 200, answer.text

    def recover(self) -> None:
        self.fail("none")

    def held(self, record: Any) -> dict[str, Any] | None:
        """What it holds of a record."""
        answer = requests.get(f"{self.url}api/v1/records/", params={"key": record.uid.hex}, timeout=5)
        return answer.json() if answer.status_code == 200 else None

    def applied(self, record: Any = None) -> list[tuple[int, str]]:
        """What it has applied, in its order: version and operation."""
        log = requests.get(f"{self.url}api/v1/log/", timeout=5).json()["applications"]
        return [(row["version"], row["op"]) for row in log if record is None or row["key"] == record.uid.hex]

    def requests(self) -> list[dict[str, Any]]:
        return requests.get(f"{self.url}api/v1/log/", timeout=5).json()["requests"]

    def change(self, statement: str, *values: Any) -> None:
        """Alter its store behind its back, as a restored backup would."""
        with closing(sqlite3.connect(self._store, timeout=10, isolation_level=None)) as connection:
            connection.execute(statement, values)

    def forget(self) -> None:
        for table in TABLES:
            self.change(f"DELETE FROM {table}")
        self.recover()

    def everything(self) -> str:
        """All it has ever been told, as one text."""
        with closing(sqlite3.connect(self._store, timeout=10)) as connection:
            return "\n".join(connection.iterdump())


@contextmanager
def running(folder: Path) -> Iterator[Platform]:
    """Start the mock on a free port; it ends with the block."""
    store = folder / "province.sqlite3"
    process = subprocess.Popen(
        [sys.executable, "-m", "exchange.mock_province", "--port", "0", "--store", str(store)],
        cwd=settings.BASE_DIR,
        env={**os.environ, "PROVINCE_KEY": KEY},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        first_line = process.stdout.readline()
        yield Platform("http" + first_line.strip().partition("http")[2], store)
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
