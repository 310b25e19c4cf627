"""How each engine must be opened to keep what it is given and to let nobody wait for ever."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

# Milliseconds a statement may take, by what the process is. A slow query burns the database on after its
# visitor has gone; an operator's own command and a migration take the time they need.
STATEMENT_TIMEOUT = {"web": 2_000, "worker": 30_000, "migrate": 0, "command": 0}
LOCK_TIMEOUT = 1_000
# Milliseconds a transaction may wait for its own program. A request has nothing to think about; an import, a full
# load or a rebuilt index works out thousands of rows between two statements.
IDLE_IN_TRANSACTION_TIMEOUT = {"web": 10_000, "worker": 120_000, "migrate": 0, "command": 0}

# Without all three of these, threads that write together lose most of what they write ("database is locked").
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",  # take the write lock at BEGIN: a later upgrade fails at once
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=4000; PRAGMA foreign_keys=ON;",
}


def sqlite(file: Path) -> dict[str, Any]:
    """A database in one file; tests get a file of their own, since threads share no database in memory."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "OPTIONS": SQLITE_OPTIONS,
        "TEST": {"NAME": str(file.with_name(f"test-{os.getpid()}.sqlite3"))},
    }


def postgresql(config: dict[str, Any], *, role: str) -> dict[str, Any]:
    """What was read from the URL, with the time limits of this role."""
    limits = {
        "statement_timeout": STATEMENT_TIMEOUT[role],
        "lock_timeout": LOCK_TIMEOUT,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_TIMEOUT[role],
        # A page's queries are short: compiling them, or starting workers for them, takes longer than they do.
        "jit": "off",
        "max_parallel_workers_per_gather": 0,
        "random_page_cost": 1.1,
    }
    options = {
        # Without it a connection to a hung server has not come back after 100 seconds.
        "connect_timeout": 2,
        "application_name": f"ankang-{role}",
        "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
    }
    return {
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        **config,
        "ENGINE": "ankang_credit.postgresql",
        "OPTIONS": {**options, **config.get("OPTIONS", {})},
    }
