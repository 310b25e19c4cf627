"""Turning down a proposed correction; accepting one is a step of the rule book (`workflow.move`, CORRECT)."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from registry.audit import log
from registry.directory.staff import User
from registry.records.models import Correction
from registry.records.workflow import MoveRefused, lock_one

DECLINED = "record.decline_correction"


@transaction.atomic
def decline_correction(correction: Correction, *, by: User, at: datetime, reason: str) -> Correction:
    """Leave the record as it is; raises PermissionDenied for its author and for strangers, MoveRefused if too late.

    Four eyes as for accepting: otherwise a proposal could vanish without anybody else having seen it.
    """
    record = lock_one(correction.record)
    correction = Correction.objects.select_for_update().get(pk=correction.pk)
    if not by.has_perm("registry.review_record"):
        raise PermissionDenied("您的角色不能办理此操作")
    if by.organisation_id != record.organisation_id:
        raise PermissionDenied("只能办理本单位的记录")
    if by.pk == correction.proposed_by_id:
        raise PermissionDenied("提出更正的人不能审核该更正")
    if correction.decided_at is not None:
        raise MoveRefused("该更正已经审核")
    if not reason.strip():
        raise MoveRefused("不通过更正必须说明理由")
    correction.decided_by, correction.decided_at, correction.is_accepted = by, at, False
    correction.save(update_fields=["decided_by", "decided_at", "is_accepted"])
    log.write(DECLINED, by=by, at=at, about=record, reason=reason.strip(), fields=sorted(correction.changes))
    return correction
