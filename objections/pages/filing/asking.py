"""The question pages, one group a page; every POST is kept at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from objections import identity
from objections.filing import admission, drafts, submitting
from objections.filing.admission import NotAdmitted
from objections.filing.journeys import CHECK, PAPERS, WHO, Page
from objections.identity import Claim, Unidentified
from objections.pages.door import STALE, address_of, is_stale, public_form
from objections.pages.filing import checking, papers
from objections.pages.filing.form import GONE, Filing, count, opened, page_after, question_of, show
from objections.statuses import Procedure
from registry import clock
from registry.pages.refusing import Refused


@public_form
def page(request: HttpRequest, *, procedure: Procedure, key: str, slug: str, at: datetime) -> HttpResponseBase:
    """One page of the form; every POST is kept at once, so nothing is lost when somebody goes away."""
    filing = opened(procedure, key, at)
    if filing.draft.case is not None:
        return redirect(filing.done_url)
    if slug == CHECK:
        return checking.answer(request, filing, at)
    asked = filing.journey.page(slug, filing.answers)
    if asked is None:
        raise Refused(404, GONE)
    if slug == PAPERS:
        return papers.answer(request, filing, asked, at)
    return _question(request, filing, asked, at)


def _question(request: HttpRequest, filing: Filing, asked: Page, at: datetime) -> HttpResponse:
    form = question_of(filing, asked, at, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return show(request, filing, asked, form)
    if is_stale(request):
        return show(request, filing, asked, form, notice=STALE, status=403)
    count(request, filing)
    if form.is_valid():
        values = form.stored()
        try:
            values |= _compare(filing, asked, values, request, at)
        except (Unidentified, NotAdmitted) as reason:
            form.add_error(None, str(reason))
        else:
            drafts.answer(filing.draft, asked.slug, values)
            return redirect(filing.url(page_after(request, filing, asked, values)))
    return show(request, filing, asked, form, status=400)


def _compare(
    filing: Filing, asked: Page, values: Mapping[str, Any], request: HttpRequest, at: datetime
) -> dict[str, Any]:
    """What an answer must still agree with beside itself: who somebody is, and whether the rules allow it."""
    answers = {**filing.answers, asked.slug: values}
    if asked.slug == WHO and filing.journey.procedure == Procedure.COMMITMENT:
        return {"is_identified": _promiser(answers, values, request, at)}
    if asked.slug == WHO:
        record = submitting.record_of(answers)
        claim = Claim(values["subject_code"], values["name"], values["id_last4"])
        proved = identity.identify(record, claim, on=clock.day_of(at), address=address_of(request))
        admission.admit_any(record)
        return {"is_identified": proved}
    if asked.slug in ("wrong", "repair"):
        record = submitting.record_of(answers)
        if record is None:
            raise Unidentified(identity.NOT_IDENTIFIED)
        if asked.slug == "wrong":
            admission.admit_objection(record, ground=values["ground"], field_name=values["field_name"])
        else:
            admission.admit_repair(record, way=values["way"], on=clock.day_of(at))
    return {}


def _promiser(answers: Mapping[str, Any], values: Mapping[str, Any], request: HttpRequest, at: datetime) -> bool:
    """Whether who speaks for the subject is proved already; the promise that is replaced is of the same subject."""
    subject, on = submitting.subject_of(answers), clock.day_of(at)
    claim = Claim(values["subject_code"], values["name"], values["id_last4"])
    proved = identity.identify(subject, claim, on=on, address=address_of(request))
    try:
        submitting.replaced_by(answers, subject, on=on)
    except submitting.Incomplete as reason:
        raise Unidentified(str(reason)) from None
    return proved
