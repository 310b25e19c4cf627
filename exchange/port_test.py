"""The test push of a port (row S1.2.3): a message signed with the port's own key, answered with exactly its echo."""

from __future__ import annotations

import json
import secrets

from exchange.models import Onboarding
from exchange.province import Answer, Province

LONGEST_RECEIPT = 64


class NotAcknowledged(Exception):
    """The platform did not acknowledge the test; the message says what it answered instead."""


def push(onboarding: Onboarding, platform: Province) -> str:
    """The receipt of an acknowledged test; raises NotAcknowledged, NoAnswer or Untrusted. No transaction is open."""
    organisation, key = onboarding.organisation, onboarding.port_key()
    about = {"port": onboarding.port_number, "organisation": organisation.uscc}
    told = platform.announce_port({**about, "level": organisation.level, "key": key})
    if told.status not in (200, 201):
        raise NotAcknowledged(f"省平台没有登记该端口（HTTP {told.status}{_said(told)}）")
    echo = secrets.token_hex(16)
    answer = platform.try_port(onboarding.port_number, key, {**about, "echo": echo})
    return _receipt(answer, port=onboarding.port_number, echo=echo)


def _receipt(answer: Answer, *, port: str, echo: str) -> str:
    if answer.status != 200:
        raise NotAcknowledged(f"省平台没有确认测试报文（HTTP {answer.status}{_said(answer)}）")
    reply = _read(answer)
    receipt = reply.get("receipt")
    exact = reply.get("port") == port and reply.get("echo") == echo
    if not exact or not isinstance(receipt, str) or not 0 < len(receipt) <= LONGEST_RECEIPT or not receipt.isalnum():
        raise NotAcknowledged("省平台的回执与测试报文不符")
    return receipt


def _said(answer: Answer) -> str:
    """The platform's own words, where they are fit to be repeated."""
    detail = _read(answer).get("detail")
    return f"：{detail[:100]}" if isinstance(detail, str) and detail.isprintable() else ""


def _read(answer: Answer) -> dict[str, object]:
    try:
        reply = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return reply if isinstance(reply, dict) else {}
