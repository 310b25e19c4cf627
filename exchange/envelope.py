"""How a request to the platform is signed, and what a digest is taken over. Both ends import this file.

The signature is HMAC-SHA256 with the channel's key over time, nonce, method, query and digest of the body, in
four headers. It uses nothing but the standard library, because the mock province runs without Django.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

CONTRACT = 1
TIMESTAMP, NONCE, DIGEST, SIGNATURE = (
    "X-Credit-Timestamp",
    "X-Credit-Nonce",
    "X-Credit-Content-SHA256",
    "X-Credit-Signature",
)
TOLERANCE = 5 * 60  # seconds a clock may differ from ours

_NONCE = re.compile(r"[0-9a-f]{32}")
_SECONDS = re.compile(r"[0-9]{1,12}")


class BadSignature(Exception):
    """The request was not signed with our key, or not just now; the message says which, in Chinese."""


def canonical(value: Any) -> bytes:
    """The one JSON form that digests are taken over: sorted keys, no blanks, UTF-8."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def digest_of(lines: Iterable[str]) -> str:
    """The digest of a bucket of 对账: lines `key|version|state|sha256` in their order, whoever counted them."""
    return sha256("\n".join(sorted(lines)).encode())


def sign(key: str, *, now: float, method: str, query: str = "", body: bytes = b"") -> dict[str, str]:
    """The headers of a request sent at `now` (real seconds since 1970)."""
    timestamp, nonce, digest = str(int(now)), secrets.token_hex(16), sha256(body)
    return {
        TIMESTAMP: timestamp,
        NONCE: nonce,
        DIGEST: digest,
        SIGNATURE: _signature(key, timestamp, nonce, method, query, digest),
    }


def verify(key: str, headers: Mapping[str, str], *, now: float, method: str, query: str = "", body: bytes = b"") -> str:
    """The nonce of a rightly signed request; raises BadSignature. The caller refuses a nonce seen before."""
    timestamp, nonce = headers.get(TIMESTAMP, ""), headers.get(NONCE, "")
    digest, signature = headers.get(DIGEST, ""), headers.get(SIGNATURE, "")
    if not (_SECONDS.fullmatch(timestamp) and _NONCE.fullmatch(nonce)):
        raise BadSignature("请求未签名")
    expected = _signature(key, timestamp, nonce, method, query, sha256(body))
    # As bytes: compare_digest refuses text that is not ASCII, and headers are the sender's.
    if digest != sha256(body) or not hmac.compare_digest(signature.encode(), expected.encode()):
        raise BadSignature("签名无效")
    if abs(now - int(timestamp)) > TOLERANCE:
        raise BadSignature("请求时间与本平台相差超过5分钟")
    return nonce


def _signature(key: str, timestamp: str, nonce: str, method: str, query: str, digest: str) -> str:
    signed = "\n".join((timestamp, nonce, method.upper(), query, digest))
    return hmac.new(key.encode(), signed.encode(), hashlib.sha256).hexdigest()
