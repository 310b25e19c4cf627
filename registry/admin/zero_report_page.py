"""「本周无决定」 with one click, and what was reported so in the last weeks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from registry import clock
from registry.admin import batch_page, collected
from registry.audit import trace
from registry.intake import zero_reports as reports
from registry.intake.models import ZeroReport
from registry.records.validation import Invalid
from registry.records.visibility import of_their_bodies
from registry.records.workflow import MoveRefused

if TYPE_CHECKING:
    from registry.admin.batches import BatchAdmin

SHOWN = 50


def zero_reports(admin: BatchAdmin, request: HttpRequest) -> HttpResponse:
    """The kinds of the person's body with a button each; POST reports one of them."""
    offered = _kinds(request)
    if request.method == "POST":
        if not request.user.has_perm("registry.enter_record"):
            raise PermissionDenied
        if request.POST.get("kind") not in {kind.code for kind in offered}:
            raise BadRequest("没有此类信息")
        return _report(request, request.POST["kind"])
    week = reports.week_of(clock.today())
    made = of_their_bodies(ZeroReport.objects.select_related("organisation", "reported_by"), request.user)
    own = made.filter(organisation=request.user.organisation_id, week=week)
    said = {
        "week": week,
        "offered": [(kind, next((one for one in own if one.kind == kind.code), None)) for kind in offered],
        "reports": made.order_by("-week", "-pk")[:SHOWN],
    }
    return batch_page.page(admin, request, "zero_reports", "零报告", said)


def _kinds(request: HttpRequest) -> list:
    """What the person's body decides on, where the person enters it."""
    organisation = request.user.organisation
    if organisation is None or not request.user.has_perm("registry.enter_record"):
        return []
    return list({kind.code: kind for _, kind in collected.by(organisation, on=clock.today())}.values())


def _report(request: HttpRequest, kind: str) -> HttpResponse:
    try:
        made = reports.report(kind, by=request.user, at=clock.now())
    except (MoveRefused, PermissionDenied, Invalid) as refusal:
        trace.write(request, "zero_report.add", succeeded=False, kind=kind, reason=str(refusal))
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"已报告：{made}")
    return redirect(reverse("admin:registry_importbatch_zero-reports"))
