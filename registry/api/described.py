"""The API as its schema tells it: shapes of answers, and the fields of every kind taken from their specification."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    extend_schema_view,
    inline_serializer,
)
from rest_framework import serializers

from registry.api import writing
from registry.api.asking import DayFilter, RecordFilters, YearFilter, own_filters
from registry.records.fields import FieldSpec, FieldType
from registry.records.kinds import Kind
from registry.records.statuses import Action

OTHER = "其他"  # may carry its own explanation (其他-补充说明), so no list of values is complete


class OneOf(serializers.CharField):
    """One of these words."""

    def __init__(self, words: Sequence[str], **more: Any) -> None:
        self.words = list(words)
        super().__init__(**more)


class OneOfTold(OpenApiSerializerFieldExtension):
    """Inside allOf, so that the generator does not make a named type of every list of words."""

    target_class = OneOf

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return {"allOf": [{"type": "string", "enum": self.target.words}]}


def _shape(name: str, /, **fields: serializers.Field) -> serializers.Serializer:
    return inline_serializer(name, fields)


def _text(label: str, **more: Any) -> serializers.CharField:
    return serializers.CharField(help_text=label, **more)


SUBJECT = _shape(
    "SubjectBrief",
    code=_text("统一社会信用代码", allow_null=True),
    name=_text("名称，自然人脱敏"),
    kind=_text("主体类别"),
    url=_text("页面地址", allow_null=True),
)
VERDICT = _shape(
    "Verdict",
    input=_text("输入（身份证号不回显）", allow_null=True),
    code=_text("规范写法", allow_null=True),
    scheme=_text("号码类型"),
    valid=serializers.BooleanField(help_text="是否有效"),
    problems=serializers.ListField(child=serializers.DictField(), help_text="错在第几位，怎样改"),
    warnings=serializers.ListField(child=serializers.CharField(), help_text="提示"),
    subject=SUBJECT,
)
SUBJECT_DETAIL = _shape(
    "SubjectDetail",
    code=_text("统一社会信用代码"),
    name=_text("名称"),
    kind=_text("主体类别"),
    url=_text("页面地址"),
    region=_text("区划代码", allow_null=True),
    state=_text("登记状态"),
    established_on=serializers.DateField(allow_null=True, help_text="成立日期"),
    facts=serializers.ListField(child=serializers.DictField(), help_text="登记信息"),
    former_names=serializers.ListField(child=serializers.CharField(), help_text="曾用名"),
    counts=serializers.DictField(child=serializers.IntegerField(), help_text="各类记录条数"),
)
_ROW: dict[str, Callable[[], serializers.Field]] = {
    "uid": lambda: serializers.UUIDField(help_text="记录编号"),
    "kind": lambda: _text("种类"),
    "kind_label": lambda: _text("种类名称"),
    "title": lambda: _text("标题"),
    "document_number": lambda: _text("文书号"),
    "subject": lambda: serializers.DictField(help_text="信用主体"),
    "organisation": lambda: serializers.DictField(help_text="提供单位"),
    "decided_on": lambda: serializers.DateField(help_text="决定日期"),
    "public_from": lambda: serializers.DateField(help_text="公示起始日期"),
    "public_until": lambda: serializers.DateField(allow_null=True, help_text="公示截止日期"),
    "edition": lambda: serializers.IntegerField(help_text="版次"),
    "url": lambda: _text("页面地址"),
}
ROW = _shape("RecordRow", **{name: make() for name, make in _ROW.items()})
PAGE = _shape(
    "RecordPage",
    count=serializers.IntegerField(help_text="条数，最多数到10000"),
    count_capped=serializers.BooleanField(help_text="是否不止此数"),
    next=serializers.URLField(allow_null=True, help_text="下一页"),
    results=serializers.ListField(child=ROW, help_text="记录"),
    notice=_text("提示", required=False),
)
RECORD = _shape(
    "RecordDetail",
    **{name: make() for name, make in _ROW.items()},
    status=_text("状态"),
    status_label=_text("状态名称"),
    contents=serializers.DictField(child=serializers.JSONField(), help_text="公开字段：名称与值，供程序使用"),
    fields=serializers.ListField(child=serializers.DictField(), help_text="公开字段：name code label value，供展示"),
    sha256=_text("内容摘要"),
)
DRAFT = _shape(
    "Draft",
    uid=serializers.UUIDField(help_text="记录编号"),
    status=_text("状态"),
    status_label=_text("状态名称"),
    seq=serializers.IntegerField(help_text="事件序号，提交决定时可作为 expecting"),
    notices=serializers.ListField(child=serializers.CharField(), help_text="自动更正的说明"),
)
MOVE = _shape(
    "Move",
    action=serializers.ChoiceField(choices=[(action.value, action.label) for action in Action], help_text="操作"),
    reason=_text("理由", required=False),
    expecting=serializers.IntegerField(required=False, help_text="所见的事件序号；已变化则拒绝"),
)
CORRECTION = _shape("Correction", reason=_text("更正理由"), changes=serializers.DictField(help_text="字段与新值"))


_TYPES = {DayFilter: OpenApiTypes.DATE, YearFilter: OpenApiTypes.INT}


def filters(kind: Kind | None = None) -> list[OpenApiParameter]:
    """The query parameters of lists, as the filter set declares them."""
    of_all = {name: one for name, one in RecordFilters.base_filters.items() if kind is None or name != "kind"}
    of_kind = own_filters(kind) if kind else {}
    declared = [
        OpenApiParameter(
            name,
            _TYPES.get(type(one), OpenApiTypes.STR),
            description=str(one.label),
            enum=[value for value, _ in one.extra["choices"]] if name in of_kind else None,
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
    body, name, tags = _body(kind), kind.code, [kind.label]
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
        get=extend_schema(operation_id=f"{name}-read", summary="查看一条", tags=tags, responses={200: RECORD}),
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


def _body(kind: Kind) -> serializers.Serializer:
    name = "".join(part.title() for part in kind.code.split("-"))
    return inline_serializer(f"{name}Values", {field.name: _field(field) for field in kind.fields})


def _field(field: FieldSpec) -> serializers.Field:
    said = f"{field.label}（{field.code}）" if field.code else field.label
    if field.help_text:
        said += f"。{field.help_text}"
    common: dict[str, Any] = {"required": field.required and not field.default, "help_text": said}
    match field.type:
        case FieldType.DATE:
            return serializers.DateField(**common)
        case FieldType.AMOUNT:
            return serializers.DecimalField(max_digits=18, decimal_places=6, **common)
        case FieldType.CHOICE if OTHER not in field.choices:
            return OneOf(field.choices, **common)
        case FieldType.CHOICE | FieldType.CHOICES:
            common["help_text"] += f"：{'、'.join(field.choices)}"
            return serializers.CharField(max_length=field.max_length, **common)
        case _:
            return serializers.CharField(max_length=field.max_length, **common)


def unlisted(view: type) -> Callable[..., Any]:
    """The same view at an address the schema does not tell."""
    return type(f"{view.__name__}Unlisted", (view,), {"schema": None}).as_view()


def view_of(view: type, operation: str) -> Callable[..., Any]:
    """A view that is no kind's own, with its description; `operation` names it in the schema."""
    described = type(operation, (view,), {"__doc__": view.__doc__})
    return extend_schema_view(get=extend_schema(operation_id=operation, **_SAID[operation]))(described).as_view()


_CODE = OpenApiParameter("code", OpenApiTypes.STR, description="要核验的任何文字", required=True)
_SAID: dict[str, dict[str, Any]] = {
    "code-judge": {"tags": ["代码与主体"], "summary": "核验代码", "parameters": [_CODE], "responses": {200: VERDICT}},
    "code-read": {"tags": ["代码与主体"], "responses": {200: VERDICT}},
    "subject-read": {"tags": ["代码与主体"], "responses": {200: SUBJECT_DETAIL}},
    "record-list": {"tags": ["信用记录"], "parameters": filters(), "responses": {200: PAGE}},
    "record-read": {"tags": ["信用记录"], "responses": {200: RECORD}},
}
