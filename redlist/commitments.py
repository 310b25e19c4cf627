"""The kind “commitment” (信用承诺, rows S2.2.1, domain 6.2): one more kind is this file, a table and a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from redlist.models import Commitment
from registry.directory.catalogue import Nature, Openness
from registry.records import numbers
from registry.records.fields import Condition, FieldSpec, FieldType, Operator
from registry.records.kinds import Kind, Problem
from registry.records.models import Record
from registry.records.publication import PUBLICATION, extended
from registry.records.statuses import Action, Operation, StateCode, Status
from registry.records.subject_fields import subject_fields
from registry.records.validation import Circumstances
from registry.records.workflow import Act, Transition, from_

TYPES = ("审批替代型", "容缺受理型", "证明事项型", "信用修复型", "行业自律型", "主动型", "其他")
FULFILMENTS = ("全部履行", "部分履行", "全部未履行")
PUBLICITY = ("可向社会公开", "特定范围内公开", "不可公开")
_BROKEN = (Condition(field="fulfilment", operator=Operator.IS, value=FULFILMENTS[1:]),)
_OWN_ACCORD = (Condition(field="type", operator=Operator.IS, value=("主动型",)),)

COMMITMENT_FIELDS = (
    *subject_fields(),
    FieldSpec(name="type", label="承诺类型", type=FieldType.CHOICE, required=True, choices=TYPES, max_length=64),
    FieldSpec(name="reason", label="承诺事由", required=True, max_length=512, example="申请办理食品经营许可"),
    FieldSpec(name="content", label="承诺内容", type=FieldType.LONG_TEXT, required=True, max_length=4000),
    FieldSpec(name="standard", label="产品服务标准", type=FieldType.LONG_TEXT, max_length=2000,
              required_when=_OWN_ACCORD, help_text="公开声明的产品、服务标准"),
    FieldSpec(name="quality", label="质量声明", type=FieldType.LONG_TEXT, max_length=2000, required_when=_OWN_ACCORD),
    FieldSpec(name="liability", label="违诺责任", type=FieldType.LONG_TEXT, required=True, max_length=4000),
    FieldSpec(name="decided_on", label="承诺作出日期", type=FieldType.DATE, keeper="record", required=True,
              not_after_today=True),
    FieldSpec(name="valid_to", label="承诺有效期", type=FieldType.DATE, not_before=("decided_on",)),
    FieldSpec(name="fulfilment", label="承诺履行状态", type=FieldType.CHOICE, choices=FULFILMENTS,
              help_text="认定后填写"),
    FieldSpec(name="unperformed", label="未履行的承诺内容", type=FieldType.LONG_TEXT, max_length=4000,
              required_when=_BROKEN),
    FieldSpec(name="sanction", label="违诺责任追究内容", type=FieldType.LONG_TEXT, max_length=4000,
              required_when=_BROKEN),
    FieldSpec(name="fulfilment_on", label="承诺履行状态认定日期", type=FieldType.DATE, not_before=("decided_on",),
              not_after_today=True),
    FieldSpec(name="fulfilment_unit", label="承诺履行状态认定单位", type=FieldType.NAME, max_length=200),
    FieldSpec(name="fulfilment_unit_uscc", label="承诺履行状态认定单位代码", type=FieldType.USCC, max_length=18),
    FieldSpec(name="accepting_unit", label="承诺受理单位", type=FieldType.NAME, required=True, max_length=200,
              default="organisation.name"),
    FieldSpec(name="accepting_unit_uscc", label="承诺受理单位代码", type=FieldType.USCC, required=True, max_length=18,
              default="organisation.uscc"),
    FieldSpec(name="publicity", label="公开类型", type=FieldType.CHOICE, choices=PUBLICITY, default=PUBLICITY[0],
              public=False),
    FieldSpec(name="remarks", label="备注", max_length=512, public=False),
)  # fmt: skip


def fulfilment_is_whole(data: Mapping[str, Any], circumstances: Circumstances) -> Iterator[Problem]:
    """Who found it fulfilled or broken, and when, stand together with the finding."""
    if data["fulfilment"]:
        for name, label in (("fulfilment_on", "承诺履行状态认定日期"), ("fulfilment_unit", "承诺履行状态认定单位")):
            if not data[name]:
                yield Problem(field=name, message=f"{label}：填写了承诺履行状态的必填")
    elif data["unperformed"] or data["sanction"]:
        yield Problem(field="fulfilment", message="承诺履行状态：填写了未履行内容的必填")


def give_code(records: Sequence[Record], act: Act) -> None:
    """Six digits of the region, the day, a serial of six digits."""
    for record in records:
        prefix = f"{record.organisation.region_id}{act.today:%Y%m%d}"
        (serial,) = numbers.take(f"commitment-{prefix}")
        record.detail.code = f"{prefix}{serial:06d}"
        record.detail.save(update_fields=["code"])


def keep_to_its_circle(records: Sequence[Record], act: Act) -> None:
    """How open it is and until when, as the commitment itself says; never wider than the catalogue allows."""
    for record in records:
        wanted = (Openness.PUBLIC, Openness.SHARED, Openness.AUTHORISED)[PUBLICITY.index(record.detail.publicity)]
        record.openness = max(record.openness, wanted)
        record.public_until = record.detail.valid_to


COMMITMENT = Kind(
    code="commitment",
    number=14,
    label="信用承诺",
    detail=Commitment,
    fields=COMMITMENT_FIELDS,
    rule_book={
        **PUBLICATION,
        Action.PUBLISH: extended(PUBLICATION[Action.PUBLISH], effects=(give_code, keep_to_its_circle)),
        Action.CORRECT: extended(PUBLICATION[Action.CORRECT], effects=(keep_to_its_circle,)),
        # Whoever promised may take it back or promise anew (S2.2.1); that it was broken is found out by others.
        Action.END: Transition(
            sources=from_(Status.PUBLISHED),
            target=Status.WITHDRAWN,
            who=None,
            needs_reason=True,
            operation=Operation.WITHDRAW,
            state=StateCode.OTHER,
        ),
    },
    nature=Nature.BASIC,
    checks=(fulfilment_is_whole,),
    title_field="reason",
    number_column="code",
    collection="commitments",
    url_name="redlist:commitments",
    filters=("type", "fulfilment"),
)
