"""SQLite's side of the index: a contentless FTS5 table that triggers keep in step with the entries.

The triggers call `search_words`, which every connection of this process knows; so a cascade, a flush or a
rollback cannot part the two tables, just as with the expression index on PostgreSQL.
"""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from registry.search import tokens

TABLE = "registry_search_words"
_OF_ROW = "search_words({0}.name, {0}.kind, {0}.organisation_id, {0}.region, {0}.year)"
# SQLite before 3.43 has no contentless_delete: the old words are given back, computed from the old row.
_ADD = f"INSERT INTO {TABLE}(rowid, words) VALUES (new.id, {_OF_ROW.format('new')});"
_TAKE = f"INSERT INTO {TABLE}({TABLE}, rowid, words) VALUES ('delete', old.id, {_OF_ROW.format('old')});"
_ON = {"insert": _ADD, "delete": _TAKE, "update": f"{_TAKE} {_ADD}"}


def word(token: int) -> str:
    """A token as a word the tokenizer leaves whole, whatever characters it stands for."""
    return format(token, "x")


def words(name: str, kind: int, organisation: int | None, region: int, year: int) -> str:
    return " ".join(map(word, tokens.of_entry(name, kind, organisation, region, year)))


def phrase(run: list[int]) -> str:
    """Words that must stand side by side: neighbouring pairs are exactly the substring."""
    return '"' + " ".join(map(word, run)) + '"'


@receiver(connection_created, dispatch_uid="search_words")
def teach(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Make `search_words` known to a new connection."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("search_words", 5, words, deterministic=True)


@receiver(post_migrate, dispatch_uid="search_triggers")
def keep_triggers(app_config: AppConfig, using: str, **kwargs: Any) -> None:
    """A migration that changes the table's columns makes it anew on SQLite, and leaves its triggers behind."""
    engine = connections[using]
    if app_config.name == "registry" and engine.vendor == "sqlite" and _exists(engine):
        with engine.cursor() as cursor:
            for statement in _triggers():
                cursor.execute(statement)


def _exists(engine: BaseDatabaseWrapper) -> bool:
    return TABLE in engine.introspection.table_names()


def create() -> list[str]:
    """The statements that make the table and the triggers, for a migration."""
    table = f"CREATE VIRTUAL TABLE {TABLE} USING fts5(words, content='', columnsize=0, tokenize='ascii')"
    return [table, *_triggers()]


def rebuild() -> list[str]:
    """The statements that make the table anew out of the entries, and pack it."""
    return [
        f"DROP TABLE IF EXISTS {TABLE}",
        *(f"DROP TRIGGER IF EXISTS {_trigger(event)}" for event in _ON),
        *create(),
        f"INSERT INTO {TABLE}(rowid, words) SELECT id, {_OF_ROW.format('e')} FROM registry_searchentry e ORDER BY id",
        f"INSERT INTO {TABLE}({TABLE}) VALUES ('optimize')",
    ]


def drop() -> list[str]:
    return [*(f"DROP TRIGGER IF EXISTS {_trigger(event)}" for event in _ON), f"DROP TABLE IF EXISTS {TABLE}"]


def _trigger(event: str) -> str:
    return f"registry_searchentry_{event}"


def _triggers() -> list[str]:
    return [
        f"CREATE TRIGGER IF NOT EXISTS {_trigger(event)} AFTER {event.upper()} ON registry_searchentry BEGIN {body} END"
        for event, body in _ON.items()
    ]
