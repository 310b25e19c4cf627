"""What the schema says of every operation alike, and the schema itself as a document; settings name `Schema`."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.http import HttpResponse
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from registry.api import asking
from registry.api.door import ApiView

_ANY = {
    "400": "请求有误：逐字段说明",
    "401": "身份凭证无效",
    "403": "无权办理",
    "404": "没有找到",
    "429": "请求过于频繁，见 Retry-After",
    "503": "系统繁忙，见 Retry-After",
}
_READING = {"410": "不再公示"}
_WRITING = {"409": "与当前状态冲突，见 current", "413": "请求内容过大", "415": "只接受 UTF-8 的 JSON"}
_CREATING = {"422": "Idempotency-Key 已用于不同的请求"}

_PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem JSON",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "类别"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "原因与办法"},
        "code": {"type": "string", "description": "供程序判断的代码，不随文字改变"},
        "errors": {
            "type": "object",
            "description": "逐字段的说明",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "current": {"type": "object", "description": "冲突时记录的当前状态（status、seq）"},
    },
}


class Schema(AutoSchema):
    """Adds to every operation the refusals it may give."""

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: ComponentRegistry
    ) -> dict[str, Any] | None:
        operation = super().get_operation(path, path_regex, path_prefix, method, registry)
        if operation is None:
            return None
        shape = ResolvedComponent("Problem", ResolvedComponent.SCHEMA, schema=_PROBLEM, object="Problem")
        registry.register_on_missing(shape)
        content = {"application/problem+json": {"schema": shape.ref}}
        for code, sentence in _refusals(method).items():
            operation["responses"].setdefault(code, {"description": sentence, "content": content})
        return operation

    def get_auth(self) -> list[dict[str, Any]]:
        found = super().get_auth()
        return [*found, {}] if self.method in SAFE_METHODS else found  # anybody reads


def _refusals(method: str) -> dict[str, str]:
    match method.upper():
        case "GET":
            return _ANY | _READING
        case "POST":
            return _ANY | _WRITING | _CREATING
        case _:
            return _ANY | _WRITING


class ApiKeyScheme(OpenApiAuthenticationExtension):
    """How a machine says who it is."""

    target_class = "registry.api.authentication.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "Api-Key 后接空格和密钥；单位密钥只读，绑定录入员的密钥可以其名义录入",
        }


class SessionScheme(OpenApiAuthenticationExtension):
    """How a person who is logged in does."""

    target_class = "registry.api.authentication.StaffSession"
    name = "Session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "登录后的会话，写入须带 CSRF 令牌",
        }


@cache  # the addresses do not change while the process lives, and making it takes a quarter of a second
def document() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


class SchemaDocument(ApiView):
    """OpenAPI 描述，供生成客户端程序使用。"""

    schema = None  # it does not describe itself

    def get(self, request: Request) -> HttpResponse:
        asking.once(request.query_params, ())
        text = json.dumps(document(), ensure_ascii=False)
        return HttpResponse(text, content_type="application/vnd.oai.openapi+json")
