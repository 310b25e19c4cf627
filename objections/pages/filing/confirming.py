"""The confirmation: the number, the code while it is fresh, what happens next; and the receipt as a file."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from objections import codes, situations
from objections.filing import doors
from objections.filing.journeys import CHECK
from objections.models import Case
from objections.pages.door import address_of, public_form
from objections.pages.filing.form import GONE, opened, place_of
from objections.pages.track import receipt_of
from objections.statuses import Procedure
from registry.pages.refusing import Refused

CODE_SHOWN_FOR = timedelta(hours=2)


@public_form
def done(request: HttpRequest, *, procedure: Procedure, key: str, at: datetime) -> HttpResponseBase:
    """The number, the code while it is fresh, what happens next and by which working day."""
    filing = opened(procedure, key, at)
    case = filing.draft.case
    if case is None:
        return redirect(filing.url(CHECK))
    context = {
        "place": place_of(filing.journey, "提交成功"),
        "journey": filing.journey,
        "case": case,
        "code": codes.grouped(codes.code_of(key)) if is_fresh(case, at) else "",
        "limit": next(iter(situations.running(case, situations.history(case))), None),
        "receipt_url": reverse(f"objections:{procedure.value}_receipt", args=[key]),
    }
    return render(request, "objections/done.html", context)


def is_fresh(case: Case, at: datetime) -> bool:
    """Whether the confirmation may still be looked at again, after a slip or a reload."""
    return at - case.filed_at < CODE_SHOWN_FOR


@public_form
def receipt(request: HttpRequest, *, procedure: Procedure, key: str, at: datetime) -> HttpResponseBase:
    """The receipt as a file, with the query code while the confirmation is fresh."""
    doors.count_page(address_of(request))
    case = opened(procedure, key, at).draft.case
    if case is None:
        raise Refused(404, GONE)
    code = codes.grouped(codes.code_of(key)) if is_fresh(case, at) else ""
    return receipt_of(request, case, code=code)
