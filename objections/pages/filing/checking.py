"""The last page before sending: everything answered, each with a way back, and the one button that files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from objections.filing import doors, submitting
from objections.filing.admission import NotAdmitted
from objections.filing.journeys import CHECK, PAPERS
from objections.filing.questions import Promise, Question
from objections.pages.door import STALE, address_of, is_stale
from objections.pages.filing.form import Filing, held, place_of, question_of, suspect
from registry import clock
from registry.reading.presenting import visible


def answer(request: HttpRequest, filing: Filing, at: datetime) -> HttpResponse:
    """Everything answered, once more, each with a way back; then the one button that files."""
    missing = filing.journey.first_missing(filing.answers)
    if missing != CHECK:
        return redirect(filing.url(missing))
    form = Promise(request.POST if request.method == "POST" else None, today=clock.day_of(at), before=filing.answers)
    if request.method != "POST":
        return _show_check(request, filing, form, at)
    if is_stale(request):
        return _show_check(request, filing, form, at, notice=STALE, status=403)
    if form.is_valid() and _may_pass(request, filing, form, at):
        try:
            case = submitting.submit(filing.draft, filing.key, at=at)
        except (submitting.Incomplete, NotAdmitted) as reason:
            form.add_error(None, str(reason))
        else:
            if case.filed_at == at:  # and not one that a repetition of this very form has made
                doors.count_filing(address_of(request))
            return redirect(filing.done_url)
    return _show_check(request, filing, form, at, status=400)


def _may_pass(request: HttpRequest, filing: Filing, form: Promise, at: datetime) -> bool:
    """People pass; what looks like a machine answers a question first, and is told so."""
    many = doors.filed_many(address_of(request))
    quick = (at - filing.draft.started_at).total_seconds() < settings.FORMS["quickest"]
    if not (filing.draft.is_suspicious or many or quick):
        return True
    if doors.is_right(request.POST.get("question", ""), form.cleaned_data["answer"]):
        return True
    suspect(filing)
    form.add_error("answer", "请回答下面的问题后再提交")
    return False


def _show_check(
    request: HttpRequest, filing: Filing, form: Promise, at: datetime, *, notice: str = "", status: int = 200
) -> HttpResponse:
    question = doors.ask() if filing.draft.is_suspicious else None
    record = submitting.record_of(filing.answers)
    context = {
        "place": place_of(filing.journey, "请核对后提交", is_wrong=form.is_bound and not form.is_valid()),
        "journey": filing.journey,
        "form": form,
        "question": question,
        "record": record,
        "title": visible(record.title) if record else "",
        "parts": list(_parts(filing, at)),
        "files": list(held(filing)),
        "papers_url": filing.url(PAPERS),
        "back_url": filing.url(filing.journey.before(CHECK, filing.answers)),
        "notice": notice,
    }
    return render(request, "objections/check.html", context, status=status)


def _parts(filing: Filing, at: datetime) -> Iterable[tuple[str, str, list[tuple[str, str]]]]:
    """Each page with its address and what was answered on it, in words."""
    for asked in filing.journey.pages(filing.answers):
        if asked.slug != PAPERS:
            form = question_of(filing, asked, at, None)
            yield asked.title, f"{filing.url(asked.slug)}?back={CHECK}", _in_words(form)


def _in_words(form: Question) -> list[tuple[str, str]]:
    lines = []
    for name, field in form.fields.items():
        value = form.get_initial_for_field(field, name)
        if isinstance(field, forms.ModelChoiceField):
            value = str(field.queryset.filter(pk=value).first() or "")
        elif isinstance(field, forms.ChoiceField):
            value = str(dict(field.choices).get(value, ""))
        elif name == "id_last4":
            value = "＊＊＊＊（已填写）" if value else ""
        if value not in (None, ""):
            lines.append((field.label, str(value)))
    return lines
