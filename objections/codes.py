"""The query code on the receipt: 130 random bits, printed once, kept as a digest.

Crockford's base 32 has no I, L, O or U; what people type instead (0 for O, 1 for I and L) is read as meant.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from itertools import accumulate

from django.conf import settings

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 26  # characters of five bits
_GROUPS = (5, 5, 5, 5, 6)
_FOLD = str.maketrans("OIL", "011")


def new_key() -> str:
    """The key of a filing: 256 bits, in the address of its pages and nowhere else."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a key or a code. Both are random, so a plain digest tells nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


def code_of(key: str) -> str:
    """The query code that belongs to a filing: the same for every repetition of it, and known from nothing else.

    So twenty identical submissions get twenty equal answers, and the code itself is stored nowhere.
    """
    sealed = hmac.new(settings.SECRET_KEY.encode(), b"query code:" + key.encode(), hashlib.sha256).digest()
    number = int.from_bytes(sealed, "big") >> (256 - LENGTH * 5)
    return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(LENGTH)))


def grouped(code: str) -> str:
    """The code as it is printed: in five groups."""
    ends = list(accumulate(_GROUPS))
    return "-".join(code[start:end] for start, end in zip([0, *ends], ends, strict=False))


def read(typed: str) -> str:
    """The code as it was meant; '' for what can be none."""
    folded = re.sub(r"[\s\-—–－]+", "", typed).upper().translate(_FOLD)
    return folded if len(folded) == LENGTH and set(folded) <= set(ALPHABET) else ""
