"""Ports of organisations at the mock province: announced by the channel, tried by themselves with their own key."""

from __future__ import annotations

import json
import re
from typing import Any

from exchange import envelope
from exchange.mock_province import store
from exchange.mock_province.faults import Fault
from exchange.mock_province.store import Store

_PORT = re.compile(r"[0-9A-Za-z-]{1,30}")
_SHORTEST_KEY = 32

Answer = tuple[int, dict[str, Any]]


def key_of(kept: Store, number: str) -> str | None:
    """The key that a port's messages are signed with; None for a port nobody announced."""
    rows = kept.rows("SELECT key FROM ports WHERE number = ?", number)
    return rows[0]["key"] if rows else None


def announce(kept: Store, body: bytes) -> Answer:
    """Keep the port that the channel announces."""
    said = _read(body)
    if not _is_port(said):
        return 400, {"code": "malformed", "detail": "报文不符合接口约定"}
    with kept.writing() as connection:
        if not store.announce_port(connection, said):
            return 409, {"code": "taken", "detail": "端口编号已属于其他单位"}
    return 201, {"port": said["port"]}


def tried(kept: Store, number: str, body: bytes, fault: Fault) -> Answer:
    """The acknowledgement of a test message, as the fault has it: its echo, and a receipt."""
    said = _read(body)
    if said.get("port") != number or not isinstance(said.get("echo"), str):
        return 400, {"code": "malformed", "detail": "报文不符合接口约定"}
    with kept.writing() as connection:
        receipt = store.receipt_of_test(connection, number)
    echo = "0" * 32 if fault.mode == "wrong_hash" else said["echo"]
    return 200, {"contract": envelope.CONTRACT, "port": number, "echo": echo, "receipt": receipt}


def _is_port(said: dict[str, Any]) -> bool:
    texts = [said.get(name) for name in ("port", "organisation", "key")]
    if not all(isinstance(text, str) and text for text in texts):
        return False
    return bool(_PORT.fullmatch(said["port"])) and len(said["key"]) >= _SHORTEST_KEY


def _read(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) and said.get("contract") == envelope.CONTRACT else {}
