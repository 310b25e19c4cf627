"""The page of the papers: files are taken one batch at a time, and may be taken back."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from objections import receiving
from objections.filing import drafts, journeys
from objections.filing.journeys import PAPERS, Page
from objections.pages.door import STALE, is_stale, public_form
from objections.pages.filing.form import Filing, count, held, missing_papers, opened, page_after, show
from objections.statuses import Procedure
from registry import clock
from registry.pages.refusing import Refused
from registry.papers import Refused as FileRefused
from registry.papers import types, vault
from registry.reading.presenting import visible


def answer(request: HttpRequest, filing: Filing, asked: Page, at: datetime) -> HttpResponse:
    """Files are taken one batch at a time; the page says what is still missing, and goes on when asked to."""
    wanted = journeys.purposes(filing.journey.procedure, filing.answers)
    form = asked.question(
        request.POST if request.method == "POST" and "upload" in request.POST else None,
        initial={"purpose": wanted[0].value},
        today=clock.day_of(at),
        before=filing.answers,
        purposes=wanted,
    )
    if request.method != "POST":
        return _show_papers(request, filing, asked, form)
    if is_stale(request):
        return _show_papers(request, filing, asked, form, notice=STALE, status=403)
    count(request, filing)
    if "upload" in request.POST:
        if form.is_valid() and _take_in(request, filing, form, at):
            return redirect(request.get_full_path())
        return _show_papers(request, filing, asked, form, status=400)
    if missing := missing_papers(filing):
        form = asked.question({}, today=clock.day_of(at), before=filing.answers, purposes=wanted)
        form.full_clean()
        form.errors.clear()
        form.add_error(None, f"还缺少：{'、'.join(purpose.label for purpose in missing)}")
        return _show_papers(request, filing, asked, form, status=400)
    drafts.answer(filing.draft, PAPERS, {})
    return redirect(filing.url(page_after(request, filing, asked, {})))


def _take_in(request: HttpRequest, filing: Filing, form: forms.Form, at: datetime) -> bool:
    uploaded = request.FILES.getlist("files")
    if not uploaded:
        form.add_error(None, "请先选择要上传的文件")
    for each in uploaded:
        try:
            receiving.receive(each, purpose=form.cleaned_data["purpose"], at=at, draft=filing.draft)
        except FileRefused as reason:
            form.add_error(None, f"“{visible((each.name or '')[:40])}”：{reason}")
    return form.is_valid()


def _show_papers(request: HttpRequest, filing: Filing, asked: Page, form: forms.Form, **more: Any) -> HttpResponse:
    said = {
        "files": list(held(filing)),
        "missing": missing_papers(filing),
        "accepted": types.ACCEPTED,
        "limits": settings.EVIDENCE,
        "remove_url": reverse(f"objections:{filing.journey.procedure.value}_remove", args=[filing.key]),
    }
    return show(request, filing, asked, form, template="papers", **said, **more)


@public_form
def remove(request: HttpRequest, *, procedure: Procedure, key: str, at: datetime) -> HttpResponseBase:
    """Take a file of the draft back."""
    filing = opened(procedure, key, at)
    if request.method == "POST" and filing.draft.case is None and not is_stale(request):
        try:
            wanted = uuid.UUID(request.POST.get("file", ""))
        except ValueError:
            raise Refused(400, "请从材料列表中选择要删除的文件。") from None
        for evidence in held(filing).filter(uid=wanted):
            evidence.delete()
            vault.destroy(evidence)
    return redirect(filing.url(PAPERS))
