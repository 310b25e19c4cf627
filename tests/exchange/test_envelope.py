"""A request is ours only if our key signed these bytes, just now, and for the first time."""

from __future__ import annotations

import time

import pytest
import requests

from exchange import envelope
from exchange.envelope import BadSignature, sign, verify

KEY, NOW, BODY = "a-key", 1_772_424_000.0, b'{"contract":1}'


def test_a_signed_request_is_recognised():
    headers = sign(KEY, now=NOW, method="POST", query="a=1", body=BODY)
    assert verify(KEY, headers, now=NOW + 299, method="POST", query="a=1", body=BODY) == headers[envelope.NONCE]


@pytest.mark.parametrize(
    "changed",
    [
        {"body": BODY + b" "},
        {"method": "GET"},
        {"query": "a=2"},
        {"key": "another"},
        {"now": NOW + 301},
        {"now": NOW - 302},
    ],
)
def test_whatever_is_changed_spoils_the_signature(changed):
    headers = sign(KEY, now=NOW, method="POST", query="a=1", body=BODY)
    asked = {"key": KEY, "now": NOW, "method": "POST", "query": "a=1", "body": BODY} | changed
    with pytest.raises(BadSignature):
        verify(asked.pop("key"), headers, **asked)


@pytest.mark.parametrize("name", [envelope.TIMESTAMP, envelope.NONCE, envelope.DIGEST, envelope.SIGNATURE])
@pytest.mark.parametrize("value", ["", "1", "é", "0" * 64])
def test_a_bent_header_spoils_the_signature(name, value):
    headers = sign(KEY, now=NOW, method="POST", body=BODY) | {name: value}
    with pytest.raises(BadSignature):
        verify(KEY, headers, now=NOW, method="POST", body=BODY)


def test_the_canonical_form_does_not_depend_on_order():
    assert envelope.canonical({"b": "安康", "a": [1, None]}) == '{"a":[1,null],"b":"安康"}'.encode()


def test_the_platform_refuses_unsigned_and_repeated_requests(platform):
    url, body = f"{platform.url}api/v1/records/", envelope.canonical({"contract": 1, "items": []})
    assert requests.post(url, data=body, timeout=5).status_code == 401
    headers = sign(platform.key, now=time.time(), method="POST", body=body)
    assert requests.post(url, data=body, headers=headers, timeout=5).status_code == 200
    again = requests.post(url, data=body, headers=headers, timeout=5)
    assert (again.status_code, again.json()["code"]) == (401, "replayed")
