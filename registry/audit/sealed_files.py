"""Files at rest: sealed piece by piece under the field keys, so that neither end holds a whole one in memory.

A file is a row of pieces: header (`a1.k2`), length, cipher text. Each piece knows the file it belongs to, its place
and whether it is the last, so that none can be moved, left out or cut off without `Undecryptable`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from registry.audit.encryption import Undecryptable, key_ring

PIECE = 1024 * 1024  # bytes in clear
_FRAME = struct.Struct(">BI")  # length of the header, length of the cipher text
_LONGEST_PIECE = PIECE + 1024


def seal(source: Iterable[bytes], target: BinaryIO, *, context: str) -> None:
    """Write what comes in to `target`, sealed for `context` ("table:row key:field")."""
    ring, pieces = key_ring(), _of_one_size(source)
    piece, place = next(pieces, b""), 0
    while True:
        following = next(pieces, None)
        header, sealed = ring.seal(piece, context=_place(context, place, is_last=following is None))
        target.write(_FRAME.pack(len(header), len(sealed)) + header.encode() + sealed)
        if following is None:
            return
        piece, place = following, place + 1


def unseal(source: BinaryIO, *, context: str) -> Iterator[bytes]:
    """The content, piece by piece; raises Undecryptable where anything was changed or is missing."""
    ring, frame, place = key_ring(), _frame(source), 0
    while frame is not None:
        (header, sealed), following = frame, _frame(source)
        yield ring.unseal(header, sealed, context=_place(context, place, is_last=following is None))
        frame, place = following, place + 1
    if place == 0:
        raise Undecryptable("密文不完整")


def _place(context: str, place: int, *, is_last: bool) -> str:
    return f"{context}#{place}{'.' if is_last else ''}"


def _frame(source: BinaryIO) -> tuple[str, bytes] | None:
    lengths = source.read(_FRAME.size)
    if not lengths:
        return None
    if len(lengths) < _FRAME.size:
        raise Undecryptable("密文不完整")
    of_header, of_sealed = _FRAME.unpack(lengths)
    header, sealed = source.read(of_header), source.read(min(of_sealed, _LONGEST_PIECE))
    if len(header) < of_header or len(sealed) < of_sealed:
        raise Undecryptable("密文不完整")
    return header.decode("ascii", "replace"), sealed


def _of_one_size(source: Iterable[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for part in source:
        waiting += part
        while len(waiting) > PIECE:
            yield bytes(waiting[:PIECE])
            del waiting[:PIECE]
    if waiting:
        yield bytes(waiting)
