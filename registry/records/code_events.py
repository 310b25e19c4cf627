"""Codes newly assigned and numbers converted (安政发〔2017〕8号 一（一）): a kind of record of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from django.db import models

from registry.directory import older_numbers
from registry.directory.organisations import CodeAuthority
from registry.directory.subjects import IdentifierScheme, SubjectIdentifier
from registry.identifiers import uscc
from registry.records.fields import Condition, FieldSpec, FieldType, Operator
from registry.records.kinds import Kind, Problem
from registry.records.models import Record
from registry.records.publication import PUBLICATION, extended
from registry.records.statuses import LIVE, Action
from registry.records.validation import Circumstances
from registry.records.workflow import Act


class CodeEventKind(models.TextChoices):
    ASSIGNED = "增量赋码", "增量赋码"
    CONVERTED = "存量转换", "存量转换"


class CodeEvent(models.Model):
    """What an authority did: gave a new subject its code, or replaced a number from before 2015."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="code_event")
    event_kind = models.CharField("类型", max_length=10, choices=CodeEventKind)
    old_scheme = models.CharField("原号码类型", max_length=30, blank=True)
    old_value = models.CharField("原号码", max_length=50, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "赋码与转换"
        indexes = [models.Index(name="code_event_kind", fields=["event_kind"])]

    def __str__(self) -> str:
        return self.event_kind


_CONVERTED = (Condition(field="event_kind", operator=Operator.IS, value=("存量转换",)),)

FIELDS = (
    FieldSpec(name="event_kind", label="类型", type=FieldType.CHOICE, required=True,
              choices=tuple(CodeEventKind.values)),
    FieldSpec(name="counterparty_name", label="主体名称", type=FieldType.NAME, keeper="subject", column="name",
              required=True, max_length=200, example="安康市某某商贸有限公司"),
    FieldSpec(name="counterparty_uscc", label="统一社会信用代码", type=FieldType.USCC, keeper="subject",
              column="uscc", required=True, max_length=18),
    FieldSpec(name="old_scheme", label="原号码类型", type=FieldType.CHOICE, required_when=_CONVERTED,
              choices=tuple(IdentifierScheme.labels)),
    FieldSpec(name="old_value", label="原号码", type=FieldType.OLD_NUMBER, required_when=_CONVERTED,
              max_length=50),
    FieldSpec(name="decided_on", label="赋码或转换日期", type=FieldType.DATE, keeper="record", required=True,
              not_after_today=True),
)  # fmt: skip


_prefixes: WeakKeyDictionary[Circumstances, frozenset[str]] = WeakKeyDictionary()  # asked once for a workbook


def authority_holds_the_prefix(data: Mapping[str, Any], circumstances: Circumstances) -> Iterator[Problem]:
    """Positions 1–2 must suit the authority (GB 32100-2015); 3–8 are history and never refused."""
    held = _prefixes.get(circumstances)
    if held is None:
        of_body = CodeAuthority.objects.filter(organisation=circumstances.organisation)
        held = _prefixes[circumstances] = frozenset(of_body.values_list("prefix", flat=True))
    if data["counterparty_uscc"][:2] not in held:
        yield Problem(
            field="counterparty_uscc",
            message=f"统一社会信用代码：{circumstances.organisation}不是前两位为"
            f"{data['counterparty_uscc'][:2]}的代码的登记管理部门",
        )


def old_number_suits_its_scheme(data: Mapping[str, Any], circumstances: Circumstances) -> Iterator[Problem]:
    """Where a scheme has a check character, it is checked."""
    if data.get("old_value"):
        for fault in older_numbers.faults(_scheme(data.get("old_scheme") or ""), data["old_value"]):
            yield Problem(field="old_value", message=f"原号码：{fault}")


def old_number_is_free(data: Mapping[str, Any], circumstances: Circumstances) -> Iterator[Problem]:
    """An old number leads to one subject only."""
    if not data.get("old_value"):
        return
    scheme = _scheme(data["old_scheme"])
    holder = SubjectIdentifier.objects.filter(scheme=scheme, value=data["old_value"]).exclude(
        subject__uscc=data["counterparty_uscc"]
    )
    if holder.exists():
        yield Problem(field="old_value", message="原号码：已对应其他统一社会信用代码，请核对")


def old_code_agrees(data: Mapping[str, Any], circumstances: Circumstances) -> Iterator[Problem]:
    """Positions 9 to 17 of the new code are the old organisation code (GB 32100-2015), unless a body erred."""
    is_organisation_code = data.get("old_scheme") == IdentifierScheme.ORGANISATION.label
    if is_organisation_code and uscc.parts(data["counterparty_uscc"]).organisation_code != data["old_value"]:
        yield Problem(field="old_value", message="原号码：与统一社会信用代码第9至17位的组织机构代码不一致，请核对")


def _scheme(label: str) -> str:
    return next((value for value, text in IdentifierScheme.choices if text == label), "")


def assigned_once(records: Sequence[Record], act: Act) -> Mapping[int, str]:
    """One subject receives a new code once; a second assignment is a mistake of one of the two."""
    assigned = set(
        CodeEvent.objects.filter(
            event_kind=CodeEventKind.ASSIGNED,
            record__status__in=LIVE,
            record__subject__in=[record.subject_id for record in records],
        ).values_list("record__subject_id", flat=True)
    )
    return {
        record.pk: "该代码已经赋予此主体，不能重复赋码"
        for record in records
        if record.detail.event_kind == CodeEventKind.ASSIGNED and record.subject_id in assigned
    }


def keep_old_numbers(records: Sequence[Record], act: Act) -> None:
    """From publication on the old number leads to the subject, and the subject knows its authority."""
    for record in records:
        subject, event = record.subject, record.detail
        subject.registration_organisation = record.organisation
        subject.established_on = subject.established_on or record.decided_on
        subject.save(update_fields=["registration_organisation", "established_on"])
        if event.event_kind == CodeEventKind.CONVERTED:
            SubjectIdentifier.objects.get_or_create(
                scheme=_scheme(event.old_scheme),
                value=event.old_value,
                defaults={"subject": subject, "valid_to": record.decided_on},
            )


CODE_EVENT = Kind(
    code="code-event",
    number=2,
    label="代码赋予与转换",
    detail=CodeEvent,
    fields=FIELDS,
    rule_book={
        **PUBLICATION,
        Action.PUBLISH: extended(PUBLICATION[Action.PUBLISH], guards=(assigned_once,), effects=(keep_old_numbers,)),
    },
    checks=(authority_holds_the_prefix, old_number_suits_its_scheme, old_number_is_free),
    remarks=(old_code_agrees,),
    title_field="event_kind",
    collection="code-events",
    url_name="portal:published_codes",
    filters=("event_kind",),
)
