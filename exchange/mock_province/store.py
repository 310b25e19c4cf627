"""What the mock province keeps: records as last accepted, every application, every request. One SQLite file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS records (
    key TEXT PRIMARY KEY, version INTEGER, op TEXT, state INTEGER, kind TEXT, organisation TEXT, port TEXT,
    channels TEXT, payload_sha256 TEXT, payload TEXT, receipt TEXT, received_at TEXT);
CREATE TABLE IF NOT EXISTS messages (
    msg_id TEXT PRIMARY KEY, key TEXT, version INTEGER, payload_sha256 TEXT, receipt TEXT);
CREATE TABLE IF NOT EXISTS applications (
    number INTEGER PRIMARY KEY AUTOINCREMENT, msg_id TEXT, key TEXT, version INTEGER, op TEXT, receipt TEXT, at TEXT);
CREATE TABLE IF NOT EXISTS requests (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT, method TEXT, path TEXT, status INTEGER, fault TEXT,
    items INTEGER);
CREATE TABLE IF NOT EXISTS nonces (nonce TEXT PRIMARY KEY, at REAL);
CREATE TABLE IF NOT EXISTS ports (
    number TEXT PRIMARY KEY, organisation TEXT UNIQUE, level TEXT, key TEXT, tests INTEGER DEFAULT 0, at TEXT);
"""


class Store:
    """One file; every request opens it anew, so threads and processes may share it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        with closing(self._connect()) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(_SCHEMA)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=20, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that holds the write lock from its beginning."""
        with closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        with closing(self._connect()) as connection:
            return [dict(row) for row in connection.execute(query, values)]

    def number(self, query: str, *values: Any) -> int:
        with closing(self._connect()) as connection:
            return connection.execute(query, values).fetchone()[0]

    def note_request(self, *, method: str, path: str, status: int, fault: str, items: int) -> None:
        with self.writing() as connection:
            connection.execute(
                "INSERT INTO requests (at, method, path, status, fault, items) VALUES (?, ?, ?, ?, ?, ?)",
                (moment(), method, path, status, fault, items),
            )

    def is_new(self, nonce: str, *, now: float, keep: float) -> bool:
        """Whether this nonce has not been seen within `keep` seconds; remembers it."""
        with self.writing() as connection:
            connection.execute("DELETE FROM nonces WHERE at < ?", (now - keep,))
            added = connection.execute("INSERT OR IGNORE INTO nonces VALUES (?, ?)", (nonce, now))
            return added.rowcount == 1


def announce_port(connection: sqlite3.Connection, port: Mapping[str, Any]) -> bool:
    """Keep an organisation's port and its key, the latest announced; False if the number is another's."""
    held = _one(connection, "SELECT organisation FROM ports WHERE number = ?", port["port"])
    if held and held["organisation"] != port["organisation"]:
        return False
    connection.execute("DELETE FROM ports WHERE organisation = ?", (port["organisation"],))
    connection.execute(
        "INSERT INTO ports (number, organisation, level, key, at) VALUES (?, ?, ?, ?, ?)",
        (port["port"], port["organisation"], str(port.get("level", "")), port["key"], moment()),
    )
    return True


def receipt_of_test(connection: sqlite3.Connection, number: str) -> str:
    """The receipt of one more test message by that port."""
    connection.execute("UPDATE ports SET tests = tests + 1 WHERE number = ?", (number,))
    held = _one(connection, "SELECT tests FROM ports WHERE number = ?", number)
    return f"SXT{number.replace('-', '')}{held['tests']:04d}"


def apply(connection: sqlite3.Connection, item: Mapping[str, Any], *, dedup: bool) -> dict[str, Any]:
    """Take one valid item in and answer its receipt: once per message id, never older than what is held."""
    known = _one(connection, "SELECT * FROM messages WHERE msg_id = ?", item["msg_id"])
    if known and dedup:
        if known["payload_sha256"] != item["payload_sha256"]:
            return rejected(item, "reused_msg_id", "同一消息编号的内容前后不一致", {})
        return _receipt(item, "duplicate", known["receipt"])
    held = _one(connection, "SELECT version FROM records WHERE key = ?", item["key"])
    if held and held["version"] >= item["version"] and dedup:
        return _receipt(item, "stale", "")
    return _receipt(item, "accepted", _take_in(connection, item))


def _take_in(connection: sqlite3.Connection, item: Mapping[str, Any]) -> str:
    payload, at = item["payload"], moment()
    applied = connection.execute(
        "INSERT INTO applications (msg_id, key, version, op, at) VALUES (?, ?, ?, ?, ?)",
        (item["msg_id"], item["key"], item["version"], item["op"], at),
    )
    receipt = f"SX{at[:4]}{applied.lastrowid:08d}"
    connection.execute("UPDATE applications SET receipt = ? WHERE number = ?", (receipt, applied.lastrowid))
    connection.execute(
        "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            item["key"], item["version"], item["op"], item["state"], payload["kind"], item["organisation"],
            item["port"], json.dumps(payload.get("channels", []), ensure_ascii=False), item["payload_sha256"],
            json.dumps(payload, ensure_ascii=False), receipt, at,
        ),
    )  # fmt: skip
    connection.execute(
        "INSERT OR REPLACE INTO messages VALUES (?, ?, ?, ?, ?)",
        (item["msg_id"], item["key"], item["version"], item["payload_sha256"], receipt),
    )
    return receipt


def rejected(item: Mapping[str, Any], code: str, reason: str, errors: Mapping[str, str]) -> dict[str, Any]:
    """The receipt of an item that is not taken in, with what is wrong by field."""
    return {**_receipt(item, "rejected", ""), "code": code, "reason": reason, "errors": dict(errors)}


def _receipt(item: Mapping[str, Any], status: str, number: str) -> dict[str, Any]:
    return {
        "msg_id": item.get("msg_id"),
        "key": item.get("key"),
        "version": item.get("version"),
        "payload_sha256": item.get("payload_sha256"),
        "status": status,
        "platform_id": number,
    }


def _one(connection: sqlite3.Connection, query: str, *values: Any) -> sqlite3.Row | None:
    return connection.execute(query, values).fetchone()


def moment() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
