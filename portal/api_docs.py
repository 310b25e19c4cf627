"""The schema as a page people can read, in Chinese and without a script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from registry.api.schema import document
from registry.pages.crumbs import Crumb, Place

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Line:
    """A parameter or a field."""

    name: str
    type: str
    is_required: bool
    description: str


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Line, ...]
    body: tuple[Line, ...]
    responses: tuple[tuple[str, str], ...]


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """Every operation with its parameters, its body and what it may answer."""
    place = Place(title="开放接口", trail=(Crumb("开放接口"),), column="开放接口")
    return render(request, "api/docs.html", {"place": place, "groups": _groups().items()})


@cache  # the addresses do not change while the process lives
def _groups() -> dict[str, list[Operation]]:
    groups: dict[str, list[Operation]] = {}
    for operation, tag in _operations(document()):
        groups.setdefault(tag, []).append(operation)
    return groups


def _operations(schema: Mapping[str, Any]) -> Iterator[tuple[Operation, str]]:
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if told := methods.get(method):
                yield _operation(path, method, told, schema), told.get("tags", ["其他"])[0]


def _operation(path: str, method: str, told: Mapping[str, Any], schema: Mapping[str, Any]) -> Operation:
    return Operation(
        method=method.upper(),
        path=path,
        summary=told.get("summary", ""),
        description=told.get("description", ""),
        parameters=tuple(
            Line(one["name"], one["schema"].get("type", ""), one.get("required", False), one.get("description", ""))
            for one in told.get("parameters", ())
        ),
        body=tuple(_body(told, schema)),
        responses=tuple((code, one.get("description", "")) for code, one in sorted(told["responses"].items())),
    )


def _body(told: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Line]:
    content = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    shape = schema["components"]["schemas"].get(name, {})
    for field, one in shape.get("properties", {}).items():
        yield Line(field, one.get("type", ""), field in shape.get("required", ()), one.get("description", ""))
