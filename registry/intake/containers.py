"""The zip container of an .xlsx: judged by its directory, then inflated once, in pieces, to see what is really in it.

Everything a directory can lie about is checked against the file: number, place, names and sizes of the entries,
overlaps (CVE-2024-0450, which Python 3.11.7 does not check), check sums. Two zip readers must never see two
different workbooks in one file, so nothing may stand before the first entry, between directory and end, or behind.
"""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from registry.intake import parts
from registry.intake.errors import Refused
from registry.intake.limits import MIB, Limits

SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
PIECE = MIB

_END = struct.Struct("<4s4H2LH")
_END_SIGNATURE = b"PK\x05\x06"
_END_64 = b"PK\x06\x07"
_LOCAL = struct.Struct("<4s5H3L2H")
_LOCAL_SIGNATURE = b"PK\x03\x04"
_LONGEST_LISTING = 1_024  # of one entry in the directory, on average
_STORED, _DEFLATED = 0, 8
_SMALL = MIB  # below it no ratio is suspicious
_READ = 64 * 1024

AGAIN = "请用 Excel 或 WPS 打开后另存为 .xlsx 再上传"
CUT_OFF = "文件不完整，可能没有传完或已损坏；请重新上传，或用 Excel 或 WPS 打开后另存为 .xlsx 再上传"


def _unusual(what: str) -> Refused:
    return Refused(f"{what}，不是正常的工作簿，为安全起见不予读取；{AGAIN}")


def check(path: Path, *, limits: Limits) -> None:
    """Raises Refused unless the file is a whole, harmless and bounded .xlsx."""
    with path.open("rb") as file:
        directory = _check_end(file, path.stat().st_size, limits)
        try:
            entries = ZipFile(file).infolist()
        except (BadZipFile, ValueError, NotImplementedError, struct.error):
            raise Refused(CUT_OFF) from None
        _check_entries(entries, limits)
        places = _places(file, entries, directory)
        _check_contents(file, entries, places, limits)


def _check_end(file: IO[bytes], size: int, limits: Limits) -> int:
    """The end record, which must be the end; returns where the directory begins."""
    file.seek(max(0, size - _END.size - 0xFFFF))
    tail = file.read()
    found = tail.rfind(_END_SIGNATURE)
    if found < 0 or len(tail) - found < _END.size:
        raise Refused(CUT_OFF)
    _, disk, first_disk, here, entries, length, start, comment = _END.unpack_from(tail, found)
    if entries > limits.parts or length > limits.parts * _LONGEST_LISTING:
        raise _unusual(f"文件包内有{entries}个部分，超过{limits.parts}个")
    is_last = len(tail) - found == _END.size + comment
    is_one_piece = start + length == size - (len(tail) - found) and disk == first_disk == 0 and here == entries
    if not is_last or comment or not is_one_piece or tail.find(_END_64, 0, found) >= 0:
        raise _unusual("文件首尾有多余的内容")
    return start


def _check_entries(entries: list[ZipInfo], limits: Limits) -> None:
    """What the directory itself says: names, ways of packing, sizes."""
    if not entries:
        raise Refused("文件是空的压缩包，不是工作簿，请上传 .xlsx、.xls 或 CSV 文件")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("文件有密码保护，请取消密码后再上传")
    names = {entry.orig_filename.casefold() for entry in entries}
    if len(names) < len(entries):
        raise _unusual("文件包内有重名的部分")
    for entry in entries:
        _check_entry(entry)
    total = sum(entry.file_size for entry in entries)
    if total > limits.unpacked_bytes:
        raise Refused(
            f"文件解压后为{total / MIB:.0f}MB，超过{limits.unpacked_bytes // MIB}MB，请删除多余内容或分成几个文件上传"
        )
    for entry in entries:
        if entry.file_size > _SMALL and entry.file_size > entry.compress_size * limits.ratio:
            raise _unusual(f"文件压缩比异常（解压后超过{limits.ratio}倍）")


def _check_entry(entry: ZipInfo) -> None:
    name = entry.orig_filename
    is_odd = "\\" in name or ":" in name or not name.isprintable() or name.startswith("/")
    if is_odd or any(part in ("..", ".") for part in name.split("/")):
        raise _unusual("文件包内有不安全的文件名")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise _unusual("文件包内有符号链接")
    if entry.compress_type not in (_STORED, _DEFLATED):
        raise _unusual("文件使用了不常见的压缩方式")


def _places(file: IO[bytes], entries: list[ZipInfo], directory: int) -> dict[str, int]:
    """Where the data of each entry begin; no two may share a byte, and each must be called there as it is listed."""
    places, end = {}, 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        file.seek(entry.header_offset)
        header = file.read(_LOCAL.size)
        if len(header) < _LOCAL.size or not header.startswith(_LOCAL_SIGNATURE):
            raise Refused(CUT_OFF)
        *_, name_length, extra_length = _LOCAL.unpack(header)
        if file.read(name_length) != _listed_name(entry):
            raise _unusual("文件包的目录与内容不一致")
        if entry.header_offset < end:
            raise _unusual("文件包的各部分相互重叠")
        if end == 0 and entry.header_offset:
            raise _unusual("文件首尾有多余的内容")
        places[entry.filename] = entry.header_offset + _LOCAL.size + name_length + extra_length
        end = places[entry.filename] + entry.compress_size
    if end > directory:
        raise _unusual("文件包的各部分相互重叠")
    return places


def _listed_name(entry: ZipInfo) -> bytes:
    return entry.orig_filename.encode("utf-8" if entry.flag_bits & 0x800 else "cp437")


def _check_contents(file: IO[bytes], entries: list[ZipInfo], places: dict[str, int], limits: Limits) -> None:
    # The table of contents first: it says soonest that a file is no workbook at all.
    entries = sorted(entries, key=lambda entry: entry.filename != parts.TYPES)
    if entries[0].filename != parts.TYPES:
        raise Refused("这是压缩包，不是工作簿；请解压后上传其中的 .xlsx、.xls 或 CSV 文件")
    inspection = parts.Inspection(limits)
    for entry in entries:
        file.seek(places[entry.filename])
        inspection.look(entry.filename, inflated(file, entry))
    inspection.finish()


def inflated(file: IO[bytes], entry: ZipInfo) -> Iterator[bytes]:
    """The content of an entry in pieces; raises Refused as soon as it is more than was declared, or another."""
    size, checksum = 0, 0
    for piece in _unpacked(file, entry):
        size += len(piece)
        checksum = zlib.crc32(piece, checksum)
        if size > entry.file_size:
            break
        yield piece
    if size != entry.file_size:
        raise _unusual("文件实际内容与声明的大小不符")
    if checksum != entry.CRC:
        raise Refused(CUT_OFF)


def _unpacked(file: IO[bytes], entry: ZipInfo) -> Iterator[bytes]:
    left = entry.compress_size
    if entry.compress_type == _STORED:
        while left and (data := file.read(min(left, PIECE))):
            left -= len(data)
            yield data
        return
    unpacker, is_full = zlib.decompressobj(-zlib.MAX_WBITS), False
    try:
        while left and not unpacker.eof:
            data = file.read(min(left, _READ))
            if not data:
                break
            left -= len(data)
            while data or is_full:
                piece = unpacker.decompress(data, PIECE)
                data, is_full = unpacker.unconsumed_tail, len(piece) == PIECE
                yield piece
    except zlib.error:
        raise Refused(CUT_OFF) from None
    if not unpacker.eof or unpacker.unused_data or left:
        raise _unusual("文件包的目录与内容不一致")
