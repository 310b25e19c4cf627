"""The page of a subject: who it is, and what is public about it, kind by kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from registry import privacy
from registry.directory.subjects import IdentifierScheme, Subject, SubjectKind
from registry.identifiers.departments import DEPARTMENTS
from registry.pages import asking, paging
from registry.pages.cards import for_cards, record_cards
from registry.pages.codes import Answer, Outcome, look_up
from registry.pages.crumbs import Crumb, Place
from registry.pages.presenting import visible
from registry.pages.refusing import public_page
from registry.records import kinds
from registry.records.models import Record
from registry.search.listing import browse


@dataclass(frozen=True)
class Fact:
    label: str
    value: str


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
    answer = browse(for_cards(shown.filter(kind=chosen) if chosen else shown), page=number, per_page=paging.PER_PAGE)
    name = visible(subject.public_name)
    context = {
        "place": _place(name),
        "subject": subject,
        "name": name,
        "facts": facts(subject, on=on),
        "tabs": _tabs(per_kind, chosen, path),
        "cards": record_cards(answer.records),
        "pager": paging.pager(number, total=answer.total, capped=answer.capped, path=path, asked={"kind": chosen}),
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


def facts(subject: Subject, *, on: date) -> list[Fact]:
    """What identifies the subject; the operator's name is masked and the home of one is not shown."""
    former = "、".join(visible(row.name) for row in subject.former_names.order_by("-pk"))
    facts = [
        Fact("统一社会信用代码", subject.uscc or ""),
        Fact("主体类别", subject.get_kind_display()),
        Fact("登记管理部门", _authority(subject)),
        Fact("所在区划", subject.region.name if subject.region else ""),
        Fact("登记状态", subject.get_state_display()),
        Fact("成立日期", str(subject.established_on or "")),
        Fact("赋码或转换日期", _coded_on(subject, on=on)),
        Fact("法定代表人", privacy.mask_person_name(subject.legal_representative)),
        Fact("住所", visible(subject.address) if subject.kind == SubjectKind.LEGAL else ""),
        Fact("曾用名", former),
        *_old_numbers(subject),
    ]
    return [fact for fact in facts if fact.value]


def _authority(subject: Subject) -> str:
    if subject.registration_organisation is not None:
        return subject.registration_organisation.name
    row = DEPARTMENTS.get((subject.uscc or "")[:2])
    return row.department if row else ""


def _coded_on(subject: Subject, *, on: date) -> str:
    events = Record.objects.public(on=on).filter(subject=subject, kind="code-event")
    return str(events.order_by("-decided_on", "-pk").values_list("decided_on", flat=True).first() or "")


def _old_numbers(subject: Subject) -> list[Fact]:
    rows = subject.identifiers.order_by("scheme", "value")
    if subject.kind == SubjectKind.BUSINESS:
        # The tax number of an individual business was made of its operator's ID number.
        rows = rows.exclude(scheme=IdentifierScheme.TAX)
    return [Fact(f"原{row.get_scheme_display()}", visible(row.value)) for row in rows]
