"""The page of a subject: who it is, and what is public about it, kind by kind."""

from __future__ import annotations

from datetime import date

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from registry.directory.subjects import Subject
from registry.pages import asking, beside, paging
from registry.pages.cards import record_cards
from registry.pages.crumbs import Crumb, Place
from registry.pages.refusing import public_page
from registry.reading.codes import Answer, Outcome, look_up
from registry.reading.lines import lines
from registry.reading.presenting import visible
from registry.reading.subjects import facts
from registry.records import kinds
from registry.records.models import Record
from registry.search.listing import browse


@public_page
def subject(request: HttpRequest, *, code: str, on: date) -> HttpResponse:
    """An old number, or the code written in another way, leads to the one address of the subject."""
    found = look_up(code, on=on)
    if found.subject is None:
        return _unknown(request, found)
    if code != found.subject.uscc:
        return redirect("registry:subject", code=found.subject.uscc)
    return _known(request, found.subject, on=on)


def _unknown(request: HttpRequest, found: Answer) -> HttpResponse:
    title = "未查询到该主体" if found.outcome is Outcome.UNKNOWN else "代码有误"
    place = Place(title=title, trail=(Crumb("信用查询", "/search/"), Crumb(title)), is_indexed=False)
    context = {"place": place, "answer": found}
    return render(request, "registry/subject_unknown.html", context, status=404)


def _known(request: HttpRequest, subject: Subject, *, on: date) -> HttpResponse:
    shown = Record.objects.public(on=on).filter(subject=subject)
    per_kind = dict(shown.order_by().values_list("kind").annotate(Count("pk")))
    chosen = asking.choice(request.GET, "kind", [kind.code for kind in kinds.every()])
    number = paging.number(request.GET)
    path = reverse("registry:subject", args=[subject.uscc])
    answer = browse(shown.filter(kind=chosen) if chosen else shown, page=number, per_page=paging.PER_PAGE)
    name = visible(subject.public_name)
    context = {
        "place": _place(name),
        "subject": subject,
        "name": name,
        "facts": facts(subject, on=on),
        "tabs": _tabs(per_kind, chosen, path),
        "cards": record_cards(lines(answer.keys, on=on)),
        "pager": paging.pager(number, total=answer.total, capped=answer.capped, path=path, asked={"kind": chosen}),
        "beside": beside.of_subject(subject, on=on),
        "on": on,
    }
    return render(request, "registry/subject.html", context)


def _place(name: str) -> Place:
    return Place(
        title=name,
        trail=(Crumb("信用查询", "/search/"), Crumb(name)),
        column="信用主体",
        keywords=f"{name},信用信息,统一社会信用代码",
        description=f"{name}的登记信息和已公示的信用信息",
    )


def _tabs(per_kind: dict[str, int], chosen: str, path: str) -> list[paging.Link]:
    def tab(code: str, label: str, total: int) -> paging.Link:
        return paging.Link(
            f"{label}（{paging.counted(total, False)}）", paging.address(path, {"kind": code}), code == chosen
        )

    every = [tab(kind.code, kind.label, per_kind.get(kind.code, 0)) for kind in kinds.every()]
    return [tab("", "全部", sum(per_kind.values())), *every]
