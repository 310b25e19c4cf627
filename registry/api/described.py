"""The views of the API with what the schema tells of each; a kind's are made here from its own fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import django_filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view

from registry.api import writing
from registry.api.asking import DayFilter, RecordFilters, YearFilter, own_filters
from registry.api.intake import MULTIPART, XLSX
from registry.api.shapes import (
    ACT,
    BATCH,
    CHANGES,
    CORRECTION,
    DELIVERY,
    DRAFT,
    MOVE,
    PAGE,
    RECORD_OR_WORK,
    SUBJECT_DETAIL,
    VERDICT,
    values_of,
)
from registry.records.kinds import Kind

_TYPES = {DayFilter: OpenApiTypes.DATE, YearFilter: OpenApiTypes.INT}


def _fixed(one: django_filters.Filter) -> list[str] | None:
    """The values a filter takes; None where a table says them."""
    choices = one.extra["choices"]
    return None if callable(choices) else [value for value, _ in choices]


def filters(kind: Kind | None = None) -> list[OpenApiParameter]:
    """The query parameters of lists, as the filter set declares them."""
    of_all = {name: one for name, one in RecordFilters.base_filters.items() if kind is None or name != "kind"}
    of_kind = own_filters(kind) if kind else {}
    declared = [
        OpenApiParameter(
            name,
            _TYPES.get(type(one), OpenApiTypes.STR),
            description=str(one.label),
            enum=_fixed(one) if name in of_kind else None,
        )
        for name, one in (of_all | of_kind).items()
    ]
    paging = [
        OpenApiParameter("page", OpenApiTypes.INT, description="页码"),
        OpenApiParameter("page_size", OpenApiTypes.INT, description="每页条数，最多100"),
    ]
    return declared + paging


class Views(NamedTuple):
    collection: Callable[..., Any]
    item: Callable[..., Any]
    moves: Callable[..., Any]
    corrections: Callable[..., Any]


def views_of(kind: Kind) -> Views:
    """The views of a kind's collection, described by its own fields."""
    body, name, tags = values_of(kind), kind.code, [kind.label]
    item = OpenApiParameter("item", OpenApiTypes.STR, description="目录信息项编码；本单位只有一个时可不填")
    once = OpenApiParameter(
        "Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER, description="自定的请求编号，重复提交只办理一次"
    )
    collection = extend_schema_view(
        get=extend_schema(
            operation_id=f"{name}-list", summary="查询列表", tags=tags, parameters=filters(kind), responses={200: PAGE}
        ),
        post=extend_schema(
            operation_id=f"{name}-draft",
            summary="录入草稿",
            tags=tags,
            parameters=[item, once],
            request=body,
            responses={201: DRAFT},
        ),
    )(type(f"{name}-collection", (writing.Collection,), {"kind": kind}))
    one = extend_schema_view(
        get=extend_schema(operation_id=f"{name}-read", summary="查看一条", tags=tags, responses={200: RECORD_OR_WORK}),
        put=extend_schema(
            operation_id=f"{name}-revise",
            summary="修改草稿（整条替换）",
            tags=tags,
            request=body,
            responses={200: DRAFT},
        ),
        patch=extend_schema(
            operation_id=f"{name}-amend",
            summary="修改草稿（只送改动的字段）",
            tags=tags,
            request=body,
            responses={200: DRAFT},
        ),
        delete=extend_schema(
            operation_id=f"{name}-discard", summary="删除从未提交的草稿", tags=tags, responses={204: None}
        ),
    )(type(f"{name}-item", (writing.CollectionItem,), {"kind": kind}))
    moves = extend_schema_view(
        post=extend_schema(
            operation_id=f"{name}-move",
            summary="提交、退回、通过、撤回等",
            tags=tags,
            request=MOVE,
            responses={201: DRAFT},
        )
    )(type(f"{name}-moves", (writing.Moves,), {"kind": kind}))
    corrections = extend_schema_view(
        post=extend_schema(
            operation_id=f"{name}-correct", summary="提出更正", tags=tags, request=CORRECTION, responses={201: DRAFT}
        )
    )(type(f"{name}-corrections", (writing.Corrections,), {"kind": kind}))
    return Views(collection.as_view(), one.as_view(), moves.as_view(), corrections.as_view())


def unlisted(view: type) -> Callable[..., Any]:
    """The same view at an address the schema does not tell."""
    return type(f"{view.__name__}Unlisted", (view,), {"schema": None}).as_view()


def view_of(view: type, operation: str) -> Callable[..., Any]:
    """A view that is no kind's own, with its description; `operation` names it in the schema."""
    described = type(operation, (view,), {"__doc__": view.__doc__})
    return extend_schema_view(get=extend_schema(operation_id=operation, **_SAID[operation]))(described).as_view()


def of_intake(view: type, operation: str) -> Callable[..., Any]:
    """A view of delivered workbooks, with its description."""
    told = {"operation_id": operation, "tags": ["工作簿报送"], **_OF_INTAKE[operation]}
    method = "post" if hasattr(view, "post") else "get"
    described = type(operation, (view,), {"__doc__": view.__doc__})
    return extend_schema_view(**{method: extend_schema(**told)})(described).as_view()


_WORKBOOK = {(200, XLSX): OpenApiTypes.BINARY}
_OF_INTAKE: dict[str, dict[str, Any]] = {
    "intake-deliver": {
        "summary": "报送工作簿",
        "request": {MULTIPART: DELIVERY},
        "responses": {202: BATCH, 200: OpenApiResponse(BATCH, description="同一文件正在办理")},
    },
    "intake-read": {"summary": "查看进度和结果", "responses": {200: BATCH}},
    "intake-act": {"summary": "导入、放弃、撤销、提交审核", "request": ACT, "responses": {202: BATCH}},
    "intake-workbook": {"summary": "取回标注了问题的工作簿", "responses": _WORKBOOK},
}

_CODE = OpenApiParameter("code", OpenApiTypes.STR, description="要核验的任何文字", required=True)
_CHANGES = [
    OpenApiParameter("since", OpenApiTypes.STR, description="上一次返回的 cursor；不填从头读取"),
    OpenApiParameter("kind", OpenApiTypes.STR, description="记录种类；不填为全部"),
    OpenApiParameter("page_size", OpenApiTypes.INT, description="每次条数，最多100"),
]
_SAID: dict[str, dict[str, Any]] = {
    "code-judge": {"tags": ["代码与主体"], "summary": "核验代码", "parameters": [_CODE], "responses": {200: VERDICT}},
    "code-read": {"tags": ["代码与主体"], "responses": {200: VERDICT}},
    "subject-read": {"tags": ["代码与主体"], "responses": {200: SUBJECT_DETAIL}},
    "record-list": {"tags": ["信用记录"], "parameters": filters(), "responses": {200: PAGE}},
    "change-list": {"tags": ["信用记录"], "summary": "读取变更", "parameters": _CHANGES, "responses": {200: CHANGES}},
    "record-read": {"tags": ["信用记录"], "responses": {200: RECORD_OR_WORK}},
}
