"""Undoing what a wrong or repaired record did: a task for each use of it, and a word in public where it is wanted."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from measures import feedback, standing
from measures.models import MeasureApplication
from measures.standing import Standing
from objections import recall
from objections.models import Case, RecallTask, Restoration
from objections.statuses import Outcome, Procedure
from registry import clock, workdays
from registry.audit import log
from registry.directory import calendar
from registry.directory.catalogue import Openness
from registry.directory.staff import User
from registry.records import holds
from registry.records.models import Record
from registry.records.models.holds import HoldGround
from registry.records.workflow import MoveRefused, lock_one

CONFIRM_WITHIN = 5  # working days, of the bodies that used a record


def open_for(case: Case, *, by: User | None, at: datetime) -> Restoration:
    """Give everybody who used the record a task to undo it; repeats add what has come since."""
    restoration, _ = Restoration.objects.get_or_create(
        case=case,
        defaults={"record": case.record, "edition": case.record_edition, "opened_at": at, "opened_by": by},
    )
    due_on = workdays.add_workdays(clock.day_of(at), CONFIRM_WITHIN, calendar.current()).last_day
    for use in recall.uses_of(case.record):
        same = {"organisation_id": use.organisation, "channel": use.channel, "measure_id": use.measure}
        known = {"used_at": use.at, "edition": use.edition, "seq": case.record.seq, "due_on": due_on}
        if use.measure is None:
            same["use"] = use.what
        else:
            known["use"] = use.what
        RecallTask.objects.get_or_create(restoration=restoration, **same, defaults=known)
    return restoration


def carried_out(case: Case, *, by: User, at: datetime) -> None:
    """The conclusion needs no step of the record any more: say so, let nothing rest, undo what it did."""
    row = case.objection
    row.handled_by, row.handled_at = by, at
    row.save(update_fields=["handled_by", "handled_at"])
    release(case, by=by, at=at, reason=str(case))
    open_for(case, by=by, at=at)


def release(case: Case, *, by: User | None, at: datetime, reason: str) -> None:
    """Let the measures bite again, unless another objection still rests them.

    What the applicant's own step releases goes under the name of whoever had rested it.
    """
    if Case.objects.resting().filter(record=case.record).exclude(pk=case.pk).exists():
        return
    for hold in case.record.holds.filter(ground=HoldGround.OBJECTION, closed_at=None):
        holds.close_hold(hold, by=by or hold.opened_by, at=at, reason=reason)


@transaction.atomic
def confirm(task: RecallTask, *, by: User, at: datetime, undone: str) -> RecallTask:
    """The organisation says what it has undone; raises PermissionDenied or MoveRefused."""
    task = _locked(task)
    may = task.organisation_id == by.organisation_id and task.organisation_id is not None
    if not (may or (task.organisation_id is None and by.has_perm("objections.oversee_case"))):
        raise PermissionDenied("只能由使用该信息的单位确认")
    if task.done_at is not None or (task.measure is not None and task.measure.lifted_at is not None):
        raise MoveRefused("该任务已经确认")
    if len(undone.strip()) < 5:
        raise MoveRefused("请写明已经如何纠正（不少于5个字）")
    task.undone, task.done_by, task.done_at = undone.strip(), by, at
    task.save(update_fields=["undone", "done_by", "done_at"])
    if task.measure is not None and _waits_for_lifting(task.measure, on=clock.day_of(at)):
        feedback.confirm_lifting(task.measure, task.undone, by=by, at=at, today=clock.day_of(at))
    log.write("recall.confirm", by=by, at=at, about=task)
    return task


def _locked(task: RecallTask) -> RecallTask:
    """In the one order: subject, record, then what hangs on it."""
    lock_one(Record.objects.get(restorations=task.restoration_id))
    found = RecallTask.objects.select_for_update(of=("self",)).select_related("measure__measure", "measure__record")
    return found.get(pk=task.pk)


def _waits_for_lifting(measure: MeasureApplication, *, on: date) -> bool:
    """Whether the measure ended with its record and its body has not said so at its own desk."""
    return measure.lifted_at is None and standing.of(measure, on=on) is Standing.LIFTED


@transaction.atomic
def clarify(case: Case, *, by: User, at: datetime, text: str) -> Restoration:
    """Say in public that the record was wrong, if the subject wants it said; raises MoveRefused."""
    restoration = Restoration.objects.select_for_update().filter(case=case).first()
    if not by.has_perm("objections.oversee_case"):
        raise PermissionDenied("只有信用办可以发布澄清公告")
    if case.procedure != Procedure.OBJECTION or case.objection.outcome == Outcome.UPHELD or restoration is None:
        raise MoveRefused("只有核实有误并已纠正的信息可以发布澄清公告")
    if not case.objection.wants_clarification:
        raise MoveRefused("申请人没有同意公开澄清，不能发布")
    if restoration.clarified_at is not None:
        raise MoveRefused("澄清公告已经发布")
    if len(text.strip()) < 10:
        raise MoveRefused("请写明澄清的内容（不少于10个字）")
    if case.record.openness != Openness.PUBLIC:
        raise MoveRefused("该信息没有公示过，不需要公开澄清")
    if case.subject.is_natural and case.subject.name in text:
        raise MoveRefused(f"澄清内容不得写自然人的全名，请写“{case.subject.public_name}”")
    restoration.clarification, restoration.clarified_by, restoration.clarified_at = text.strip(), by, at
    restoration.save()
    log.write("restoration.clarify", by=by, at=at, about=case)
    return restoration


def overdue(*, on: date):
    """The board of who has not: tasks past their day, oldest first."""
    return RecallTask.objects.waiting().filter(due_on__lt=on).select_related("organisation", "restoration__case")
