"""Due process before an entry is made (四（二）, S4.2.5): what its subject said, what was answered, what the office agreed to."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied

from blacklist.models import ConsentGround, ListingConsent, ListingNotice
from blacklist.steps import grounds_of
from registry import clock
from registry.audit import log
from registry.directory.staff import User
from registry.models import Record
from registry.records.reasons import ReasonProblem, clean_reason
from registry.records.statuses import Status
from registry.records.workflow import MoveRefused, lock_one

LONGEST = 2000


def note_delivery(record: Record, *, served_on: date, by: User, at: datetime) -> ListingNotice:
    """The day the notice really reached its subject; the time to answer runs from it."""
    notice = _open_notice(record, by, "registry.enter_record")
    if not notice.sent_on <= served_on <= clock.day_of(at):
        raise MoveRefused(f"送达日期须在告知之日（{notice.sent_on}）至今天之间")
    notice.served_on, notice.answer_until = served_on, served_on + timedelta(days=notice.window_days)
    return _save(notice, "listing.delivery", by, at)


def note_statement(record: Record, *, text: str, stated_on: date, by: User, at: datetime) -> ListingNotice:
    """What the subject said to the notice; from then on the entry waits for an answer."""
    notice = _open_notice(record, by, "registry.enter_record")
    if notice.statement:
        raise MoveRefused("陈述申辩意见已登记")
    if not notice.sent_on <= stated_on <= clock.day_of(at):
        raise MoveRefused(f"提出日期须在告知之日（{notice.sent_on}）至今天之间")
    notice.statement, notice.stated_on = _words(text, "陈述申辩意见"), stated_on
    return _save(notice, "listing.statement", by, at)


def answer_statement(record: Record, *, text: str, by: User, at: datetime) -> ListingNotice:
    """The answer, by another person than the one who entered the case."""
    notice = _open_notice(record, by, "registry.review_record")
    if by.pk == record.entered_by_id:
        raise PermissionDenied("录入人不能答复陈述申辩")
    if not notice.statement or notice.answer:
        raise MoveRefused("没有待答复的陈述申辩" if not notice.statement else "陈述申辩已经答复")
    notice.answer, notice.answered_on, notice.answered_by = _words(text, "复核答复"), clock.day_of(at), by
    return _save(notice, "listing.answer", by, at)


def agree(record: Record, ground: ConsentGround, *, reason: str, by: User, at: datetime) -> ListingConsent:
    """The city's credit office agrees to what needs its consent, as it stands submitted now."""
    if not by.has_perm("blacklist.add_listingconsent"):
        raise PermissionDenied("只有市信用办可以同意")
    record = lock_one(record)
    if record.status not in (Status.SUBMITTED, Status.NOTIFIED) or ground not in grounds_of(record):
        raise MoveRefused("该记录现在不需要这项同意")
    consent, _ = ListingConsent.objects.get_or_create(
        record=record, ground=ground, seq=record.seq, defaults={"by": by, "at": at, "reason": _words(reason, "意见")}
    )
    log.write("listing.consent", by=by, at=at, about=record, ground=ground.value)
    return consent


def _open_notice(record: Record, by: User, permission: str) -> ListingNotice:
    if not by.has_perm(permission) or by.organisation_id != record.organisation_id:
        raise PermissionDenied("只能办理本单位的记录，且须有相应角色")
    record = lock_one(record)
    notice = ListingNotice.objects.select_for_update().filter(record=record).first()
    if notice is None or record.status != Status.NOTIFIED:
        raise MoveRefused(f"{record.get_status_display()}的记录没有正在进行的事先告知")
    return notice


def _save(notice: ListingNotice, action: str, by: User, at: datetime) -> ListingNotice:
    notice.save()
    log.write(action, by=by, at=at, about=notice.record)
    return notice


def _words(text: str, label: str) -> str:
    try:
        kept = clean_reason(text, longest=LONGEST)
    except ReasonProblem as problem:
        raise MoveRefused(str(problem)) from None
    if not kept:
        raise MoveRefused(f"{label}：必填")
    return kept
