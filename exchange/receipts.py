"""What an answer of the platform proves about the messages that were sent. Pure: no database, no clock.

Only an exact receipt is one: right message id, version and digest, once. Whatever is missing, foreign, doubled or
different proves nothing; its message stays unsettled and the anomaly is counted.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from exchange.payload import Message
from exchange.province import Answer
from registry import privacy


class Finding(Enum):
    """What one receipt says of its message."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"  # the platform has had it before: as good as accepted
    STALE = "stale"  # the platform holds a newer version
    REJECTED = "rejected"
    NONE = "none"  # no exact receipt


@dataclass(frozen=True)
class Receipt:
    finding: Finding
    number: str = ""
    code: str = ""
    reason: str = ""


class Meaning(Enum):
    """What the answer as a whole means."""

    RECEIPTS = "receipts"
    OUTAGE = "outage"  # not now; says nothing about the messages
    REFUSED_WHOLE = "refused_whole"  # this batch, in this form, never
    STOP = "stop"  # we are not who we should be: a person has to look


@dataclass(frozen=True)
class Judgement:
    meaning: Meaning
    receipts: Mapping[int, Receipt] = field(default_factory=dict)  # by the delivery's key; all of them
    anomalies: int = 0
    code: str = ""
    reason: str = ""


MISSING = Receipt(Finding.NONE, code="no_receipt", reason="省平台的回复中没有与本条一致的回执")
_WITH_RECEIPTS = (200, 422)  # 422: every item was rejected
_PERMANENT = (400, 404, 409, 422)
_NUMBER = re.compile(r"[A-Za-z0-9-]{1,64}")
_CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")


def judge(answer: Answer, sent: Sequence[Message]) -> Judgement:
    """What `answer` says about the messages of the request it answers."""
    reply = _parse(answer.body)
    if answer.status in (401, 403):
        return Judgement(Meaning.STOP, code=str(answer.status), reason="省平台拒绝了本市的接口密钥，请核对")
    if answer.status == 413:
        return Judgement(Meaning.REFUSED_WHOLE, code="413", reason="报文超过省平台允许的大小")
    if answer.status in _WITH_RECEIPTS and isinstance(reply.get("receipts"), list):
        return _receipts(reply["receipts"], sent)
    if answer.status in _PERMANENT and (code := _code(reply.get("code"))):
        # Without a code of the contract it is some server on the way that does not know the address.
        return Judgement(Meaning.REFUSED_WHOLE, code=code, reason=_said(reply.get("detail")))
    if answer.status == 200:
        return Judgement(Meaning.OUTAGE, anomalies=1, code="unreadable", reason="省平台的回复无法识别")
    return Judgement(Meaning.OUTAGE, code=str(answer.status), reason=f"省平台返回状态{answer.status}")


def _receipts(given: Sequence[Any], sent: Sequence[Message]) -> Judgement:
    by_id = {message.item["msg_id"]: message for message in sent}
    named = Counter(_msg_id(receipt) for receipt in given)
    found: dict[int, Receipt] = {}
    anomalies = 0
    for receipt in given:
        message = by_id.get(_msg_id(receipt))
        read = _read(receipt, message) if message is not None and named[_msg_id(receipt)] == 1 else None
        if message is None or read is None:
            anomalies += 1
        else:
            found[message.delivery.pk] = read
    receipts = {message.delivery.pk: found.get(message.delivery.pk, MISSING) for message in sent}
    anomalies += sum(message.item["msg_id"] not in named for message in sent)
    return Judgement(Meaning.RECEIPTS, receipts, anomalies)


def _read(receipt: Mapping[str, Any], message: Message) -> Receipt | None:
    """The receipt, if it is exactly this message's; None otherwise."""
    version = receipt.get("version")
    # True equals 1, and so does 1.0: neither is a version.
    if type(version) is not int or version != message.item["version"]:
        return None
    if receipt.get("payload_sha256") != message.sha256:
        return None
    match receipt.get("status"):
        case "accepted" | "duplicate" as status:
            number = receipt.get("platform_id")
            if isinstance(number, str) and _NUMBER.fullmatch(number):
                return Receipt(Finding(status), number=number)
        case "stale":
            return Receipt(Finding.STALE, code="stale", reason="省平台已有更新的版本")
        case "rejected":
            code = _code(receipt.get("code")) or "rejected"
            return Receipt(Finding.REJECTED, code=code, reason=_said(receipt.get("reason")))
    return None


def _msg_id(receipt: Any) -> str:
    value = receipt.get("msg_id") if isinstance(receipt, dict) else None
    return value if isinstance(value, str) else ""


def _parse(body: bytes) -> dict[str, Any]:
    """The reply as an object; empty when it is none."""
    try:
        reply = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return reply if isinstance(reply, dict) else {}


def _code(value: Any) -> str:
    return value if isinstance(value, str) and _CODE.fullmatch(value) else ""


def _said(value: Any) -> str:
    """Words of the platform, fit to be stored: it may repeat what it was sent, and send what no database takes."""
    words = "".join(filter(str.isprintable, value)).strip() if isinstance(value, str) else ""
    return privacy.redact(words)[:300] or "省平台未说明原因"
