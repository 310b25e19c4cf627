"""POSTing a decision on a batch or on rows of it: asked for here, carried out by a worker, refused with its reason."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from registry import clock
from registry.admin import batch_page
from registry.admin.reasons import ReasonField
from registry.audit import trace
from registry.intake import deciding
from registry.intake.models import ImportBatch, Verdict
from registry.records.validation import Invalid
from registry.records.workflow import MoveRefused

if TYPE_CHECKING:
    from registry.admin.batches import BatchAdmin

_ROW_NUMBER = re.compile(r"[0-9]{1,7}")


class ActForm(forms.Form):
    """One act on the whole batch."""

    act = forms.ChoiceField(label="办理事项", choices=[(act.value, act.label) for act in deciding.Act])
    reason = ReasonField(required=False)


class RowsForm(forms.Form):
    """What is said of rows of one verdict: of those that were ticked, or of all that nobody has looked at."""

    verdict = forms.ChoiceField(label="判定", choices=Verdict.choices)
    every = forms.BooleanField(label="全部", required=False)
    decision = forms.ChoiceField(label="核对结果", choices=[("accept", "接受"), ("refuse", "拒绝")])


def act(admin: BatchAdmin, request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """Ask for the act; the page then shows how far it is."""
    form = ActForm(request.POST)
    if not form.is_valid():
        said = "；".join(f"{form.fields[name].label}：{words[0]}" for name, words in form.errors.items())
        return _refused(admin, request, batch, said, status=400)
    asked = form.cleaned_data
    try:
        deciding.ask(batch, deciding.Act(asked["act"]), by=request.user, at=clock.now(), reason=asked["reason"])
    except PermissionDenied as refusal:
        trace.write(request, f"batch.{asked['act']}", about=batch, succeeded=False, reason=str(refusal))
        return _refused(admin, request, batch, str(refusal), status=403)
    except MoveRefused as refusal:
        trace.write(request, f"batch.{asked['act']}", about=batch, succeeded=False, reason=str(refusal))
        return _refused(admin, request, batch, str(refusal), status=409)
    return redirect(reverse("admin:registry_importbatch_change", args=[batch.pk]))


def decide(admin: BatchAdmin, request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """Accept or refuse doubtful rows: those that were ticked, or all that nobody has looked at."""
    form = RowsForm(request.POST)
    ticked = [int(number) for number in request.POST.getlist("row") if _ROW_NUMBER.fullmatch(number)]
    if not form.is_valid() or not (ticked or form.cleaned_data["every"]):
        return _refused(admin, request, batch, "请选择要核对的行", status=400)
    asked = form.cleaned_data
    rows = batch.rows.filter(verdict=asked["verdict"])
    rows = rows.filter(is_accepted=None) if asked["every"] else rows.filter(number__in=ticked)
    try:
        count = deciding.decide(rows, accept=asked["decision"] == "accept", by=request.user, at=clock.now())
    except PermissionDenied as refusal:
        return _refused(admin, request, batch, str(refusal), status=403)
    except (MoveRefused, Invalid) as refusal:
        said = refusal.checked.errors()[""][0] if isinstance(refusal, Invalid) else str(refusal)
        return _refused(admin, request, batch, said, status=409)
    messages.success(request, f"已核对{count}行")
    return redirect(f"{reverse('admin:registry_importbatch_change', args=[batch.pk])}?verdict={asked['verdict']}")


def _refused(admin: BatchAdmin, request: HttpRequest, batch: ImportBatch, why: str, *, status: int) -> HttpResponse:
    """The batch as it stands now, and why nothing was done."""
    messages.error(request, why)
    batch = admin.get_object(request, str(batch.pk))
    return batch_page.page(admin, request, "detail", str(batch), batch_page.context(request, batch), status=status)
