"""What goes in and comes out of the joint check, as the schema tells it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from measures.models import Decision, FinanceWay


def _shape(name: str, /, **fields: serializers.Field) -> serializers.Serializer:
    return inline_serializer(name, fields)


def _text(label: str, **more: Any) -> serializers.CharField:
    return serializers.CharField(help_text=label, **more)


ASKED = _shape(
    "JointCheckAsked",
    matter=_text("本单位的应用事项，须为已登记的事项名称"),
    code=_text("一个代码", required=False),
    codes=serializers.ListField(child=serializers.CharField(), required=False, help_text="多个代码，最多100000个"),
    consortia=serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="联合投标的：联合体名称及其成员的代码；一个成员被限制的，联合体即被限制",
    ),
    person=serializers.DictField(required=False, help_text="自然人：name 姓名，number 证件号码"),
)
FILE = _shape(
    "JointCheckFile",
    matter=_text("本单位的应用事项"),
    file=serializers.FileField(
        help_text="工作簿或CSV，代码在表头为“统一社会信用代码”的一列或第一列；联合投标的，在“联合体”一列填写名称"
    ),
)
CHECK = _shape(
    "JointCheck",
    number=_text("查询编号，反馈时使用"),
    data_time=serializers.DateTimeField(help_text="数据时间"),
    good_until=serializers.DateField(help_text="此日后须重新查询，才能作出限制的决定"),
    matter=_text("事项"),
    asked=serializers.IntegerField(help_text="查询数"),
    found=serializers.IntegerField(help_text="查到数"),
    hit=serializers.IntegerField(help_text="命中数"),
    undecided=serializers.IntegerField(help_text="尚未作出决定的命中"),
    entries=serializers.ListField(child=serializers.DictField(), help_text="命中的信息及措施"),
    consortia=serializers.ListField(
        child=serializers.DictField(),
        help_text="有成员命中的联合体：name enforcement（IN_FORCE 限制，SUSPENDED 核实中，暂不执行）",
    ),
    notice=_text("说明"),
    results=serializers.ListField(
        child=serializers.DictField(), required=False, help_text="按查询顺序：code found hit enforcement entries"
    ),
)
DECISIONS = _shape(
    "JointCheckDecision",
    entry=serializers.UUIDField(help_text="命中的信息"),
    decision=serializers.ChoiceField(choices=Decision.choices, help_text="决定"),
    reason=_text("理由，放行须填写", required=False),
)
FEEDBACK = _shape(
    "FinanceFeedback",
    entry=serializers.UUIDField(help_text="命中的信息"),
    measure=_text("措施编号"),
    way=serializers.ChoiceField(choices=FinanceWay.choices, help_text="方式"),
    size=serializers.DecimalField(
        max_digits=5, decimal_places=2, required=False, help_text="上浮幅度（百分点）"
    ),
    note=_text("说明", required=False),
)  # fmt: skip
