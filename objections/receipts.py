"""The receipt that proves a filing: what was filed, when, with which papers, under a seal and a signature.

The seal (80 bits) is short enough to be typed at the page that checks it. The signature (Ed25519) can be checked
without us, with the public key that page shows. Both are over the number, the moment and the digest of everything
filed; nothing personal is needed to check either.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from objections import codes
from objections.models import Case
from registry.clock import SHANGHAI

SEAL_LENGTH = 16  # characters of five bits


def statement(case: Case) -> str:
    """What is sealed and signed."""
    moment = case.filed_at.astimezone(SHANGHAI).isoformat(timespec="seconds")
    return f"{settings.SITE['name']}|{case.number}|{moment}|{case.filing_sha256}"


def seal(case: Case) -> str:
    """The check code of the receipt, in groups of four."""
    return _grouped(_seal(case, settings.SECRET_KEY))


def is_sealed(case: Case, typed: str) -> bool:
    """Whether the check code belongs to this case; also under a secret that has been replaced since."""
    meant = "".join(typed.split()).replace("-", "").upper().translate(str.maketrans("OIL", "011"))
    return any(hmac.compare_digest(meant.encode(), _seal(case, secret).encode()) for secret in _secrets())


def signature(case: Case) -> str:
    return base64.b64encode(_key(settings.SECRET_KEY).sign(statement(case).encode())).decode()


def is_signed(case: Case, signed: str) -> bool:
    """Whether the signature was made by us over what the case says today."""
    try:
        raw = base64.b64decode(signed, validate=True)
    except ValueError:
        return False
    return any(_verifies(secret, raw, statement(case).encode()) for secret in _secrets())


def public_key() -> str:
    """The key that signatures are checked with, in base64 (32 bytes, RFC 8032)."""
    raw = _key(settings.SECRET_KEY).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def _seal(case: Case, secret: str) -> str:
    sealed = hmac.new(secret.encode(), b"receipt:" + statement(case).encode(), hashlib.sha256).digest()
    number = int.from_bytes(sealed, "big") >> (256 - SEAL_LENGTH * 5)
    return "".join(codes.ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(SEAL_LENGTH)))


def _grouped(text: str) -> str:
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _secrets() -> Iterator[str]:
    yield settings.SECRET_KEY
    yield from settings.SECRET_KEY_FALLBACKS


def _key(secret: str) -> Ed25519PrivateKey:
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"receipt signature").derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(seed)


def _verifies(secret: str, raw: bytes, text: bytes) -> bool:
    try:
        _key(secret).public_key().verify(raw, text)
    except InvalidSignature:
        return False
    return True
