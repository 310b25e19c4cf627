"""Whether an objection or a repair may be begun on a record: asked on the first page, and again under the lock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from objections.models import Case
from objections.statuses import CaseStatus, Outcome, Procedure, RepairWay
from registry.directory.terms import RepairRule, repair_rule
from registry.records.kinds import Facts
from registry.records.models import Record
from registry.records.statuses import NOT_YET_PUBLIC

OPEN_ONE = "该信息已有一件正在办理的异议或修复，同一信息一次只办理一件；请待其办结后再提出"


class NotAdmitted(Exception):
    """The rules do not allow it; the message says why and, where there is one, from when or what instead."""


@dataclass(frozen=True)
class RepairTerms:
    """From when, until when and on which conditions a record may be repaired, for the page that says so."""

    facts: Facts
    rule: RepairRule | None

    @property
    def conditions(self) -> str:
        return self.rule.conditions if self.rule else "已纠正失信行为，已消除不良影响，作出信用承诺"

    @property
    def materials(self) -> list[str]:
        text = self.rule.materials if self.rule else "纠正失信行为、履行义务的证明;消除不良影响的证明"
        return [each for each in text.split(";") if each]

    @property
    def legal_basis(self) -> str:
        return self.rule.legal_basis if self.rule else "安政发〔2017〕8号 四（四）"

    def is_due(self, on: date) -> bool:
        return self.facts.is_repairable and (self.facts.repair_from is None or on >= self.facts.repair_from)


def repair_terms(record: Record, *, on: date) -> RepairTerms:
    """What its kind says of repairing this record, by the rules of that day."""
    facts = record.the_kind.facts(record, on)
    return RepairTerms(facts, repair_rule(facts.rule_id) if facts.rule_id else None)


def admit_any(record: Record) -> None:
    """One undecided procedure at a time (lifecycle Q5); nothing about what was never public."""
    if record.status in NOT_YET_PUBLIC:
        raise NotAdmitted("该信息尚未公示，不能提出")
    if Case.objects.undecided().filter(record=record).exists():
        raise NotAdmitted(OPEN_ONE)


def admit_objection(record: Record, *, ground: str, field_name: str) -> None:
    """Raises NotAdmitted where one is open, or where the same has been answered about the same contents."""
    admit_any(record)
    answered = Case.objects.filter(
        procedure=Procedure.OBJECTION,
        record=record,
        record_edition=record.edition,
        status__in=(CaseStatus.CONCLUDED, CaseStatus.FED_BACK, CaseStatus.CLOSED),
        objection__outcome=Outcome.UPHELD,
        objection__ground=ground,
        objection__field_name=field_name,
    ).first()
    if answered is not None:
        raise NotAdmitted(
            f"同一信息以同一理由提出的异议（{answered.number}）已有结论，不再重复受理；"
            "不服的可以在查询页反映“未解决”，或者依法申请行政复议、提起行政诉讼"
        )


def admit_repair(record: Record, *, way: str, on: date) -> RepairTerms:
    """Raises NotAdmitted outside the rules; returns them otherwise."""
    admit_any(record)
    terms = repair_terms(record, on=on)
    facts = terms.facts
    if not facts.is_repairable:
        raise NotAdmitted(facts.why_not or "该信息不可修复")
    if facts.repair_from and on < facts.repair_from:
        raise NotAdmitted(f"最短公示期尚未届满，自{facts.repair_from}起方可申请修复（{terms.legal_basis}）")
    is_late_allowed = terms.rule is not None and terms.rule.is_late_allowed
    if facts.repair_until and on > facts.repair_until and not is_late_allowed:
        raise NotAdmitted(
            f"规定期限已于{facts.repair_until}届满，不能提前修复；该信息公示至期满为止，认为有误的可以提出异议"
        )
    if way == RepairWay.SERVICE and not record.subject.is_natural:
        raise NotAdmitted("公益服务方式只适用于自然人，请选择“纠正失信行为、消除不良影响”")
    if way == RepairWay.SERVICE and facts.service_hours is None:
        raise NotAdmitted("该信息没有规定公益服务时长，不能以公益服务方式修复")
    return terms
