"""Bans and limits of consumption: chosen one by one, by a reviewer of the body that determined the entry.

限制高消费 (三（四）) follows only from a refusal to perform by somebody who is found able to, after an urging;
市场和行业禁入 (三（三）) only for those in office, in an industry, for a time within the term of the entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from measures import standing, triggering
from measures.models import ListLine, Measure, MeasureApplication, Strength
from registry.directory.persons import Person
from registry.directory.positions import PersonRole
from registry.directory.staff import User
from registry.records import kinds
from registry.records.models import PersonalItem, Record
from registry.records.reasons import ReasonProblem, clean_reason
from registry.records.workflow import MoveRefused, lock_one

PRACTITIONER = "注册执业人员"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What is decided for one target; no person: the subject itself."""

    measure: Measure
    decision: str
    valid_from: date
    valid_until: date
    person: Person | None = None
    text: str = ""
    industry: str = ""
    certificate: str = ""
    longer_basis: str = ""  # what allows a ban to outlast the term of the entry


@transaction.atomic
def choose(record: Record, choice: Choice, *, by: User, at: datetime, today: date) -> MeasureApplication:
    """Decide one limit for one target; raises PermissionDenied, MoveRefused or ValidationError by field."""
    record = lock_one(record)
    if not by.has_perm("measures.choose_limit") or by.organisation_id != record.organisation_id:
        raise PermissionDenied("只有认定单位的审核员可以决定此类措施")
    if why := why_not(record, choice.measure, on=today):
        raise MoveRefused(why)
    role = _role(record, choice)
    wrong = {name: message for name, message in _problems(record, choice, role)}
    if wrong:
        raise ValidationError(wrong)
    try:
        with transaction.atomic():
            return _decided(record, choice, role, by=by, today=today)
    except IntegrityError:
        raise MoveRefused("该对象已有这项措施") from None


def offered(record: Record, *, on: date) -> list[Measure]:
    """The measures that may be chosen for this record on that day."""
    chosen = Measure.objects.in_force(on=on).filter(is_chosen=True).order_by("code")
    return [measure for measure in chosen if not why_not(record, measure, on=on)]


def why_not(record: Record, measure: Measure, *, on: date) -> str:
    """Why this measure may not be chosen for this record now; '' when it may."""
    facts = record.the_kind.facts(record, on)
    if not measure.is_chosen:
        return f"“{measure.name}”按措施清单自动触发，不逐项选择"
    if not record.the_kind.bites or not Record.objects.live(on=on).filter(pk=record.pk).exists():
        return "该信息不在惩戒期限内，不能采取措施"
    if not measure.covers(facts.taxonomy_item):
        return f"“{measure.name}”不适用于该项失信行为（适用：{measure.items}）"
    if standing.held_among([record.pk]):
        return "该信息正在核实或被裁定停止执行，核实期间不得采取新的措施"
    return _unperformed(facts, on=on) if measure.ends_on_performance else ""


def _unperformed(facts: kinds.Facts, *, on: date) -> str:
    if not facts.is_able_to_perform:
        return "没有认定有履行能力，不能限制高消费（安政发〔2017〕8号 三（四））"
    if facts.performed_on is not None and facts.performed_on <= on:
        return f"已于{facts.performed_on}履行义务，不能限制高消费"
    if facts.urged_on is None:
        return "尚未催告履行，不能限制高消费；请先登记催告"
    if facts.urged_on >= on:
        return f"催告的履行期限至{facts.urged_on}，期满仍不履行方可限制高消费"
    return ""


def _role(record: Record, choice: Choice) -> str:
    """The position by which the person answers; '' for the subject. Raises ValidationError where there is none."""
    if choice.person is None:
        if not choice.measure.suits(record.subject.kind):
            raise ValidationError({"person": f"“{choice.measure.name}”不适用于{record.subject.kind}"})
        return ""
    day = triggering.act_day(record)
    answering = set(PersonRole.objects.filter(**{choice.measure.persons: True}).values_list("name", flat=True))
    named = PersonalItem.objects.filter(record=record, person=choice.person)
    if not named:
        raise ValidationError({"person": "该人员不是本条信息载明的责任人员"})
    for item in named:
        in_office = (item.held_from is None or item.held_from <= day) and (
            item.held_until is None or day <= item.held_until
        )
        if item.role_id in answering and in_office:
            return item.role_id
    words = "、".join(sorted(answering))
    raise ValidationError({"person": f"“{choice.measure.name}”只及于行为发生时担任以下职务的人员：{words}"})


def _problems(record: Record, choice: Choice, role: str) -> Iterator[tuple[str, str]]:
    measure = choice.measure
    for name, label, needed in (
        ("decision", "决定文书", True),
        ("text", "限制的具体内容", measure.needs_text),
        ("industry", "行业", measure.needs_industry),
        ("certificate", "执业证书种类和编号", measure.needs_industry and PRACTITIONER in role),
    ):
        if needed and not getattr(choice, name).strip():
            yield name, f"{label}：必填"
    for name in ("decision", "text", "industry", "certificate", "longer_basis"):
        try:
            clean_reason(getattr(choice, name), longest=60 if name == "industry" else 100 if name != "text" else 300)
        except ReasonProblem as problem:
            yield name, str(problem)
    if choice.valid_until < choice.valid_from:
        yield "valid_until", "限制止不能早于限制起"
    term = record.public_until
    if term is not None and choice.valid_until > term and not choice.longer_basis.strip():
        yield "valid_until", f"限制止{choice.valid_until}晚于该信息的期限{term}；依据另有规定的，请写明依据"


def _decided(record: Record, choice: Choice, role: str, *, by: User, today: date) -> MeasureApplication:
    measure = choice.measure
    own = ListLine.objects.triggering(on=today).filter(measure=measure, measure_list__organisation=record.organisation)
    line = own.select_related("basis").first()
    basis = line.basis_text if line is not None else f"{measure.basis}{measure.section}"
    return MeasureApplication.objects.create(
        record=record, line=None, measure=measure, organisation=record.organisation, person=choice.person, role=role,
        strength=Strength.MANDATORY, basis="；".join(filter(None, [basis, choice.longer_basis.strip()]))[:400],
        triggered_on=today, seq=record.seq, due_on=triggering.due_on(today), industry=choice.industry.strip(),
        text=choice.text.strip(), decision=choice.decision.strip(), certificate=choice.certificate.strip(),
        valid_from=choice.valid_from, valid_until=choice.valid_until, chosen_by=by,
    )  # fmt: skip
