"""What anybody may read of the procedures: their rules, how they are doing, and public clarifications."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from objections import deadlines, letters, statistics
from objections.models import Restoration
from objections.statuses import Procedure
from registry.directory.terms import RepairRule
from registry.pages import paging
from registry.pages.crumbs import Crumb, Place
from registry.pages.refusing import public_page
from registry.records import kinds

TITLE = "异议、修复与投诉"


@public_page
def rules(request: HttpRequest, *, on: date) -> HttpResponse:
    """The steps of each procedure with their limits and legal bases, as they hold today (row S4.5.2)."""
    context = {
        "place": _place("办理规则", "异议申诉、信用修复、投诉举报的办理环节、时限和依据"),
        "procedures": [
            (procedure.label, deadlines.in_force(procedure, on=on), letters.remedies(procedure, on=on))
            for procedure in Procedure
        ],
        "repairs": [
            (kinds.get(rule.kind).label if kinds.known(rule.kind) else rule.kind, rule)
            for rule in RepairRule.objects.in_force(on=on).order_by("kind", "rule_id")
        ],
        "on": on,
    }
    return render(request, "objections/rules.html", context)


@public_page
def counts(request: HttpRequest, *, on: date) -> HttpResponse:
    """Counts of this year: nothing of any case, only how many and how quickly."""
    since = date(on.year, 1, 1)
    context = {
        "place": _place("办理统计", "异议申诉、信用修复、投诉举报的数量、结果和时效"),
        "counts": statistics.counts(since=since, until=on),
        "bodies": statistics.by_body(since=since, until=on),
        "overdue": statistics.overdue(on=on),
        "unconfirmed": statistics.unconfirmed(on=on),
        "since": since,
        "on": on,
    }
    return render(request, "objections/statistics.html", context)


@public_page
def clarifications(request: HttpRequest, *, on: date) -> HttpResponse:
    """What was wrong and has been put right, where the subject wished it said in public (row S4.5.6)."""
    number, path = paging.number(request.GET), reverse("objections:clarifications")
    said = Restoration.objects.clarified().select_related("record__subject", "record__organisation", "case")
    start = (number - 1) * paging.PER_PAGE
    context = {
        "place": _place("澄清公告", "经核实有误、已更正或撤销的信用信息的澄清公告"),
        "rows": said[start : start + paging.PER_PAGE],
        "pager": paging.pager(number, total=said.count(), capped=False, path=path, asked={}),
    }
    return render(request, "objections/clarifications.html", context)


def _place(title: str, description: str) -> Place:
    return Place(
        title=title,
        trail=(Crumb(title),),
        column=TITLE,
        column_type="互动服务",
        keywords=f"{title},异议申诉,信用修复,投诉举报",
        description=description,
    )
