"""PDF files, looked through without being interpreted: what acts by itself or carries other files is not taken.

Names are read as a viewer reads them (`/J#53` is `/JS`), also inside object streams, within limits. The file itself
is kept as it is and handed out only as an attachment, never shown in a page.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from registry.papers import Refused

MOST_OBJECTS = 20_000
MOST_INFLATED = 64 * 1024 * 1024
_ACTIVE = {
    b"JavaScript": "脚本",
    b"JS": "脚本",
    b"Launch": "启动其他程序的动作",
    b"EmbeddedFile": "附件",
    b"EmbeddedFiles": "附件",
    b"Filespec": "附件",
    b"RichMedia": "多媒体",
    b"Movie": "多媒体",
    b"Sound": "多媒体",
    b"XFA": "动态表单",
    b"SubmitForm": "向外发送数据的动作",
    b"ImportData": "导入数据的动作",
    b"GoToE": "附件",
    b"GoToR": "指向其他文件的动作",
    b"AA": "自动执行的动作",
    b"OpenAction": "打开时的动作",
    b"Encrypt": "密码或权限限制",
}
_NAME = re.compile(rb"/((?:[^\x00-\x20()<>\[\]{}/%#]|#[0-9A-Fa-f]{2})+)")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_OBJECT = re.compile(rb"\b\d+\s+\d+\s+obj\b")
_STREAM = re.compile(rb"stream\r?\n")
_DICTIONARY_AT_MOST = 4096
# A document that opens at a page: every word processor writes that, and nothing acts.
_PLAIN_OPENING = re.compile(rb"/OpenAction\s*(?:\[[^\]<(]*\]|\d+\s+\d+\s+R)")


def settle(content: bytes) -> bytes:
    """The file unchanged, if nothing in it acts; raises Refused."""
    if b"%%EOF" not in content[-2048:]:
        raise Refused("PDF文件不完整（没有结尾），请重新导出后上传")
    if len(_OBJECT.findall(content)) > MOST_OBJECTS:
        raise Refused("PDF文件过于复杂，请打印为新的PDF或拍照后上传")
    for text in _texts(content):
        if found := _active(text):
            raise Refused(f"PDF文件含有{found}，不予接受；请打印为新的PDF（不含{found}）或拍照后上传")
    return content


def _active(text: bytes) -> str:
    """What in it acts, in words; '' for nothing."""
    names = _names(_PLAIN_OPENING.sub(b" ", text))
    return next((_ACTIVE[name] for name in names if name in _ACTIVE), "")


def _names(text: bytes) -> Iterator[bytes]:
    for name in _NAME.findall(text):
        yield _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), name)


def _texts(content: bytes) -> Iterator[bytes]:
    """Where objects stand: the file outside its streams, and what its object streams hold."""
    left, reached, bare = MOST_INFLATED, 0, []
    for found in _STREAM.finditer(content):
        if found.start() < reached:
            continue
        before = content[reached : found.start()]
        bare.append(before)
        end = content.find(b"endstream", found.end())
        reached = len(content) if end < 0 else end
        kinds = set(_names(before[-_DICTIONARY_AT_MOST:].rpartition(b"obj")[2]))
        if b"ObjStm" in kinds:
            inflated = _inflated(content[found.end() : reached], kinds, left)
            left -= len(inflated)
            yield inflated
    bare.append(content[reached:])
    yield b" ".join(bare)


def _inflated(stream: bytes, kinds: set[bytes], most: int) -> bytes:
    """The objects of an object stream; what is packed in another way than plain Flate cannot be looked through."""
    filters = {name for name in kinds if name.endswith(b"Decode")}
    if not filters:
        return stream
    unpacker = zlib.decompressobj()
    try:
        inflated = unpacker.decompress(stream, max(most, 1))
    except zlib.error:
        inflated = b""
    if filters != {b"FlateDecode"} or b"Predictor" in kinds or not inflated:
        raise Refused("PDF文件的结构无法检查，请打印为新的PDF或拍照后上传")
    if unpacker.unconsumed_tail:
        raise Refused("PDF文件展开后过大，请打印为新的PDF或拍照后上传")
    return inflated
