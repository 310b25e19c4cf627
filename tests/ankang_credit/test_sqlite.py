"""SQLite keeps what threads write together: with our options everything, with Django's own not."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connections, transaction

from ankang_credit import databases

pytestmark = pytest.mark.sqlite

THREADS, INCREMENTS = 6, 100
PAUSE_SECONDS = 0.001  # between reading and writing, so that the threads do meet
FEW = 15  # each that fails with Django's own options takes its time to
ALIAS = "counting"


def increment_together(times: int = INCREMENTS) -> int:
    """Read and write one number from several threads, so often each; how many increments it lost."""

    def count(_: int) -> None:
        for _ in range(times):
            try:
                with transaction.atomic(using=ALIAS), connections[ALIAS].cursor() as cursor:
                    number = cursor.execute("SELECT n FROM counter").fetchone()[0]
                    time.sleep(PAUSE_SECONDS)
                    cursor.execute("UPDATE counter SET n = %s", [number + 1])
            except OperationalError:  # database is locked
                pass
        connections[ALIAS].close()

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(count, range(THREADS)))
    with connections[ALIAS].cursor() as cursor:
        return THREADS * times - cursor.execute("SELECT n FROM counter").fetchone()[0]


@pytest.fixture
def counter(tmp_path, django_db_blocker):
    """Open a database with these options and put a number into it."""

    def opened(**changes) -> None:
        config = {**databases.sqlite(tmp_path / "counter.sqlite3"), **changes}
        connections.settings[ALIAS] = connections.configure_settings({**connections.settings, ALIAS: config})[ALIAS]
        with connections[ALIAS].cursor() as cursor:
            cursor.execute("CREATE TABLE counter (n integer)")
            cursor.execute("INSERT INTO counter VALUES (0)")

    with django_db_blocker.unblock():
        yield opened
        connections[ALIAS].close()
        del connections[ALIAS]
        del connections.settings[ALIAS]


def test_with_our_options_no_increment_is_lost(counter):
    counter()
    assert increment_together() == 0


def test_with_djangos_own_options_increments_are_lost(counter):
    counter(OPTIONS={})
    assert increment_together(FEW) > 0


def test_foreign_keys_and_the_write_ahead_log_are_on(counter):
    counter()
    with connections[ALIAS].cursor() as cursor:
        assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
