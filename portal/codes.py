"""The lookup of a code and its three different answers: wrong, right but unknown, known (row S1.1.1)."""

from __future__ import annotations

import unicodedata
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from portal.search_page import SUBJECT_TAB
from registry.pages import asking, paging
from registry.pages.crumbs import Crumb, Place
from registry.pages.refusing import public_page
from registry.reading.addresses import subject_url
from registry.reading.codes import Outcome, look_up
from registry.reading.presenting import visible

TITLES = {
    Outcome.KNOWN: "已查询到",
    Outcome.UNKNOWN: "未查询到",
    Outcome.MALFORMED: "代码有误",
    Outcome.PERSONAL: "请勿输入身份证号",
}


@public_page
def lookup(request: HttpRequest, *, on: date) -> HttpResponse:
    """An empty question shows the form; a name goes to the search of names; a code gets its answer."""
    typed = asking.text(request.GET, "q")
    context: dict[str, object] = {"place": _place("统一社会信用代码查询")}
    if typed:
        answer = look_up(typed, on=on)
        if answer.outcome is Outcome.MALFORMED and _is_name(typed):
            return redirect(paging.address(reverse("portal:search"), {"q": typed, "kind": SUBJECT_TAB}))
        context = {
            "place": _place(TITLES[answer.outcome]),
            "answer": answer,
            "outcome": TITLES[answer.outcome],
            "shown": "" if answer.outcome is Outcome.PERSONAL else visible(answer.verdict.input or ""),
        }
        if answer.subject is not None:
            context["subject_url"] = subject_url(answer.subject)
            context["subject_name"] = visible(answer.subject.public_name)
    return render(request, "portal/codes.html", context)


def _is_name(typed: str) -> bool:
    """Whether letters stand in it that no code has, whatever their width."""
    text = unicodedata.normalize("NFKC", typed)
    return any(character.isalpha() and not character.isascii() for character in text)


def _place(title: str) -> Place:
    return Place(
        title=title,
        trail=(Crumb("统一社会信用代码查询"),),
        column="统一社会信用代码查询",
        keywords="统一社会信用代码,校验,查询",
        description="校验统一社会信用代码，查询代码对应的主体；旧注册号、组织机构代码同样可查",
        is_indexed=title == "统一社会信用代码查询",
    )
