"""Correcting what is public: a clerk proposes, another person decides, the old edition stays shown meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from registry import clock
from registry.admin import record_page
from registry.admin.forms import PREFIX, RecordForm, form_for, named_by, persons_of, typed_values
from registry.admin.reasons import DecisionForm, ProposalForm
from registry.admin.record_moves import attempt, carried_out, said_wrong, step
from registry.records import correcting, drafting, workflow
from registry.records.models import Correction, Record
from registry.records.parsing import Door
from registry.records.statuses import Action
from registry.records.validation import Invalid
from registry.records.workflow import MoveRefused

if TYPE_CHECKING:
    from registry.admin.records import RecordAdmin

NOT_PROPOSED = "只有提供单位的录入员能对已公示的记录提出更正"
GONE = "页面内容已过期：这份更正已经审核，请刷新后再处理"


def propose(admin: RecordAdmin, request: HttpRequest, record: Record) -> HttpResponse:
    """The record's form once more, without its subject, which is never corrected; a reason is asked for."""
    if not record_page.may_propose(request.user, record):
        return record_page.refused(admin, request, record.pk, NOT_PROPOSED, status=403)
    form, why = _form(record, request.POST or None), ProposalForm(request.POST or None)
    if form.is_valid() and why.is_valid():
        try:
            _propose(request, record, form, why.cleaned_data["reason"])
        except Invalid as invalid:
            form.refuse(invalid)
        else:
            messages.success(request, "更正已提出，等待本单位审核员审核；通过前仍公示原内容")
            return redirect(reverse("admin:registry_record_change", args=[record.pk]))
    wrong = form.errors or why.errors
    said = {
        **record_page.context(record, to=request.user, on=clock.today()),
        "form": form,
        "why": why,
        "media": admin.media + form.media,
        "errors": wrong,
    }
    title = f"{'错误：' if wrong else ''}更正：{record}"
    return record_page.page(admin, request, "form", title, said)


def _form(record: Record, data: Any) -> RecordForm:
    spec = record.specification
    fixed = {item.name for item in spec.kept_by("subject")}
    made = form_for(
        record.the_kind, spec, record.organisation, held=persons_of(record), named=named_by(record), without=fixed
    )
    return made(data, prefix=PREFIX, initial=typed_values(record))


def _propose(request: HttpRequest, record: Record, form: RecordForm, reason: str) -> None:
    at = clock.now()
    drafting.propose_correction(
        record,
        form.raw(),
        reason=reason,
        by=request.user,
        at=at,
        today=clock.day_of(at),
        door=Door.FORM,
    )


def accept(admin: RecordAdmin, request: HttpRequest, record: Record) -> HttpResponse:
    """POST: the correction this page showed becomes the next edition."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return record_page.refused(admin, request, record.pk, said_wrong(form), status=400)
    asked = form.cleaned_data

    def act() -> str:
        with attempt(request, record, f"record.{Action.CORRECT.value}"):
            _seen(record, asked["correction"])
            step(request, record, Action.CORRECT, expecting=asked["expecting"], reason=asked["reason"])
        return f"更正已通过，现公示第{record.edition}版"

    return carried_out(admin, request, record, act)


def decline(admin: RecordAdmin, request: HttpRequest, record: Record) -> HttpResponse:
    """POST: the correction this page showed is turned down, with a reason; the record stays as it is."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return record_page.refused(admin, request, record.pk, said_wrong(form), status=400)
    asked = form.cleaned_data

    def act() -> str:
        with attempt(request, record, correcting.DECLINED):
            proposed = _seen(record, asked["correction"])
            correcting.decline_correction(proposed, by=request.user, at=clock.now(), reason=asked["reason"])
        return "更正未通过，仍公示原内容"

    return carried_out(admin, request, record, act)


def _seen(record: Record, key: int) -> Correction:
    """The open correction, if it is the one the page showed; another may have been proposed meanwhile."""
    workflow.lock_one(record)
    found = record.corrections.filter(pk=key, decided_at=None).first()
    if found is None:
        raise MoveRefused(GONE)
    return found
