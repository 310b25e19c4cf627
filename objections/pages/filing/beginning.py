"""The first page: who may file, with which papers, how long it takes."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from objections import deadlines, pledges
from objections.filing import admission, doors, drafts, journeys
from objections.filing.admission import NotAdmitted
from objections.filing.journeys import RECORD
from objections.pages.door import STALE, address_of, is_stale, public_form
from objections.pages.filing.form import place_of
from objections.statuses import Procedure, RepairWay
from registry import clock
from registry.pages.refusing import Refused
from registry.papers import types
from registry.reading.presenting import visible
from registry.records.models import Record


@public_form
def start(request: HttpRequest, *, procedure: Procedure, at: datetime) -> HttpResponseBase:
    """Who may file, with which papers, how long it takes; and, from the page of a record, whether it may be begun."""
    journey, on = journeys.JOURNEYS[procedure], clock.day_of(at)
    record = _asked_record(request, on=on)
    if procedure == Procedure.COMMITMENT:
        record = pledges.shown_commitment(record, on=on)
    stale = request.method == "POST" and is_stale(request)
    if request.method == "POST" and not stale:
        many = doors.count_page(address_of(request))
        answers = _first_answers(record, request.POST.get("field", ""))
        is_suspicious = many or doors.looks_mechanical(request.POST)
        key = drafts.begin(procedure, at=at, answers=answers, is_suspicious=is_suspicious)
        first = journey.first_missing(answers)
        return redirect(reverse(f"objections:{procedure.value}_page", args=[key, first]))
    context = {
        "place": place_of(journey, journey.title, is_indexed=record is None),
        "journey": journey,
        "start_lead": f"objections/_start_{procedure.value}.html",
        "record": record,
        "title": visible(record.title) if record else "",
        "field": request.GET.get("field", "") or request.POST.get("field", ""),
        "why_not": _why_not(procedure, record, on=on),
        "terms": admission.repair_terms(record, on=on) if record and procedure == Procedure.REPAIR else None,
        "on": on,
        "rules": deadlines.in_force(procedure, on=on),
        "seal": doors.seal(),
        "trap": doors.TRAP,
        "notice": STALE if stale else "",
        "accepted": types.ACCEPTED,
        "limits": settings.EVIDENCE,
    }
    return render(request, "objections/start.html", context, status=403 if stale else 200)


def _asked_record(request: HttpRequest, *, on: date) -> Record | None:
    """The public record the address names; what is not public is found by its number and identity only."""
    asked = request.GET.get("record") or request.POST.get("record")
    if not asked:
        return None
    try:
        uid = uuid.UUID(asked)
    except ValueError:
        raise Refused(404, "没有找到这条信息。网址可能有误，请从信息页面重新进入。") from None
    found = Record.objects.public(on=on).select_related("subject__person", "organisation").filter(uid=uid).first()
    if found is None:
        raise Refused(404, "没有找到这条信息，可能已不再公示。您仍可以不经信息页面，凭决定书文号提出。")
    return found


def _first_answers(record: Record | None, field: str) -> dict[str, Any]:
    if record is None:
        return {}
    known = {item.name for item in record.specification.public()}
    return {RECORD: {"uid": str(record.uid), "field": field if field in known else ""}}


def _why_not(procedure: Procedure, record: Record | None, *, on: date) -> str:
    """Why the form is not even begun: said here, before anybody fills in five pages for nothing."""
    if record is None or procedure in (Procedure.COMPLAINT, Procedure.COMMITMENT):
        return ""
    try:
        if procedure == Procedure.REPAIR:
            admission.admit_repair(record, way=RepairWay.CORRECTION, on=on)
        else:
            admission.admit_any(record)
    except NotAdmitted as reason:
        return str(reason)
    return ""
