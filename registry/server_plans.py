"""Statements PostgreSQL has planned already: for a row by its key, planning takes it longer than answering.

A plan is kept by the connection it was made in and goes with it, after a minute at the latest (CONN_MAX_AGE). A
changed table is planned for anew by the server itself. A pooler that lends connections for one transaction would
give a statement to a connection that has never heard of it: there, nothing is kept (DISABLE_SERVER_SIDE_CURSORS,
the setting Django has for such a place).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from django.db.backends.base.base import BaseDatabaseWrapper

# The names of the plans each connection holds; by psycopg2's own connection, as Django's opens another at will.
_held: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def are_kept(connection: BaseDatabaseWrapper) -> bool:
    """Whether this database plans ahead, and the same server will be there for the next statement."""
    return connection.vendor == "postgresql" and not connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")


def ensure(cursor: Any, name: str, statement: Callable[[Callable[[Any], str]], str]) -> None:
    """Have the plan of that name in the connection of this open cursor.

    `statement` gives the SQL with `$1`, `$2`… for values; it is handed what writes a constant into it.
    """
    raw = cursor.cursor.connection
    held = _held.setdefault(raw, set())
    if name in held:
        return
    # Past Django's cursor: this is no question, and is not counted as one.
    cursor.cursor.execute(f"PREPARE {name} AS {statement(lambda value: cursor.cursor.mogrify('%s', [value]).decode())}")
    held.add(name)
