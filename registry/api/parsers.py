"""One strict reading of JSON: what two readers could understand differently is refused (ASVS 1.5.3)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from email.message import Message
from typing import IO, Any, NoReturn

from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser

from registry.api.problems import Refusal, place

MEDIA_TYPE = "application/json"
LARGEST = 1_048_576  # bytes
DEEPEST = 32
LONGEST_NUMBER = 40

_STRING_OR_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{\]}]', re.DOTALL)
_FORBIDDEN = re.compile("[\0\ud800-\udfff]")


class StrictJSONParser(BaseParser):
    """UTF-8 JSON without duplicate keys, NaN, NUL, lone surrogates, depth or size beyond reason."""

    media_type = MEDIA_TYPE

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        return read(stream.read(LARGEST + 1))


def refuse_unreadable(headers: Mapping[str, Any], *, largest: int = LARGEST) -> None:
    """Refuse by its headers (WSGI's names) what is not plain UTF-8 JSON, before a byte of it is read."""
    length = str(headers.get("CONTENT_LENGTH") or "0")
    if length == "0":
        return
    if length.isdigit() and int(length) > largest:
        raise Refusal(413, _too_large(largest))
    content_type = headers.get("CONTENT_TYPE", "")
    said = Message()
    said["Content-Type"] = content_type
    charset = said.get_param("charset", "utf-8")
    encoding = headers.get("HTTP_CONTENT_ENCODING", "identity").strip().lower()
    is_json = content_type.partition(";")[0].strip().lower() == MEDIA_TYPE
    if not is_json or str(charset).lower() not in ("utf-8", "utf8") or encoding not in ("", "identity"):
        raise UnsupportedMediaType(content_type)


def read(body: bytes, *, largest: int = LARGEST) -> Any:
    """The value of a JSON text; raises ParseError and repeats nothing of the text."""
    if len(body) > largest:
        raise ParseError(_too_large(largest))
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise ParseError("请求内容须为UTF-8编码的JSON") from None
    if _depth(text) > DEEPEST:
        raise ParseError(f"JSON 嵌套超过{DEEPEST}层")
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_no_constant,
        )
    except (ValueError, ArithmeticError):
        raise ParseError("请求内容不是正确的JSON") from None
    _check_texts(value, "")
    return value


def _too_large(largest: int) -> str:
    return f"请求内容超过{largest // 1_048_576}MB"


def _depth(text: str) -> int:
    """How deep brackets nest outside of strings; found before anything recursive reads them."""
    depth = deepest = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        match found[0]:
            case "[" | "{":
                depth += 1
                deepest = max(deepest, depth)
            case "]" | "}":
                depth -= 1
    return deepest


def _object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ParseError(f"JSON 中有重复的键：{place(key)}")
        found[key] = value
    return found


def _decimal(text: str) -> Decimal:
    if len(text) > LONGEST_NUMBER:
        raise ParseError("数字过长")
    return Decimal(text)


def _integer(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ParseError("数字过长")
    return int(text)


def _no_constant(text: str) -> NoReturn:
    raise ParseError("数字不能为 NaN 或 Infinity")


def _check_texts(value: Any, name: str) -> None:
    match value:
        case str():
            _check_text(value, name)
        case dict():
            for key, inner in value.items():
                _check_text(key, "键名")
                _check_texts(inner, f"{name}.{key}" if name else key)
        case list():
            for inner in value:
                _check_texts(inner, name)


def _check_text(text: str, name: str) -> None:
    if _FORBIDDEN.search(text):
        shown = name if name in ("", "键名") else place(name)
        message = "含有非法字符（NUL 或不成对的代理字符）"
        raise Refusal(400, f"{shown or '内容'}：{message}", {name: [message]} if name not in ("", "键名") else None)
