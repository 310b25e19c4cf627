"""What people decide about a batch: store it, give it up, take it back, send it to review, and on single rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from registry.audit import log
from registry.directory.staff import User
from registry.intake import files, moving, undoing
from registry.intake.models import BatchRow, BatchState, ImportBatch, Verdict
from registry.intake.receiving import nudge
from registry.records import drafting
from registry.records.statuses import Action
from registry.records.workflow import MoveRefused


class Act(models.TextChoices):
    """What a person can have done with a whole batch. The last four are steps of the rule book."""

    CONFIRM = "confirm", "导入为草稿"
    GIVE_UP = "give_up", "放弃导入"
    UNDO = "undo", "撤销整批"
    SUBMIT = Action.SUBMIT.value, "整批提交审核"
    PUBLISH = Action.PUBLISH.value, "整批通过并公示"
    LIST = Action.LIST.value, "整批列入"
    RETURN = Action.RETURN.value, "整批退回修改"


STEPS = (Act.SUBMIT, Act.PUBLISH, Act.LIST, Act.RETURN)
_DOUBTFUL = (Verdict.HELD, Verdict.FLAGGED)


def ask(batch: ImportBatch, act: Act, *, by: User, at: datetime, reason: str = "") -> ImportBatch:
    """Have the act done; raises PermissionDenied or MoveRefused."""
    match act:
        case Act.CONFIRM:
            return confirm(batch, by=by, at=at)
        case Act.GIVE_UP:
            return give_up(batch, by=by, at=at)
        case Act.UNDO:
            return undo(batch, by=by, at=at)
        case _:
            return move(batch, Action(act.value), by=by, at=at, reason=reason)


def confirm(batch: ImportBatch, *, by: User, at: datetime) -> ImportBatch:
    """Have the right rows stored as drafts; after a first time, the held ones accepted since."""
    drafting.may_enter(by, batch.organisation)
    with transaction.atomic():
        batch = _locked(batch, BatchState.CHECKED, BatchState.COMMITTED)
        if not to_store(batch):
            raise MoveRefused("没有可以导入的行")
        if not batch.stored_as:
            raise MoveRefused("文件已超过保存期限并删除，请重新上传")
        _ask(batch, BatchState.COMMITTING, by=by, at=at)
    return batch


def to_store(batch: ImportBatch) -> int:
    """How many rows confirming would store, the accepted ones among the held included."""
    accepted = batch.rows.filter(verdict=Verdict.HELD, is_accepted=True)
    stored = batch.records.filter(batch_row__in=accepted.values("number"))
    refused = batch.rows.filter(verdict=Verdict.FLAGGED, is_accepted=False).count()
    waiting = batch.rows_new - refused if batch.state == BatchState.CHECKED else 0
    return max(0, waiting) + accepted.count() - stored.count()


def give_up(batch: ImportBatch, *, by: User, at: datetime) -> ImportBatch:
    """Nothing of this file is to be stored; the file is deleted."""
    drafting.may_enter(by, batch.organisation)
    with transaction.atomic():
        batch = _locked(batch, BatchState.CHECKED)
        kept = batch.stored_as, batch.returned_as
        batch.state, batch.stored_as, batch.returned_as = BatchState.DISCARDED, "", ""
        batch.save(update_fields=["state", "stored_as", "returned_as"])
        log.write("batch.give_up", by=by, at=at, about=batch)
    files.delete(*kept)
    return batch


def undo(batch: ImportBatch, *, by: User, at: datetime) -> ImportBatch:
    """Have all drafts of the batch deleted, while none was ever submitted."""
    drafting.may_enter(by, batch.organisation)
    with transaction.atomic():
        batch = _locked(batch, BatchState.COMMITTED)
        if not undoing.may_be_undone(batch):
            raise MoveRefused(undoing.SUBMITTED)
        _ask(batch, BatchState.UNDOING, by=by, at=at)
    return batch


def move(batch: ImportBatch, action: Action, *, by: User, at: datetime, reason: str = "") -> ImportBatch:
    """Have the step taken with every record of the batch that stands before it."""
    rule = batch.the_kind.rule_book.get(action)
    if rule is None or action.value not in STEPS:
        raise MoveRefused(f"整批不能{action.label}")
    may_move(batch, action, by)
    if rule.needs_reason and not reason.strip():
        raise MoveRefused(f"{action.label}必须说明理由")
    with transaction.atomic():
        batch = _locked(batch, BatchState.COMMITTED)
        if not moving.standing_before(batch, action).exists():
            raise MoveRefused(f"这一批中没有可以{action.label}的记录")
        _ask(batch, BatchState.MOVING, by=by, at=at, move=action, reason=reason.strip())
    return batch


def may_move(batch: ImportBatch, action: Action, by: User) -> None:
    """Raises PermissionDenied, as the workflow would for each record: nobody waits for a hundred thousand refusals."""
    who = batch.the_kind.rule_book[action].who
    if who is None or not by.has_perm(who.permission):
        raise PermissionDenied("您的角色不能办理此操作")
    if by.organisation_id != batch.organisation_id:
        raise PermissionDenied("只能办理本单位的记录")
    if who.not_the_author and by.pk == batch.committed_by_id:
        raise PermissionDenied("录入人不能审核自己录入的记录")


def decide(rows: Iterable[BatchRow], *, accept: bool, by: User, at: datetime) -> int:
    """Say of doubtful rows whether they are right. A refused one that is a draft already is deleted."""
    decided = 0
    for row in rows:
        with transaction.atomic():
            row = BatchRow.objects.select_for_update(of=("self",)).select_related("batch__organisation").get(pk=row.pk)
            _may_decide(row, by)
            row.is_accepted, row.decided_by, row.decided_at = accept, by, at
            row.save(update_fields=["is_accepted", "decided_by", "decided_at"])
            if not accept:
                _take_out(row, by=by, at=at)
            verb = "accept_row" if accept else "refuse_row"
            log.write(f"batch.{verb}", by=by, at=at, about=row.batch, row=row.number)
        decided += 1
    return decided


def may_look(user: User, batch: ImportBatch) -> bool:
    """Whether this person may say of doubtful rows whether they are right."""
    permitted = user.has_perm("registry.enter_record") or user.has_perm("registry.review_record")
    return permitted and user.organisation_id == batch.organisation_id


def _may_decide(row: BatchRow, by: User) -> None:
    if not may_look(by, row.batch):
        raise PermissionDenied("只有提供单位的录入员或审核员可以核对")
    if row.verdict not in _DOUBTFUL:
        raise MoveRefused(f"第{row.number}行不是待核的行")
    if row.batch.state not in (BatchState.CHECKED, BatchState.COMMITTED):
        raise MoveRefused(f"批次正在办理（{row.batch.get_state_display()}），请稍后再核对")


def _take_out(row: BatchRow, *, by: User, at: datetime) -> None:
    record = row.batch.records.filter(batch_row=row.number).first()
    if record is not None:
        drafting.discard(record, by=by, at=at)
        row.batch.rows_stored -= 1
        row.batch.save(update_fields=["rows_stored"])


def _locked(batch: ImportBatch, *states: BatchState) -> ImportBatch:
    """The batch as it stands now, locked; raises MoveRefused in any other state."""
    batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=batch.pk)
    if batch.state not in states:
        raise MoveRefused(f"批次现为“{batch.get_state_display()}”，不能这样办理，请刷新后再试")
    return batch


def _ask(batch: ImportBatch, state: BatchState, *, by: User, at: datetime, move: str = "", reason: str = "") -> None:
    batch.state, batch.asked_by, batch.asked_at, batch.move, batch.reason = state, by, at, move, reason
    batch.rows_done, batch.refusal, batch.attempts = 0, "", 0
    batch.rows_expected = batch.rows_read if state == BatchState.COMMITTING else batch.rows_stored
    batch.lease_until = batch.lease_token = None
    batch.save()
    nudge(batch)
