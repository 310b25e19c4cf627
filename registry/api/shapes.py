"""What goes in and comes out, as the schema tells it: answers by hand, what is written from the specification of a kind.

Nothing is validated or rendered by these: `answers` makes the one, `registry.records.validation` checks the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.utils import PolymorphicProxySerializer, inline_serializer
from rest_framework import serializers

from registry.intake.deciding import Act
from registry.reading.changes import What
from registry.records.fields import FieldSpec, FieldType
from registry.records.kinds import Kind
from registry.records.listed import Listed
from registry.records.statuses import Action

OTHER = "其他"  # may carry its own explanation (其他-补充说明), so no list of values is complete


class OneOf(serializers.CharField):
    """One of these words."""

    def __init__(self, words: Sequence[str], **more: Any) -> None:
        self.words = list(words)
        super().__init__(**more)


class NamedPersonShape(serializers.Serializer):
    """One person who answers for the act."""

    name = serializers.CharField(max_length=50, help_text="姓名")
    document_type = serializers.CharField(required=False, help_text="证件类型，不填为身份证")
    number = serializers.CharField(max_length=30, help_text="证件号码，加密保存")
    role = serializers.CharField(help_text="职务")
    held_from = serializers.DateField(required=False, allow_null=True, help_text="任职起")
    held_until = serializers.DateField(required=False, allow_null=True, help_text="任职止")


class OneOfTold(OpenApiSerializerFieldExtension):
    """Inside allOf, so that the generator does not make a named type of every list of words."""

    target_class = OneOf

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return {"type": "string", "allOf": [{"enum": self.target.words}]}


def _shape(name: str, /, **fields: serializers.Field) -> serializers.Serializer:
    return inline_serializer(name, fields)


def _text(label: str, **more: Any) -> serializers.CharField:
    return serializers.CharField(help_text=label, **more)


_SUBJECT = {
    "code": _text("统一社会信用代码", allow_null=True),
    "name": _text("名称，自然人脱敏"),
    "kind": _text("主体类别"),
    "url": _text("页面地址", allow_null=True),
}
VERDICT = _shape(
    "Verdict",
    input=_text("输入（身份证号不回显）", allow_null=True),
    code=_text("规范写法", allow_null=True),
    scheme=_text("号码类型"),
    valid=serializers.BooleanField(help_text="是否有效"),
    problems=serializers.ListField(child=serializers.DictField(), help_text="错在第几位，怎样改"),
    warnings=serializers.ListField(child=serializers.CharField(), help_text="提示"),
    subject=inline_serializer("SubjectBrief", _SUBJECT, allow_null=True),
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
CHANGES = _shape(
    "Changes",
    cursor=_text("游标，下次读取时填入 since"),
    next=serializers.URLField(help_text="下次读取的地址"),
    more=serializers.BooleanField(help_text="是否还有，为 false 即已读到最新"),
    results=inline_serializer(
        "Change",
        {
            "number": serializers.IntegerField(help_text="序号"),
            "change": OneOf([what.value for what in What], help_text="新增、变更、移除"),
            "uid": serializers.UUIDField(help_text="记录编号"),
            "kind": _text("种类"),
            "marks": serializers.ListField(child=serializers.CharField(), help_text="核实中等标记"),
            "record": serializers.JSONField(allow_null=True, help_text="现行内容；移除的为 null"),
        },
        many=True,
    ),
)
_DRAFT: dict[str, Callable[[], serializers.Field]] = {
    "uid": lambda: serializers.UUIDField(help_text="记录编号"),
    "status": lambda: _text("状态"),
    "status_label": lambda: _text("状态名称"),
    "seq": lambda: serializers.IntegerField(help_text="事件序号，提交决定时可作为 expecting"),
    "notices": lambda: serializers.ListField(child=serializers.CharField(), help_text="自动更正的说明"),
}
DRAFT = _shape("Draft", **{name: make() for name, make in _DRAFT.items()})
_LAST = {
    "action": _text("操作"),
    "label": _text("操作名称"),
    "by": _text("经办人"),
    "at": serializers.DateTimeField(help_text="时间"),
    "reason": _text("理由"),
}
WORK = _shape(
    "RecordAtWork",
    **{name: make() for name, make in _DRAFT.items()},
    kind=_text("种类"),
    title=_text("标题"),
    decided_on=serializers.DateField(help_text="决定日期"),
    contents=serializers.DictField(child=serializers.JSONField(), help_text="各字段的值，号码脱敏"),
    last=inline_serializer("LastStep", _LAST, allow_null=True),
)
# Nobody says beforehand which it will be: the one who works on a record that is not public sees how it stands.
RECORD_OR_WORK = PolymorphicProxySerializer(
    component_name="RecordOrAtWork", serializers=[RECORD, WORK], resource_type_field_name=None
)
MOVE = _shape(
    "Move",
    action=serializers.ChoiceField(choices=[(action.value, action.label) for action in Action], help_text="操作"),
    reason=_text("理由", required=False),
    expecting=serializers.IntegerField(required=False, help_text="所见的事件序号；已变化则拒绝"),
)
CORRECTION = _shape("Correction", reason=_text("更正理由"), changes=serializers.DictField(help_text="字段与新值"))

DELIVERY = _shape(
    "Delivery",
    file=serializers.FileField(help_text="工作簿：xlsx、xls 或 csv"),
    item=_text("目录信息项编码；本单位只有一个时可不填", required=False),
    backfill=serializers.BooleanField(required=False, help_text="true：补录以前年度的决定"),
    commit=serializers.BooleanField(required=False, help_text="true：不等确认，无误的行直接存为草稿"),
)
BATCH = _shape(
    "Batch",
    uid=serializers.UUIDField(help_text="批次编号"),
    kind=_text("种类"),
    state=_text("状态"),
    state_label=_text("状态名称"),
    is_backfill=serializers.BooleanField(help_text="补录"),
    refusal=_text("不能读取的原因", allow_null=True),
    progress=serializers.DictField(allow_null=True, help_text="办理中：done 已处理，expected 预计（可能未知）"),
    counts=serializers.DictField(
        child=serializers.IntegerField(),
        help_text="行数：read 总数，new 可导入，wrong 有误，held 待核，same 已存在，changed 有变化，"
        "unmarked 未标记，stored 已导入",
    ),
    remarks=serializers.ListField(child=serializers.CharField(), help_text="说明"),
    repairs=serializers.DictField(child=serializers.IntegerField(), help_text="自动更正及次数"),
    rows=serializers.ListField(child=serializers.DictField(), help_text="需要处理的行，最多100行"),
    workbook=_text("标注了问题的工作簿", allow_null=True),
)
ACT = _shape(
    "BatchAct",
    act=serializers.ChoiceField(choices=Act.choices, help_text="办理事项"),
    reason=_text("理由", required=False),
)


def values_of(kind: Kind) -> serializers.Serializer:
    """What a clerk's machine sends of a kind, field by field."""
    name = "".join(part.title() for part in kind.code.split("-"))
    return inline_serializer(
        f"{name}Values", {field.name: _field(field) for field in kind.fields if not field.assigned}
    )


def _field(field: FieldSpec) -> serializers.Field:
    said = f"{field.label}（{field.code}）" if field.code else field.label
    if field.help_text:
        said += f"。{field.help_text}"
    is_listed = isinstance(field.choices, Listed)  # read when a value comes in, not when the schema is written
    if is_listed:
        said += f"。填写《{field.choices.table}》中的代码"
    elif field.choices:
        said += f"。可选：{'、'.join(field.choices)}"
    common: dict[str, Any] = {"required": field.required and not field.default, "help_text": said}
    match field.type:
        case FieldType.DATE:
            return serializers.DateField(**common)
        case FieldType.AMOUNT:
            return serializers.DecimalField(max_digits=18, decimal_places=6, **common)
        case FieldType.PERSONS:
            return NamedPersonShape(many=True, **common)
        case FieldType.CHOICE if not is_listed and OTHER not in field.choices:
            return OneOf(field.choices, **common)
        case _:
            return serializers.CharField(max_length=field.max_length, **common)
