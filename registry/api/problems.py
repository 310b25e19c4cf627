"""Every refusal as RFC 9457 problem JSON: a Chinese sentence, errors by field, nothing of the request repeated."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DataError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from registry.records.validation import Invalid
from registry.records.workflow import MoveRefused
from registry.search.asking import BeyondCap

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
TITLES = {
    400: "请求有误",
    401: "需要身份凭证",
    403: "无权办理",
    404: "没有找到",
    405: "请求方式不支持",
    409: "与当前状态冲突",
    410: "不再公示",
    413: "请求内容过大",
    415: "内容类型不支持",
    422: "请求与先前不一致",
    429: "请求过于频繁",
}
# What a program decides by; the sentences may change, these do not.
CODES = {
    400: "invalid",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    409: "conflict",
    410: "gone",
    413: "too-large",
    415: "unsupported-media-type",
    422: "repeated-differently",
    429: "too-many-requests",
    500: "fault",
    503: "unavailable",
}
_SENTENCES = {
    401: "请在 Authorization 中提供有效的接口密钥，或先登录。",
    403: "您没有办理此项的权限。",
    404: "没有找到所请求的内容。",
    405: "此地址不支持这种请求方式。",
    415: "只接受 Content-Type: application/json（UTF-8），不接受压缩的内容。",
    429: "请求过于频繁，请稍后再试。",
}
# A name of ours; whatever else somebody sent as a name may be a number of somebody, and is not repeated.
_NAME = re.compile(r"(?!.*[0-9]{7})[A-Za-z_][A-Za-z0-9_.\-]{0,59}")
_UNNAMED = "（无法识别的名称）"

Errors = Mapping[str, list[str]]


class Refusal(exceptions.APIException):
    """A refusal with its own status, sentence, errors by field and, on a conflict, the present state."""

    def __init__(
        self, status_code: int, detail: str, errors: Errors | None = None, *, current: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(detail)
        self.status_code = status_code
        self.sentence = detail
        self.errors = errors or {}
        self.current = current


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an exception of a view; None lets Django report a fault of ours."""
    response = _answer(error)
    if response is None:
        return None
    response["Cache-Control"] = "no-store"
    if isinstance(error, exceptions.Throttled) and error.wait is not None:
        response["Retry-After"] = str(max(1, int(error.wait)))
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    return response


def _answer(error: Exception) -> Response | None:
    match error:
        case Refusal():
            return problem(error.status_code, error.sentence, error.errors, current=error.current)
        case Invalid():
            errors = error.checked.errors()
            return problem(400, "；".join(errors.pop("", [])) or "填写的内容有误，请按字段提示修改。", errors)
        case MoveRefused():
            return problem(409, str(error))
        case BeyondCap():
            return problem(400, str(error))
        case PermissionDenied():
            return problem(403, str(error) or _SENTENCES[403])
        case Http404():
            return problem(404, _SENTENCES[404])
        case exceptions.ParseError():
            return problem(400, str(error.detail))
        case exceptions.APIException():
            return problem(error.status_code, _SENTENCES.get(error.status_code, "请求有误，请核对后重试。"))
        case RecursionError() | ValueError() | DataError():
            # Most likely something hostile; but a mistake of ours looks the same, so it is written down.
            logger.error("接口请求无法处理：%s", type(error).__name__, exc_info=error)
            return problem(400, "请求内容无法处理，请核对后重试。")
    return None


def problem(
    status: int, detail: str, errors: Errors | None = None, *, current: Mapping[str, Any] | None = None
) -> Response:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(status, TITLES[400]),
        "status": status,
        "detail": detail,
        "code": CODES.get(status, CODES[400]),
    }
    if errors:
        body["errors"] = named(errors)
    if current:
        body["current"] = current
    return Response(body, status=status, content_type=CONTENT_TYPE)


def named(errors: Errors) -> dict[str, list[str]]:
    """The errors under names that may be repeated."""
    shown: dict[str, list[str]] = {}
    for name, messages in errors.items():
        shown.setdefault(name if _NAME.fullmatch(name) else _UNNAMED, []).extend(messages)
    return shown


def place(name: str) -> str:
    """The name of a place in the request as a sentence may repeat it."""
    return name if _NAME.fullmatch(name) else _UNNAMED
