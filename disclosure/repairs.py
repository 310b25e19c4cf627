"""Whether a penalty may be repaired, and from which day: by the rule in force on the day it is asked."""

from __future__ import annotations

from datetime import date

from disclosure import terms
from registry import workdays
from registry.directory.terms import RepairRule, TermStart, repair_rules
from registry.models import Record
from registry.records.kinds import Facts
from registry.records.statuses import LIVE, Status


def facts(record: Record, on: date) -> Facts:
    """What a penalty answers to those who ask about records of any kind."""
    if record.status not in LIVE:
        return Facts(why_not=_ended(record))
    rule = rule_for(record, on=on)
    if rule is None:
        return Facts(why_not="没有适用的信用修复规则，请向作出机关或信用办咨询")
    if not rule.is_allowed:
        return Facts(why_not=f"{rule.conditions}（{rule.legal_basis}）")
    return Facts(
        is_repairable=True,
        repair_from=workdays.add_months(_start(record, rule), rule.min_months),
        repair_until=_until(record, rule),
        rule_id=rule.rule_id,
        service_hours=rule.service_hours if record.subject.is_natural else None,
    )


def rule_for(record: Record, *, on: date) -> RepairRule | None:
    """The narrowest rule in force on that day that is about such a penalty."""
    about = {
        "kind": record.kind,
        "severity": terms.remembered_table().severity(record, on=on),
        "authority": record.detail.authority_name,
        "categories": [word.split("-")[0] for word in record.detail.category.split(";")],
    }
    found = [rule for rule in repair_rules(on=on) if rule.fits(**about)]
    return max(found, key=lambda rule: rule.narrowness, default=None)


def _start(record: Record, rule: RepairRule) -> date:
    return record.public_from if rule.term_starts == TermStart.PUBLICATION else record.decided_on


def _until(record: Record, rule: RepairRule) -> date | None:
    if rule.window_months is None or rule.is_late_allowed:
        return record.public_until
    return workdays.add_months(_start(record, rule), rule.window_months)


def _ended(record: Record) -> str:
    if record.status == Status.REPAIRED:
        return "该信息已经修复，不再公示和使用"
    return f"该信息{record.get_status_display()}，不需要修复；认为信息有误的，可以提出异议"
