"""The mock keeps its side of the contract, so that what is tried against it is worth something (row S1.2.1)."""

from __future__ import annotations

import io
import json
import time
import uuid
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

from exchange import envelope
from exchange.mock_province.app import build

KEY = "a-key"


@pytest.fixture
def mock(tmp_path):
    return build(tmp_path / "store.sqlite3", key=KEY)


def ask(mock, method: str, path: str, *, query: str = "", body: bytes = b"", headers=None, prefix: str = ""):
    environ = {"SCRIPT_NAME": prefix, "CONTENT_TYPE": "application/json"}
    setup_testing_defaults(environ)
    environ |= {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query}
    environ |= {"CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
    environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in (headers or {}).items()}
    seen = {}

    def start_response(status, headers, exc_info=None):
        seen["status"] = int(status[:3])

    answer = validator(mock)(environ, start_response)
    try:
        text = b"".join(answer).decode()
    finally:
        answer.close()
    return seen["status"], text


def signed(method: str, *, query: str = "", body: bytes = b"") -> dict[str, str]:
    return envelope.sign(KEY, now=time.time(), method=method, query=query, body=body)


def send(mock, *items, **more):
    body = envelope.canonical({"contract": 1, "items": list(items)})
    status, text = ask(mock, "POST", "/api/v1/records/", body=body, headers=signed("POST", body=body), **more)
    return status, json.loads(text)


def item(key: str = "a" * 32, version: int = 1, *, kind: str = "licence", **changes):
    payload = {"kind": kind, "channels": ["省平台"], "fields": {"XK_WSH": f"第{version}号"}}
    return {
        "msg_id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{key}{version}")),
        "key": key,
        "version": version,
        "op": "add",
        "state": 0,
        "organisation": "11610922XXAK09271D",
        "port": "610922000001",
        "payload_sha256": envelope.sha256(envelope.canonical(payload)),
        "payload": payload,
    } | changes


def test_a_record_gets_a_receipt_number(mock):
    status, reply = send(mock, item())
    (receipt,) = reply["receipts"]
    assert status == 200 and receipt["status"] == "accepted"
    assert receipt["platform_id"].startswith("SX20")


def test_a_repetition_gets_the_first_receipt(mock):
    _, first = send(mock, item())
    _, second = send(mock, item())
    assert second["receipts"][0]["status"] == "duplicate"
    assert second["receipts"][0]["platform_id"] == first["receipts"][0]["platform_id"]


def test_an_older_version_is_stale(mock):
    send(mock, item(version=3))
    _, reply = send(mock, item(version=2))
    assert reply["receipts"][0]["status"] == "stale"
    assert json.loads(ask(mock, "GET", "/api/v1/records/", query=f"key={'a' * 32}")[1])["version"] == 3


def test_an_unknown_kind_is_rejected_with_its_field(mock):
    status, reply = send(mock, item(kind="horoscope"))
    assert status == 422
    assert reply["receipts"][0]["code"] == "unknown_kind" and "kind" in reply["receipts"][0]["errors"]


def test_one_wrong_item_does_not_spoil_the_batch(mock):
    status, reply = send(mock, item(key="b" * 32, kind="horoscope"), item())
    assert status == 200
    assert [receipt["status"] for receipt in reply["receipts"]] == ["rejected", "accepted"]


@pytest.mark.parametrize(
    "changes",
    [
        {"payload_sha256": "0" * 64}, {"version": 0}, {"version": True}, {"op": "delete"}, {"state": 4}, {"key": "x"},
        {"msg_id": 1}, {"organisation": {}}, {"port": ""}, {"payload": None}, {"op": "withdraw"},
    ],
)  # fmt: skip
def test_a_malformed_item_is_rejected(mock, changes):
    status, reply = send(mock, item(**changes))
    assert (status, reply["receipts"][0]["status"]) == (422, "rejected")


def test_the_same_message_id_with_other_contents_is_rejected(mock):
    send(mock, item())
    _, reply = send(mock, item(version=2) | {"msg_id": item()["msg_id"]})
    assert reply["receipts"][0]["code"] == "reused_msg_id"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"contract":2,"items":[]}', b'{"contract":1,"items":{}}', b"["])
def test_a_malformed_request_is_refused_as_a_whole(mock, body):
    status, text = ask(mock, "POST", "/api/v1/records/", body=body, headers=signed("POST", body=body))
    assert (status, json.loads(text)["code"]) == (400, "malformed")


def test_more_than_a_batch_is_refused(mock):
    status, reply = send(mock, *(item(key=f"{n:032x}") for n in range(201)))
    assert (status, reply["code"]) == (413, "too_many")


def test_digests_are_for_those_who_sign(mock):
    assert ask(mock, "GET", "/api/v1/records/digests")[0] == 401
    headers = signed("GET", query="bucket=aa")
    assert ask(mock, "GET", "/api/v1/records/digests", query="bucket=aa", headers=headers)[0] == 200


def test_the_page_shows_receipts_and_escapes_what_came(mock):
    send(mock, item(kind="licence", organisation="<script>"))
    hostile = item(key="c" * 32)
    hostile["payload"]["channels"] = ["<script>alert(1)</script>"]
    hostile["payload_sha256"] = envelope.sha256(envelope.canonical(hostile["payload"]))
    send(mock, hostile)
    status, page = ask(mock, "GET", "/", prefix="/mock-province")
    assert status == 200 and "在册 2 条" in page and "SX20" in page
    assert "<script>" not in page


def test_it_lives_below_any_prefix(mock):
    assert send(mock, item(), prefix="/mock-province")[0] == 200
    assert ask(mock, "GET", "", prefix="/mock-province")[0] == 200


def test_it_is_told_to_fail_by_json_only(mock):
    """A form on another site could be posted here unnoticed; JSON cannot."""
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/api/v1/faults/", "CONTENT_TYPE": "text/plain"}
    seen = []
    mock({**environ, "wsgi.input": io.BytesIO()}, lambda status, headers: seen.append(status))
    assert seen == ["415 Unsupported Media Type"]


@pytest.mark.parametrize(
    "wanted", [b"{", b'{"mode":"earthquake"}', b'{"moode":"500"}', b'{"mode":"500","times":"x"}', b"[]"]
)
def test_an_unknown_fault_is_refused(mock, wanted):
    assert ask(mock, "POST", "/api/v1/faults/", body=wanted)[0] == 400


def test_a_fault_lasts_as_long_as_it_was_asked_for(mock):
    ask(mock, "POST", "/api/v1/faults/", body=b'{"mode":"503","times":2}')
    assert [send(mock, item())[0] for _ in range(3)] == [503, 503, 200]


def test_without_switches_nobody_makes_it_fail(tmp_path):
    mock = build(tmp_path / "store.sqlite3", key=KEY, faults=False)
    assert ask(mock, "POST", "/api/v1/faults/", body=b'{"mode":"500"}')[0] == 404


def test_another_kind_can_be_made_known(tmp_path):
    mock = build(tmp_path / "store.sqlite3", key=KEY, kinds={"horoscope"})
    assert send(mock, item(kind="horoscope"))[0] == 200
