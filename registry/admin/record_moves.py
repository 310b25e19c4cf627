"""Taking a step with one record, or the same step with many: the rule book decides, the log keeps the attempt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from registry import clock
from registry.admin import record_page
from registry.admin.reasons import MoveForm
from registry.audit import trace
from registry.records import drafting, workflow
from registry.records.models import Record, RecordEvent
from registry.records.statuses import Action
from registry.records.validation import Invalid
from registry.records.workflow import MoveRefused

if TYPE_CHECKING:
    from registry.admin.records import RecordAdmin

NOT_DISCARDED = "只有录入员能删除从未提交过的草稿"


def move(admin: RecordAdmin, request: HttpRequest, record: Record) -> HttpResponse:
    """POST a step of the rule book; a stale page is answered 409, a forbidden step 403, each with its reason."""
    form = MoveForm(request.POST)
    if not form.is_valid():
        return record_page.refused(admin, request, record.pk, said_wrong(form), status=400)
    asked = form.cleaned_data

    def act() -> str:
        event = take(request, record, asked["action"], expecting=asked["expecting"], reason=asked["reason"])
        return f"已办理：{event.get_action_display()}（现为“{record.get_status_display()}”）"

    return carried_out(admin, request, record, act)


def take(
    request: HttpRequest, record: Record, action: Action | str, *, expecting: int, reason: str = ""
) -> RecordEvent:
    """One step of the rule book, written to the audit log; raises as `workflow.move` does."""
    with attempt(request, record, f"record.{Action(action).value}"):
        return step(request, record, action, expecting=expecting, reason=reason)


def step(
    request: HttpRequest, record: Record, action: Action | str, *, expecting: int, reason: str = ""
) -> RecordEvent:
    """The step itself, inside the caller's transaction."""
    event = workflow.move(record, action, by=request.user, at=clock.now(), reason=reason, expecting=expecting)
    trace.write(request, f"record.{event.action}", about=record, seq=event.seq, status=event.to_status)
    return event


@contextmanager
def attempt(request: HttpRequest, record: Record, action: str) -> Iterator[None]:
    """One transaction; a refusal is written to the audit log after everything else was rolled back."""
    try:
        with transaction.atomic():
            yield
    except (MoveRefused, PermissionDenied) as refusal:
        trace.write(request, action, about=record, succeeded=False, reason=str(refusal))
        raise


def carried_out(admin: RecordAdmin, request: HttpRequest, record: Record, act: Callable[[], str]) -> HttpResponse:
    """Do it and go back to the record with what `act` says; or show the record as it stands, and why not."""
    try:
        said = act()
    except MoveRefused as refusal:
        return record_page.refused(admin, request, record.pk, str(refusal), status=409)
    except PermissionDenied as refusal:
        return record_page.refused(admin, request, record.pk, str(refusal), status=403)
    messages.success(request, said)
    return redirect(reverse("admin:registry_record_change", args=[record.pk]))


def discard(admin: RecordAdmin, request: HttpRequest, record: Record) -> HttpResponse:
    """Delete a draft nobody but its clerks has seen; GET asks, POST does it."""
    if not record_page.may_discard(request.user, record):
        return record_page.refused(admin, request, record.pk, NOT_DISCARDED, status=403)
    if request.method != "POST":
        said = {"record": record, "original": record}
        return record_page.page(admin, request, "discard", "删除草稿", said)
    try:
        drafting.discard(record, by=request.user, at=clock.now())
    except Invalid as refusal:
        why = "；".join(refusal.checked.errors()[""])
        return record_page.refused(admin, request, record.pk, why, status=409)
    messages.success(request, "草稿已删除")
    return redirect(reverse("admin:registry_record_changelist"))


def said_wrong(form: forms.Form) -> str:
    """What a small form refuses, in one sentence."""
    return "；".join(f"{form.fields[name].label}：{words[0]}" for name, words in form.errors.items())
