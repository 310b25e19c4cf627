"""Honours that a listing calls into question: what is due at the conferring body, derived; and what it decides.

The portal stops showing such an honour at once and by itself; the title is the conferring body's to take (Q1, Q21).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from redlist.models import HonourRevocation
from redlist.models.honours import Level
from registry import clock
from registry.directory.staff import User
from registry.models import Record
from registry.records import workflow
from registry.records.statuses import Action, Status
from registry.records.validation import Invalid
from registry.records.visibility import RecordQuerySet, outweighing
from registry.records.workflow import Act


def due(*, on: date) -> RecordQuerySet:
    """Honours that are hidden by a listing and on which their body has not decided yet."""
    hidden = Record.objects.hidden(on=on).filter(kind="redlist", status=Status.PUBLISHED)
    return hidden.filter(revocations=None).select_related("subject", "organisation", "honour__category")


def restorable(*, on: date) -> RecordQuerySet:
    """Honours that were taken because of a listing that was itself revoked as wrong: to be given back (四（五）)."""
    taken = Record.objects.filter(kind="redlist", status=Status.REVOKED)
    return taken.filter(revocations__cause__status=Status.REVOKED).distinct()


@transaction.atomic
def revoke(
    honour: Record, cause: Record, *, document_number: str, decided_on: date, reason: str, by: User, at: datetime,
    expecting: int | None = None,
) -> HonourRevocation:  # fmt: skip
    """Take the honour by the body's document, citing the listing; raises Invalid, MoveRefused or PermissionDenied."""
    if not document_number.strip():
        raise Invalid.because("document_number", "决定文号：必填")
    if not reason.strip():
        raise Invalid.because("reason", "理由：必填")
    if decided_on > clock.day_of(at):
        raise Invalid.because("decided_on", "决定日期：不能晚于今天")
    decision = HonourRevocation.objects.create(
        honour=honour, cause=cause, document_number=document_number.strip(), decided_on=decided_on,
        reason=reason.strip(), by=by, at=at,
    )  # fmt: skip
    workflow.move(honour, Action.REVOKE, by=by, at=at, reason=reason, expecting=expecting)
    return decision


def decided_with_cause(records: Sequence[Record], act: Act) -> Mapping[int, str]:
    """An honour is taken only by a decision that cites a listing which is, or was, in force against its holder."""
    refused = {}
    for record in records:
        decision = record.revocations.select_related("cause").order_by("-pk").first()
        if decision is None:
            refused[record.pk] = "须有撤销荣誉的决定，并引用严重失信记录"
        elif not outweighing(record, on=act.today).filter(pk=decision.cause_id).exists():
            refused[record.pk] = "所引用的记录不是该主体的严重失信记录，或者已被撤销"
        elif record.detail.level == Level.ABOVE:
            refused[record.pk] = "该荣誉由省级及以上单位授予，须报请上级单位撤销"
    return refused


def cause_was_wrong(records: Sequence[Record], act: Act) -> Mapping[int, str]:
    """It is given back only when the listing it was taken for was revoked as wrong, and no other stands."""
    refused = {}
    for record in records:
        decision = record.revocations.select_related("cause").order_by("-pk").first()
        if decision is None or decision.cause.status != Status.REVOKED:
            refused[record.pk] = "只有所引用的严重失信记录因认定有误被撤销的，才能恢复"
        elif outweighing(record, on=act.today).exists():
            refused[record.pk] = "该主体还有其他严重失信记录"
    return refused
