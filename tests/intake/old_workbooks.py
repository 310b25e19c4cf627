"""Workbooks of Excel 97 (.xls), written record by record in a compound file, so that a test can spoil one."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

SECTOR = 512
_END, _FREE, _TABLE, _LIST = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFC
_IN_HEADER, _IN_LIST = 109, SECTOR // 4
_SMALLEST_STREAM = 4096  # smaller ones would live elsewhere


def record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def begins(kind: int, version: int = 0x0600) -> bytes:
    return record(0x809, struct.pack("<HHHHII", version, kind, 0x0DBB, 0x07CC, 0, 6))


def number(row: int, column: int, value: float, style: int = 15) -> bytes:
    return record(0x203, struct.pack("<HHHd", row, column, style, value))


def label(row: int, column: int, text: str) -> bytes:
    raw = text.encode("utf-16-le")
    return record(0x204, struct.pack("<HHHHB", row, column, 15, len(text), 1) + raw)


def truth(row: int, column: int, value: int, *, is_error: bool = False) -> bytes:
    return record(0x205, struct.pack("<HHHBB", row, column, 15, value, is_error))


def formula(row: int, column: int, shown: float) -> bytes:
    """A formula =1 that remembers a value."""
    tokens = b"\x1e\x01\x00"
    return record(0x06, struct.pack("<HHHdHIH", row, column, 15, shown, 0, 0, len(tokens)) + tokens)


def hidden_row(row: int) -> bytes:
    return record(0x208, struct.pack("<HHHHHHI", row, 0, 2, 255, 0, 0, 0x20 | 0x100))


def hidden_columns(first: int, last: int) -> bytes:
    return record(0x7D, struct.pack("<HHHHHH", first, last, 2000, 15, 1, 0))


def workbook(
    rows: Sequence[Sequence[object]],
    *,
    cells: bytes = b"",
    globals_: bytes = b"",
    version: int = 0x0600,
    is_1904: bool = False,
    state: int = 0,
    doubled: bool = False,
    streams: Mapping[str, bytes] | None = None,
) -> bytes:
    """One sheet 「填报」; `cells` and `globals_` are further records, `state` 1 hides the sheet."""
    sheet = begins(0x10, version) + b"".join(_written(rows)) + cells + record(0x0A)
    name = "填报".encode("utf-16-le")
    listed = 2 if doubled else 1
    # Sixteen formats: the last is plain, the one before a day.
    formats = b"".join(record(0xE0, struct.pack("<HHH14x", 0, 14 if each == 14 else 0, 0)) for each in range(16))
    before = begins(0x05, version) + globals_ + record(0x22, struct.pack("<H", is_1904)) + formats
    start = len(before) + listed * (12 + len(name)) + 4
    bound = record(0x85, struct.pack("<IBBBB", start, state, 0, len(name) // 2, 1) + name)
    return container({"Workbook": before + bound * listed + record(0x0A) + sheet, **(streams or {})})


def _written(rows: Sequence[Sequence[object]]) -> list[bytes]:
    return [
        label(row, column, value) if isinstance(value, str) else number(row, column, float(value))
        for row, cells in enumerate(rows)
        for column, value in enumerate(cells)
        if value not in ("", None)
    ]


def container(streams: Mapping[str, bytes]) -> bytes:
    """A compound file of 512-byte sectors with the streams in it."""
    contents = {name: content.ljust(_SMALLEST_STREAM, b"\0") for name, content in streams.items()}
    entries, body, chains = [_entry("Root Entry", 5, _END, 0)], b"", []
    for name, content in contents.items():
        entries.append(_entry(name, 2, len(body) // SECTOR, len(content)))
        padded = content.ljust(-(-len(content) // SECTOR) * SECTOR, b"\0")
        chains.append(len(padded) // SECTOR)
        body += padded
    directory = b"".join(entries)
    directory = directory.ljust(-(-len(directory) // SECTOR) * SECTOR, b"\0")
    directory_start = len(body) // SECTOR
    body += directory
    chains.append(len(directory) // SECTOR)
    return _header(directory_start, *_allocated(chains)) + body + _table(chains)


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    raw = name.encode("utf-16-le")
    head = raw.ljust(64, b"\0") + struct.pack("<HBB3I", len(raw) + 2, kind, 1, _FREE, _FREE, _FREE if kind == 2 else 1)
    return head.ljust(116, b"\0") + struct.pack("<IQ", start, size)


def _allocated(chains: Sequence[int]) -> tuple[int, int, int]:
    """Where the allocation table starts, how many sectors it has, and how many more list what the header cannot."""
    used, tables, lists = sum(chains), 1, 0
    while (used + tables + lists) * 4 > tables * SECTOR:
        tables += 1
        lists = -(-max(0, tables - _IN_HEADER) // (_IN_LIST - 1))
    return used, tables, lists


def _table(chains: Sequence[int]) -> bytes:
    """The allocation table, and behind it the lists of its sectors, each ending with the number of the next."""
    used, tables, lists = _allocated(chains)
    numbers, start = [], 0
    for length in chains:
        numbers += [*range(start + 1, start + length), _END]
        start += length
    numbers += [_TABLE] * tables + [_LIST] * lists
    table = struct.pack(f"<{len(numbers)}I", *numbers).ljust(tables * SECTOR, b"\xff")
    left = [used + each for each in range(_IN_HEADER, tables)]
    for each in range(lists):
        part = left[each * (_IN_LIST - 1) : (each + 1) * (_IN_LIST - 1)]
        following = used + tables + each + 1 if each + 1 < lists else _END
        table += struct.pack(f"<{_IN_LIST}I", *part, *[_FREE] * (_IN_LIST - 1 - len(part)), following)
    return table


def _header(directory: int, table: int, tables: int, lists: int) -> bytes:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack("<HHHHH6xI", 0x3E, 3, 0xFFFE, 9, 6, 0)
    first_list = table + tables if lists else _END
    head += struct.pack("<IIIIIIII", tables, directory, 0, 4096, _END, 0, first_list, lists)
    places = [table + each for each in range(min(tables, _IN_HEADER))]
    return head + struct.pack(f"<{_IN_HEADER}I", *places, *[_FREE] * (_IN_HEADER - len(places)))


def circular(data: bytes) -> bytes:
    """The same file, its first chain leading back to its start."""
    table = struct.unpack_from("<I", data, 76)[0]
    at = (table + 1) * SECTOR
    return data[:at] + struct.pack("<2I", 1, 0) + data[at + 8 :]
