"""The public measure lists: who has one, what it says, how it changed, and who has none (row S4.3.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from measures import lists
from measures.models import Colour, ListState, MeasureList
from measures.pages.catalogue import place
from registry.directory.organisations import Organisation
from registry.pages import asking, paging
from registry.pages.crumbs import Crumb, Place
from registry.pages.refusing import Refused, public_page

PER_PAGE = 50
TITLE = "联合奖惩措施清单"


@public_page
def measure_lists(request: HttpRequest, *, on: date) -> HttpResponseBase:
    """The lists in force; with `organisation` and `kind` that list itself, with `before` beside an earlier version."""
    colour = asking.choice(request.GET, "kind", Colour.values)
    code = asking.text(request.GET, "organisation")
    if code and colour:
        return _one_list(request, code, colour, on=on)
    found = MeasureList.objects.in_force(on=on).select_related("organisation__region")
    if colour:
        found = found.filter(colour=colour)
    found = found.order_by("organisation__region", "organisation__uscc", "colour")
    number, path = paging.number(request.GET, per_page=PER_PAGE), reverse("measures:lists")
    start = (number - 1) * PER_PAGE
    without = lists.missing(on=on)
    context = {
        "place": place(TITLE, "各县区、各部门的守信联合激励、失信联合惩戒措施清单及尚未公布清单的单位"),
        "lists": [(row, _address(row)) for row in found[start : start + PER_PAGE]],
        "pager": paging.pager(
            number, total=found.count(), capped=False, path=path, asked={"kind": colour}, per_page=PER_PAGE
        ),
        "missing": _by_body(without),
        "on": on,
    }
    return render(request, "measures/lists.html", context)


def _by_body(without: list[tuple[Organisation, Colour]]) -> list[tuple[Organisation, str]]:
    """The bodies that owe a list, each once with the colours it owes."""
    owed: dict[Organisation, list[str]] = {}
    for body, colour in without:
        owed.setdefault(body, []).append(Colour(colour).label)
    return [(body, "、".join(labels)) for body, labels in owed.items()]


def _one_list(request: HttpRequest, code: str, colour: str, *, on: date) -> HttpResponseBase:
    versions = _versions(code, colour, on=on)
    wanted = asking.choice(request.GET, "version", [str(one.version) for one in versions])
    shown = next((one for one in versions if str(one.version) == wanted), versions[0])
    earlier = [one for one in versions if one.version < shown.version]
    before = asking.choice(request.GET, "before", [str(one.version) for one in earlier])
    context = {
        "place": _place(shown),
        "list": shown,
        "lines": shown.lines.select_related("measure", "basis").order_by("measure"),
        "versions": [(one, f"{_address(one)}&version={one.version}") for one in versions],
        "earlier": [(one, f"{_address(shown)}&version={shown.version}&before={one.version}") for one in earlier],
        "compared": next((one for one in earlier if str(one.version) == before), None),
        "is_current": shown == versions[0],
        "on": on,
    }
    if context["compared"] is not None:
        context["differences"] = lists.compare(context["compared"], shown)
    return render(request, "measures/list.html", context)


def _versions(code: str, colour: str, *, on: date) -> list[MeasureList]:
    """What the body has issued and has begun, the newest first."""
    body = Organisation.objects.filter(uscc=code).first()
    issued = MeasureList.objects.filter(organisation=body, colour=colour, valid_from__lte=on)
    versions = list(issued.exclude(state=ListState.DRAFT).select_related("organisation").order_by("-version"))
    if body is None or not versions:
        raise Refused(404, "没有找到该单位的措施清单，请从清单目录中重新选择。")
    return versions


def _address(row: MeasureList) -> str:
    return paging.address(reverse("measures:lists"), {"organisation": row.organisation.uscc, "kind": row.colour})


def _place(row: MeasureList) -> Place:
    title = f"{row.organisation}{row.get_colour_display()}措施清单"
    trail = (Crumb(TITLE, reverse("measures:lists")), Crumb(title))
    return replace(place(title, f"{title}：措施、约束力、依据、程序和联系方式"), trail=trail)
