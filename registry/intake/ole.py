"""Compound files (MS-CFB), which hold old .xls workbooks and also password-protected .xlsx: their streams by name.

Reads what is already in memory and follows no chain further than the file is long, so a crafted file ends it early.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from registry.intake.errors import DAMAGED, Refused

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_LAST = 0xFFFFFFFA  # sector numbers from here on are marks
_IN_HEADER = 109  # sectors of the allocation table that the header itself names
_STREAM, _ROOT = 2, 5


@dataclass(frozen=True)
class _Entry:
    kind: int
    start: int
    size: int


class CompoundFile:
    """The directory of a compound file; raises Refused for one that is broken or cut off."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        if len(data) < 512 or not data.startswith(SIGNATURE):
            raise Refused(DAMAGED)
        (shift,) = struct.unpack_from("<H", data, 30)
        directory, self._cutoff, mini, chain = struct.unpack_from("<I4xIIxxxxI", data, 48)
        if shift not in (9, 12):
            raise Refused(DAMAGED)
        self._size = 1 << shift
        self._table = self._allocation(chain)
        self._entries = dict(self._directory(directory))
        self._mini_table = _numbers(self._chain(mini)) if mini < _LAST else array("I")

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._entries)

    def stream(self, name: str) -> bytes:
        """The whole content of a stream."""
        entry = self._entries[name]
        if entry.size > len(self._data):
            raise Refused(DAMAGED)
        content = self._chain(entry.start) if entry.size >= self._cutoff else self._small(entry.start)
        if len(content) < entry.size:
            raise Refused(DAMAGED)
        return content[: entry.size]

    def _allocation(self, chain: int) -> array:
        sectors = [number for number in struct.unpack_from(f"<{_IN_HEADER}I", self._data, 76) if number < _LAST]
        seen = 0
        while chain < _LAST:  # longer files name the rest in further sectors, the last number leads to the next
            numbers = _numbers(self._sector(chain))
            sectors.extend(number for number in numbers[:-1] if number < _LAST)
            chain, seen = numbers[-1], seen + 1
            if seen * self._size > len(self._data):
                raise Refused(DAMAGED)
        if len(sectors) * self._size > len(self._data):
            raise Refused(DAMAGED)
        return _numbers(b"".join(self._sector(number) for number in sectors))

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        if start >= len(self._data):
            raise Refused(DAMAGED)
        return self._data[start : start + self._size].ljust(self._size, b"\0")  # the last one may be short

    def _chain(self, number: int) -> bytes:
        return b"".join(self._sector(each) for each in _followed(number, self._table))

    def _small(self, number: int) -> bytes:
        root = next((entry for entry in self._entries.values() if entry.kind == _ROOT), None)
        if root is None:
            raise Refused(DAMAGED)
        container = self._chain(root.start)
        return b"".join(container[each * 64 : each * 64 + 64] for each in _followed(number, self._mini_table))

    def _directory(self, start: int) -> Iterator[tuple[str, _Entry]]:
        content = self._chain(start)
        for offset in range(0, len(content), 128):
            length, kind = struct.unpack_from("<HB", content, offset + 64)
            if kind:
                name = content[offset : offset + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
                first, size = struct.unpack_from("<II", content, offset + 116)
                yield name, _Entry(kind, first, size)


def _followed(number: int, table: array) -> Iterator[int]:
    for _ in range(len(table) + 1):
        if number >= _LAST:
            return
        yield number
        if number >= len(table):
            raise Refused(DAMAGED)
        number = table[number]
    raise Refused(DAMAGED)  # a circle


def _numbers(content: bytes) -> array:
    return array("I", content[: len(content) // 4 * 4])
