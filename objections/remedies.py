"""Reconsideration and litigation: registered; an order to stay rests the measures; the result asks for a correction."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from objections.models import RemedyCase, RemedyKind, RemedyResult
from registry.audit import log
from registry.directory.staff import User
from registry.records import holds
from registry.records.models.holds import HoldGround
from registry.records.workflow import MoveRefused

_GROUNDS = {
    RemedyKind.RECONSIDERATION: HoldGround.RECONSIDERATION,
    RemedyKind.LITIGATION: HoldGround.COURT,
}


@transaction.atomic
def stay(remedy: RemedyCase, *, by: User, at: datetime, order: str) -> RemedyCase:
    """An order to stay has come: from now on the record's measures rest. Pending alone rests nothing."""
    remedy = _locked(remedy, by)
    if remedy.hold is not None and remedy.hold.closed_at is None:
        raise MoveRefused("已按停止执行的文书暂停")
    if remedy.result:
        raise MoveRefused("案件已有结果，不再暂停执行")
    if len(order.strip()) < 4:
        raise MoveRefused("请写明停止执行的文书")
    ground = _GROUNDS[RemedyKind(remedy.kind)]
    remedy.hold = holds.open_hold(remedy.record, ground, by=by, at=at, reason=f"{remedy}：{order.strip()}"[:200])
    remedy.stay_order = order.strip()
    remedy.save(update_fields=["hold", "stay_order"])
    log.write("remedy.stay", by=by, at=at, about=remedy)
    return remedy


@transaction.atomic
def conclude(
    remedy: RemedyCase, *, by: User, at: datetime, result: RemedyResult, document: str, on: date
) -> RemedyCase:
    """The result has come: a stay ends with it; what it changes or revokes waits as a task until it is carried out."""
    remedy = _locked(remedy, by)
    if remedy.result:
        raise MoveRefused("案件结果已经登记")
    if not result:
        raise MoveRefused("请选择结果")
    if len(document.strip()) < 4:
        raise MoveRefused("请写明结果文书")
    if on < remedy.filed_on:
        raise MoveRefused("结果日期不能早于立案日期")
    if remedy.hold is not None and remedy.hold.closed_at is None:
        holds.close_hold(remedy.hold, by=by, at=at, reason=f"{remedy}：{result.label}"[:200])
    remedy.result, remedy.result_document, remedy.result_on = result, document.strip(), on
    remedy.save(update_fields=["result", "result_document", "result_on"])
    log.write("remedy.conclude", by=by, at=at, about=remedy, result=result.value)
    return remedy


def _locked(remedy: RemedyCase, by: User) -> RemedyCase:
    if not by.has_perm("objections.oversee_case"):
        raise PermissionDenied("只有信用办可以登记复议诉讼")
    return RemedyCase.objects.select_for_update(of=("self",)).select_related("record", "hold").get(pk=remedy.pk)
