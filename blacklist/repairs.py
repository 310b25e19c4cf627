"""Whether an entry may be repaired, and until when: the 规定期限 fixed when it was listed (四（四）, Q12)."""

from __future__ import annotations

from datetime import date

from django.db.models import Max

from blacklist.models import Listing
from blacklist.rule_tables import repair_rule
from registry import workdays
from registry.directory.terms import TermStart
from registry.models import Record
from registry.records.kinds import Facts
from registry.records.statuses import LIVE, Status


def facts(record: Record, on: date) -> Facts:
    """What an entry answers to those who ask about records of any kind."""
    listing: Listing = record.listing
    about = {
        "taxonomy_item": listing.item_id,
        "is_able_to_perform": True if listing.ability_finding else None,
        "performed_on": listing.performed_on,
        "acted_on": listing.acted_on,
        "urged_on": _urged_on(record) if listing.item.is_refusal else None,
    }
    if record.status not in LIVE:
        return Facts(why_not=_ended(record), **about)
    rule = repair_rule(listing.item_id, record.organisation.name, on=on)
    if rule is None:
        return Facts(why_not="没有适用的信用修复规则，请向认定单位或信用办咨询", **about)
    if not rule.is_allowed:
        return Facts(why_not=f"{rule.conditions}（{rule.legal_basis}）", **about)
    start = record.public_from if rule.term_starts == TermStart.PUBLICATION else listing.document_date
    is_windowed = listing.correct_until is not None and not rule.is_late_allowed
    return Facts(
        is_repairable=True,
        repair_from=workdays.add_months(start, rule.min_months) if rule.min_months else None,
        repair_until=listing.correct_until if is_windowed else record.public_until,
        rule_id=rule.rule_id,
        service_hours=rule.service_hours if record.subject.is_natural else None,
        **about,
    )


def _urged_on(record: Record) -> date | None:
    """The last day the latest urging to perform set."""
    return record.urging_notices.aggregate(last=Max("due_on"))["last"]


def _ended(record: Record) -> str:
    if record.status == Status.REPAIRED:
        return "该信息已经修复，不再公示和使用"
    return f"该信息{record.get_status_display()}，不需要修复；认为信息有误的，可以提出异议"
