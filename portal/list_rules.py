"""The rules by which bodies put anybody on the red or the black list (安政发〔2017〕8号 四（二）), for everybody to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from blacklist import models as black
from redlist import models as red
from registry.pages import asking, filters
from registry.pages.crumbs import Crumb, Place
from registry.pages.filters import Directory, Field
from registry.pages.refusing import public_page

TITLE = "红黑名单认定规则"
LISTS = (("red", "守信红名单"), ("black", "失信黑名单"))


@dataclass(frozen=True)
class Rule:
    """One rule of one body as the page tells it, whichever list it is for."""

    list_name: str
    body: str
    field: str  # the industry; a red rule names none
    document_number: str
    version: str
    standard: str
    procedure: str
    leaving: str
    notice: str
    objections_to: str
    effective_from: date
    effective_to: date | None
    scope: tuple[tuple[str, str], ...]  # what may be confirmed or listed, from which threshold on


@public_page
def list_rules(request: HttpRequest, *, on: date) -> HttpResponseBase:
    """The rules in force on that day, by list and by body; without them nobody is confirmed or listed."""
    directory = Directory.read()
    bodies = {body.uscc: body.pk for body in directory.organisations}
    chosen = asking.choice(request.GET, "list", [code for code, _ in LISTS])
    code = asking.choice(request.GET, "organisation", set(bodies))
    rules = list(_rules(chosen, bodies.get(code), on=on))
    context = {
        "place": Place(
            title=TITLE, trail=(Crumb(TITLE),), column="政策文件", keywords=f"{TITLE},认定标准,认定程序,移出条件",
            description="各单位认定诚信典型、列入严重失信主体名单所依据的规则：范围、标准、程序、期限和异议受理",
        ),
        "fields": list(_fields(chosen, code, directory)),
        "rules": rules,
        "on": on,
    }  # fmt: skip
    return render(request, "portal/list_rules.html", context)


def _fields(chosen: str, code: str, directory: Directory) -> Iterator[Field]:
    offered = tuple((body.uscc, body.name) for body in directory.organisations)
    yield Field("list", "名单", options=filters.options(LISTS, chosen))
    yield Field("organisation", "认定单位", options=filters.options(offered, code))


def _rules(chosen: str, body: int | None, *, on: date) -> Iterator[Rule]:
    for code, model, told, scoped in (
        ("red", red.ListRule, _red, "scopes__category"),
        ("black", black.ListRule, _black, "scopes__item"),
    ):
        if chosen in ("", code):
            found = model.objects.in_force(on=on).select_related("organisation").prefetch_related(scoped)
            if body is not None:
                found = found.filter(organisation=body)
            yield from (told(rule) for rule in found.order_by("organisation__region", "organisation__uscc", "pk"))


def _red(rule: red.ListRule) -> Rule:
    return Rule(
        list_name=LISTS[0][1], body=rule.organisation.name, field="", document_number=rule.document_number, version="",
        standard=rule.standard, procedure=rule.procedure, leaving=rule.exit,
        notice=f"认定前公示{rule.notice_days}日" if rule.notice_days else "不另行公示",
        objections_to=rule.objection_contact, effective_from=rule.effective_from, effective_to=rule.effective_to,
        scope=tuple((str(one.category), one.threshold) for one in rule.scopes.all()),
    )  # fmt: skip


def _black(rule: black.ListRule) -> Rule:
    return Rule(
        list_name=LISTS[1][1], body=rule.organisation.name, field=rule.industry, document_number=rule.document_number,
        version=f"第{rule.version}版", standard=rule.standard, procedure=rule.procedure, leaving=rule.removal,
        notice=f"列入前送达事先告知，{rule.notice_days}日内可以陈述申辩" if rule.notice_days else "不要求事先告知",
        objections_to=rule.objection_contact, effective_from=rule.effective_from, effective_to=rule.effective_to,
        scope=tuple((str(one.item), one.threshold) for one in rule.scopes.all()),
    )  # fmt: skip
