"""What a body answers to a measure: carried out, not applicable, lifted. Each answer is tried with the record locked,
so an objection accepted a moment before is not overlooked."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from measures import archiving, documents, standing
from measures.models import ApplicationState, MeasureApplication
from measures.standing import Standing
from registry.directory.staff import User
from registry.papers.examining import Paper
from registry.records.reasons import ReasonProblem, clean_reason
from registry.records.workflow import MoveRefused, lock_one

_LONGEST = 1000


@transaction.atomic
def execute(
    application: MeasureApplication, *, what: str, executed_on: date, document: str = "",
    paper: Paper | None = None, by: User, at: datetime, today: date,
) -> MeasureApplication:  # fmt: skip
    """Say what was done, when and by which document. Without a document it waits to be completed (待补档).

    The paper itself, where it is handed in, is kept with it and stands in the archive by its digest.
    """
    application = _own(application, by)
    _may_be_answered(application, on=today)
    what, document = _cleaned("what", "采取的措施", what), _cleaned("document", "执行文书", document, optional=True)
    if executed_on < application.triggered_on:
        raise ValidationError({"executed_on": f"执行日期：不能早于触发日期{application.triggered_on}"})
    if executed_on > today:
        raise ValidationError({"executed_on": f"执行日期：不能晚于今日{today}"})
    application.state = ApplicationState.EXECUTED
    application.what, application.executed_on, application.document = what, executed_on, document
    application.fed_back_by, application.fed_back_at = by, at
    application.save()
    if paper is not None:
        documents.keep(application, paper, by=by, at=at)
    if document:
        archiving.file(application, by=by, at=at)
    return application


@transaction.atomic
def complete(
    application: MeasureApplication, document: str, *, paper: Paper | None = None, by: User, at: datetime
) -> MeasureApplication:
    """Hand in the document of a measure that was reported without one; only now it is filed."""
    application = _own(application, by)
    if application.state != ApplicationState.EXECUTED or application.document:
        raise MoveRefused("只有待补档的措施可以补充执行文书")
    application.document = _cleaned("document", "执行文书", document)
    application.save(update_fields=["document"])
    if paper is not None:
        documents.keep(application, paper, by=by, at=at)
    archiving.file(application, by=by, at=at)
    return application


@transaction.atomic
def set_aside(
    application: MeasureApplication, reason: str, *, by: User, at: datetime, today: date
) -> MeasureApplication:
    """Say why the measure does not apply to this target."""
    application = _own(application, by)
    _may_be_answered(application, on=today)
    application.state = ApplicationState.NOT_APPLICABLE
    application.reason = _cleaned("reason", "不适用的理由", reason)
    application.fed_back_by, application.fed_back_at = by, at
    application.save()
    return application


@transaction.atomic
def confirm_lifting(
    application: MeasureApplication, note: str, *, by: User, at: datetime, today: date
) -> MeasureApplication:
    """Say how a carried-out measure was undone after its record ended."""
    application = _own(application, by)
    if application.state != ApplicationState.EXECUTED or standing.of(application, on=today) is not Standing.LIFTED:
        raise MoveRefused("只有已执行、且依据的信息已经解除的措施需要确认解除")
    if application.lifted_at is not None:
        raise MoveRefused("该措施已确认解除")
    application.lift_note = _cleaned("note", "解除情况", note)
    application.lifted_by, application.lifted_at = by, at
    application.save(update_fields=["lift_note", "lifted_by", "lifted_at"])
    if hasattr(application, "archive"):
        archiving.annotate(application.archive, f"已解除：{application.lift_note}", by=by, at=at)
    return application


def may_answer_for(application: MeasureApplication, by: User) -> None:
    """Raises PermissionDenied for whoever does not answer for the body that takes the measure."""
    if not by.has_perm("measures.feed_back") or by.organisation_id != application.organisation_id:
        raise PermissionDenied("只能反馈本单位实施的措施")


def _own(application: MeasureApplication, by: User) -> MeasureApplication:
    """The measure as it stands now, its record locked; raises PermissionDenied for whoever is not its body."""
    may_answer_for(application, by)
    record = lock_one(application.record)
    found = MeasureApplication.objects.select_for_update(of=("self",)).select_related("measure", "organisation")
    found = found.get(pk=application.pk)
    found.record = record
    return found


def _may_be_answered(application: MeasureApplication, *, on: date) -> None:
    match standing.of(application, on=on):
        case Standing.HELD:
            raise MoveRefused(
                "该信息正在核实或被裁定停止执行，核实期间暂不执行联合奖惩措施（安政发〔2017〕8号 四（五））"
            )
        case Standing.LIFTED:
            raise MoveRefused("该措施依据的信息已经解除，不能再执行")
        case Standing.EXECUTED | Standing.NOT_APPLICABLE:
            raise MoveRefused(f"该措施已反馈为“{application.get_state_display()}”")


def _cleaned(name: str, label: str, text: str, *, optional: bool = False) -> str:
    try:
        cleaned = clean_reason(text, longest=_LONGEST if name != "document" else 200)
    except ReasonProblem as problem:
        raise ValidationError({name: str(problem).replace("理由", label, 1)}) from None
    if not cleaned and not optional:
        raise ValidationError({name: f"{label}：必填"})
    return cleaned
