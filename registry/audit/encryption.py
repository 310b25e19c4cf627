"""Encryption of single fields, and the blind index that finds them again by exact value.

A stored value reads `a1.k2:…`: the algorithm, the id of the key, then base64 of nonce and cipher text. The
context ("table:row key:field") is authenticated with it, so that a value moved to another row or field does
not decrypt. The first of `FIELD_KEYS` encrypts, all of them decrypt: to change keys, put a new one in front,
`rotate` every value that `needs_rotation`, then drop the old one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from registry.identifiers.normalise import normalise_code

AES_256_GCM = "a1"
SM4_GCM = "s4"  # 国密, GB/T 32907

_CIPHERS = {AES_256_GCM: (algorithms.AES256, 32), SM4_GCM: (algorithms.SM4, 16)}
_NONCE_LENGTH = 12
_TAG_LENGTH = 16
_KEY = re.compile(r"([A-Za-z0-9_-]{1,16}):([A-Za-z0-9+/_-]{43}=)")


class Undecryptable(Exception):
    """A stored value that no key opens in this place; says nothing of its content."""


class KeyRing:
    """The field keys in use and the key of the blind index; shows no key in any text form."""

    def __init__(self, keys: Sequence[str], *, index_key: str, algorithm: str = AES_256_GCM) -> None:
        """Take keys written `kid:base64 of 32 bytes`; ValueError for none, a malformed or a repeated one."""
        if algorithm not in _CIPHERS:
            raise ValueError("FIELD_ALGORITHM须为a1（AES-256-GCM）或s4（SM4-GCM）")
        if not index_key:
            raise ValueError("BLIND_INDEX_KEY不能为空")
        self._masters = _read_keys(keys)
        self._current = (algorithm, next(iter(self._masters)))
        self._derived = {
            (alg, kid): _derive(master, f"field:{alg}", length)
            for kid, master in self._masters.items()
            for alg, (_, length) in _CIPHERS.items()
        }
        self._index_key = index_key.encode()
        self._index_keys: dict[str, bytes] = {}  # by purpose: deriving one costs more than using it

    def __repr__(self) -> str:
        return f"<KeyRing {', '.join(self._masters)}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A key ring does not leave its process.")

    def encrypt(self, text: str, *, context: str) -> str:
        """The text as a value to be stored at `context`, under the first key."""
        header, sealed = self.seal(text.encode(), context=context)
        return f"{header}:{base64.b64encode(sealed).decode()}"

    def decrypt(self, token: str, *, context: str) -> str:
        """The text of a value stored at `context`; raises Undecryptable."""
        return self.unseal(token.partition(":")[0], _sealed(token), context=context).decode()

    def seal(self, content: bytes, *, context: str) -> tuple[str, bytes]:
        """The content under the first key, and the header that says which that is."""
        algorithm, kid = self._current
        nonce = os.urandom(_NONCE_LENGTH)
        encryptor = self._cipher(algorithm, kid, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(_bound(algorithm, kid, context))
        return f"{algorithm}.{kid}", nonce + encryptor.update(content) + encryptor.finalize() + encryptor.tag

    def unseal(self, header: str, sealed: bytes, *, context: str) -> bytes:
        """The content sealed at `context`; raises Undecryptable."""
        algorithm, kid = self._header(header)
        nonce, tag = sealed[:_NONCE_LENGTH], sealed[-_TAG_LENGTH:]
        decryptor = self._cipher(algorithm, kid, modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(_bound(algorithm, kid, context))
        try:
            return decryptor.update(sealed[_NONCE_LENGTH:-_TAG_LENGTH]) + decryptor.finalize()
        except InvalidTag:
            raise Undecryptable("密文与其位置或密钥不符") from None

    def needs_rotation(self, token: str) -> bool:
        """Whether the value is under another key or algorithm than new values are."""
        return self._header(token) != self._current

    def rotate(self, token: str, *, context: str) -> str:
        """The same text under the first key; the value itself when it already is."""
        if not self.needs_rotation(token):
            return token
        return self.encrypt(self.decrypt(token, context=context), context=context)

    def blind_index(self, value: str, *, purpose: str) -> str:
        """The same 16 hexadecimal digits for every way of writing one number; other ones per purpose."""
        if purpose not in self._index_keys:
            self._index_keys[purpose] = _derive(self._index_key, f"index:{purpose}", 32)
        key = self._index_keys[purpose]
        digest = hmac.new(key, normalise_code(value).text.encode(), hashlib.sha256)
        # 64 bits suffice for a unique key: that any two of three million persons, the whole city, share an
        # index has a chance of one in four million. More would only tell a thief who has the key more.
        return digest.hexdigest()[:16]

    def _header(self, token: str) -> tuple[str, str]:
        algorithm, _, kid = token.partition(":")[0].partition(".")
        if (algorithm, kid) not in self._derived:
            raise Undecryptable("密文的算法或密钥编号不在密钥环中")
        return algorithm, kid

    def _cipher(self, algorithm: str, kid: str, mode: modes.GCM) -> Cipher[modes.GCM]:
        return Cipher(_CIPHERS[algorithm][0](self._derived[algorithm, kid]), mode)


def key_ring() -> KeyRing:
    """The ring of the settings."""
    return _ring(tuple(settings.FIELD_KEYS), settings.BLIND_INDEX_KEY, settings.FIELD_ALGORITHM)


def encrypt(text: str, *, context: str) -> str:
    """The text as a value to be stored at `context` ("table:row key:field")."""
    return key_ring().encrypt(text, context=context)


def decrypt(token: str, *, context: str) -> str:
    """The text of a value stored at `context`; raises Undecryptable."""
    return key_ring().decrypt(token, context=context)


def needs_rotation(token: str) -> bool:
    """Whether the stored value is under an old key."""
    return key_ring().needs_rotation(token)


def rotate(token: str, *, context: str) -> str:
    """The stored value under the newest key."""
    return key_ring().rotate(token, context=context)


def blind_index(value: str, *, purpose: str) -> str:
    """What an encrypted number is found by; `purpose` keeps the indexes of different fields apart."""
    return key_ring().blind_index(value, purpose=purpose)


# Deriving the keys anew for each field would cost more than the encryption.
@lru_cache(maxsize=8)
def _ring(keys: tuple[str, ...], index_key: str, algorithm: str) -> KeyRing:
    return KeyRing(keys, index_key=index_key, algorithm=algorithm)


def _read_keys(keys: Sequence[str]) -> dict[str, bytes]:
    masters: dict[str, bytes] = {}
    for number, key in enumerate(keys, start=1):
        parts = _KEY.fullmatch(key)
        if parts is None or parts[1] in masters:
            # By its place, not by its text: this message reaches the console and the log.
            raise ValueError(f"FIELD_KEYS第{number}把密钥须写作「编号:32字节的base64」，且编号不得重复")
        masters[parts[1]] = base64.b64decode(parts[2].translate(str.maketrans("-_", "+/")))
    if not masters:
        raise ValueError("FIELD_KEYS至少须有一把密钥")
    return masters


def _derive(secret: bytes, purpose: str, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose.encode()).derive(secret)


def _bound(algorithm: str, kid: str, context: str) -> bytes:
    if not context:
        raise ValueError("加密须说明表、行、字段")
    return f"{algorithm}.{kid}:{context}".encode()


def _sealed(token: str) -> bytes:
    try:
        sealed = base64.b64decode(token.partition(":")[2], validate=True)
    except (binascii.Error, ValueError):
        sealed = b""
    if len(sealed) < _NONCE_LENGTH + _TAG_LENGTH:
        raise Undecryptable("密文不完整")
    return sealed
