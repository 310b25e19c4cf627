"""What the mock province demands of an item, in the words the real one would use."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from exchange import envelope

KINDS = frozenset("code-event catalogue-record licence penalty redlist blacklist commitment".split())
OPERATIONS = ("add", "update", "withdraw")
STATES = (0, 1, 2, 3)
LARGEST_BATCH = 200

_KEY = re.compile(r"[0-9a-f]{32}")
_MSG_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def problems(item: Any, *, kinds: Collection[str]) -> dict[str, str]:
    """What is wrong with an item, by field; nothing if it may be taken in."""
    if not isinstance(item, dict):
        return {"": "须为对象"}
    found = {name: message for name, right, message in _form(item) if not right}
    payload = item.get("payload")
    if not isinstance(payload, dict):
        return found | {"payload": "缺少内容"}
    if item.get("payload_sha256") != envelope.sha256(envelope.canonical(payload)):
        found["payload_sha256"] = "与内容不符"
    if str(payload.get("kind")) not in kinds:
        found["kind"] = "未知的信息种类"
    if (item.get("op") == "withdraw") == ("fields" in payload):
        found["fields"] = "撤回不得附内容，新增和更新须附内容"
    return found


def _form(item: Mapping[str, Any]) -> list[tuple[str, bool, str]]:
    version = item.get("version")
    return [
        ("msg_id", _matches(_MSG_ID, item.get("msg_id")), "须为UUID"),
        ("key", _matches(_KEY, item.get("key")), "须为32位十六进制数"),
        ("version", type(version) is int and 0 < version < 2**31, "须为正整数"),
        ("op", item.get("op") in OPERATIONS, "须为add、update或withdraw"),
        ("state", type(item.get("state")) is int and item["state"] in STATES, "须为0、1、2或3"),
        ("organisation", _is_text(item.get("organisation")), "缺少报送单位"),
        ("port", _is_text(item.get("port")), "缺少端口编号"),
    ]


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and bool(pattern.fullmatch(value))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)
