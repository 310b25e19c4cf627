"""No reply, however it is bent, makes a message delivered that was not receipted exactly (reliability I6)."""

from __future__ import annotations

import copy
import json
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.payload import Message
from exchange.province import Answer
from exchange.receipts import Finding, Meaning, judge
from registry.models import Delivery
from tests.exchange.conftest import accepting

SENT = [
    Message(
        Delivery(pk=number),
        {
            "msg_id": str(uuid.uuid5(uuid.NAMESPACE_OID, str(number))),
            "version": number,
            "payload_sha256": f"{number:064x}",
        },
    )
    for number in (1, 2, 3)
]
BY_KEY = {message.delivery.pk: message for message in SENT}
EXACT = [accepting(message.item) for message in SENT]
SETTLING = (Finding.ACCEPTED, Finding.DUPLICATE)


def reply(receipts, status: int = 200) -> Answer:
    return Answer(status, json.dumps({"receipts": receipts}).encode())


def proves(receipts, message: Message) -> bool:
    """Whether these receipts hold exactly one that names the message, and that one is right in every part."""
    naming = [one for one in receipts if isinstance(one, dict) and one.get("msg_id") == message.item["msg_id"]]
    return (
        len(naming) == 1
        and type(naming[0].get("version")) is int
        and naming[0]["version"] == message.item["version"]
        and naming[0].get("payload_sha256") == message.sha256
        and naming[0].get("status") in ("accepted", "duplicate")
        and isinstance(naming[0].get("platform_id"), str)
        and naming[0]["platform_id"] != ""
    )


def test_exact_receipts_settle():
    judgement = judge(reply(EXACT), SENT)
    assert judgement.meaning is Meaning.RECEIPTS and judgement.anomalies == 0
    assert {one.finding for one in judgement.receipts.values()} == {Finding.ACCEPTED}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("version", "1"), ("version", 1.0), ("version", True), ("version", 2), ("version", None),
        ("payload_sha256", "0" * 64), ("payload_sha256", None), ("msg_id", EXACT[0]["msg_id"].upper()),
        ("status", "ok"), ("status", None), ("platform_id", ""), ("platform_id", 7), ("platform_id", "SX 1"),
    ],
)  # fmt: skip
def test_a_receipt_that_is_not_exact_is_none(name, value):
    """BI-Z02"""
    bent = [{**EXACT[0], name: value}, *EXACT[1:]]
    judgement = judge(reply(bent), SENT)
    assert judgement.receipts[1].finding is Finding.NONE
    assert judgement.receipts[2].finding is Finding.ACCEPTED
    assert judgement.anomalies >= 1


def test_words_of_the_platform_lose_personal_data_and_control_characters():
    said = "身份证 610902190001050014 有误\x00\x07\ud800" + "很长" * 400
    turned_down = {**EXACT[0], "status": "rejected", "code": "bad\ncode", "reason": said}
    receipt = judge(reply([turned_down]), SENT[:1]).receipts[1]
    assert receipt.finding is Finding.REJECTED
    assert "610902190001050014" not in receipt.reason and len(receipt.reason) <= 300
    assert receipt.reason.isprintable() and receipt.code == "rejected"


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"null", b"<html>", b'{"receipts": {}}', b"[" * 100_000, b"\xff\xfe"]
)
def test_a_reply_without_receipts_proves_nothing(body):
    judgement = judge(Answer(200, body), SENT)
    assert judgement.meaning is Meaning.OUTAGE and not judgement.receipts


values = st.one_of(
    st.none(), st.booleans(), st.integers(0, 4), st.floats(0, 4), st.text(max_size=4), st.just([]), st.just({}),
    st.sampled_from([value for receipt in EXACT for value in receipt.values()]),
    st.sampled_from(["accepted", "duplicate", "stale", "rejected"]),
)  # fmt: skip


@st.composite
def bent_receipts(draw):
    receipts = copy.deepcopy(EXACT)
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(receipts) - 1)) if receipts else 0
        match draw(st.sampled_from(["set", "drop", "double", "swap", "strange", "remove"])):
            case "set" if receipts and isinstance(receipts[place], dict):
                receipts[place] = {**receipts[place], draw(st.sampled_from(sorted(EXACT[0]))): draw(values)}
            case "drop" if receipts and isinstance(receipts[place], dict):
                kept = dict(receipts[place])
                kept.pop(draw(st.sampled_from(sorted(EXACT[0]))), None)
                receipts[place] = kept
            case "double" if receipts:
                receipts.append(copy.deepcopy(receipts[place]))
            case "swap":
                receipts.reverse()
            case "strange":
                receipts.append(draw(values))
            case "remove" if receipts:
                receipts.pop(place)
    return receipts


@given(bent_receipts(), st.sampled_from([200, 201, 204, 302, 400, 401, 404, 413, 422, 429, 500, 503]))
def test_no_bent_reply_settles_anything(receipts, status):
    """BI-Z02"""
    judgement = judge(reply(receipts, status), SENT)
    for key, receipt in judgement.receipts.items():
        if receipt.finding in SETTLING:
            assert status in (200, 422)
            assert proves(receipts, BY_KEY[key])


@given(st.binary(max_size=200), st.integers(0, 400), st.sampled_from([200, 422]))
def test_no_garbled_reply_settles_more_than_it_proves(noise, cut, status):
    """BI-Z03: cut or changed at any byte"""
    body = reply(EXACT).body
    garbled = body[:cut] + noise + body[cut + len(noise) :]
    for key, receipt in judge(Answer(status, garbled), SENT).receipts.items():
        if receipt.finding in SETTLING:
            assert proves(json.loads(garbled)["receipts"], BY_KEY[key])
