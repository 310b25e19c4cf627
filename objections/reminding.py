"""Some days before a repair window closes the subject is told, where anybody knows how to reach it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, datetime

from django.conf import settings
from django.core.mail import send_mail

from objections import sms
from objections.models import Case, RepairReminder
from registry.records import kinds
from registry.records.models import Record
from registry.records.statuses import Action

logger = logging.getLogger(__name__)

DAYS_BEFORE = (30, 7)


def remind(*, on: date, at: datetime) -> int:
    """Write and send the reminders of that day; returns how many are new. Repeats are harmless."""
    made = 0
    for record, last in _closing(on):
        days = (last - on).days
        told = _reach(record)
        _, is_new = RepairReminder.objects.get_or_create(
            record=record, days=days, window_ends_on=last, defaults={"told": "、".join(told), "made_at": at}
        )
        if is_new:
            made += 1
            _send(record, last, told)
    return made


def _closing(on: date) -> Iterator[tuple[Record, date]]:
    """Live records of the lists whose window closes in as many days as somebody is reminded before."""
    codes = [kind.code for kind in kinds.every() if kind.bites and Action.REPAIR in kind.rule_book]
    live = Record.objects.live(on=on).filter(kind__in=codes).select_related("subject", "organisation")
    for record in live.order_by("pk").iterator(chunk_size=500):
        last = record.the_kind.facts(record, on).repair_until
        if last is not None and (last - on).days in DAYS_BEFORE:
            yield record, last


def _reach(record: Record) -> dict[str, str]:
    """How the subject was last reached in one of its own cases."""
    latest = Case.objects.filter(subject=record.subject_id).exclude(capacity="").order_by("-pk").first()
    contact = latest.contact() if latest else {}
    return {label: contact[name] for name, label in (("email", "电子邮件"), ("phone", "短信")) if contact.get(name)}


def _send(record: Record, last: date, told: dict[str, str]) -> None:
    name, address = settings.SITE["name"], settings.SITE["url"].rstrip("/")
    text = (
        f"【{name}】贵单位（您）有一条信用信息可以在{last}前纠正并申请修复，逾期不能提前修复。"
        f"条件、材料和办理入口：{address}/repairs/new/"
    )
    try:
        if "电子邮件" in told:
            send_mail(f"{name}：信用修复期限提醒", text, None, [told["电子邮件"]])
        if "短信" in told:
            sms.gateway().send(told["短信"], text)
    except Exception as error:  # one address that fails must not keep the others from being told
        logger.warning("修复期限提醒未能发送：%s", type(error).__name__)
