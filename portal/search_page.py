"""The search of everything public: tabs with counts, filters, and results with what was found marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from registry.directory.subjects import Subject
from registry.pages import asking, filters, paging
from registry.pages.cards import RecordCard, SubjectCard, record_cards, subject_cards
from registry.pages.crumbs import Crumb, Place
from registry.pages.filters import Directory
from registry.pages.paging import Link, Pager
from registry.pages.refusing import public_page
from registry.reading.asked import Asked
from registry.reading.codes import Outcome, look_up
from registry.reading.lists import browsing_counts, narrowing, page_of
from registry.records import kinds
from registry.records.kinds import SUBJECT_NUMBER
from registry.search.asking import CAP
from registry.search.find import counts_by_kind, find

SUBJECT_TAB = "subject"
SUBJECTS_BESIDE_RECORDS = 3

Counts = Mapping[int, tuple[int, bool]]


@dataclass(frozen=True)
class Results:
    """One page of what was found: subjects in their own tab, else records, on the first page with subjects beside."""

    pager: Pager
    beside: Sequence[SubjectCard] = ()
    subjects: Sequence[SubjectCard] = ()
    records: Sequence[RecordCard] = ()
    notice: str = ""


@public_page
def search(request: HttpRequest, *, on: date) -> HttpResponse:
    directory = Directory.read()
    asked = filters.read(request.GET, directory, on=on, with_days=False)
    tab = asking.choice(request.GET, "kind", [SUBJECT_TAB, *(kind.code for kind in kinds.every())])
    number = paging.number(request.GET)
    context = {
        "place": _place(asked),
        "query": asked.query,
        "fields": filters.fields(asked, directory, on=on, with_days=False),
        "hidden": {"kind": tab} if tab else {},
    }
    answer = look_up(asked.q, on=on) if asked.q else None
    if answer is not None and answer.outcome is Outcome.KNOWN:
        kind = tab if kinds.known(tab) else ""
        return redirect(paging.address(reverse("registry:subject", args=[answer.subject.uscc]), {"kind": kind}))
    if answer is not None and answer.is_code:
        context["answer"] = answer
    elif asked.q or (tab != SUBJECT_TAB and (tab or asked.narrows)):
        counts = _counts(asked, on=on)
        context |= {
            "tabs": list(_tabs(counts, asked, tab)),
            "results": _results(asked, tab, number, on=on),
        }
    return render(request, "portal/search.html", context)


def _place(asked: Asked) -> Place:
    title = f"“{asked.query}”的查询结果" if asked.query else "信用查询"
    return Place(
        title=title,
        trail=(Crumb("信用查询"),),
        column="信用查询",
        keywords="信用查询,统一社会信用代码,行政许可,行政处罚",
        description="按名称、统一社会信用代码或文书号查询已公示的公共信用信息",
        is_indexed=not asked.query,
    )


def _counts(asked: Asked, *, on: date) -> Counts:
    if not asked.q:
        return browsing_counts(asked, on=on)
    narrowed = narrowing(None, asked)
    del narrowed["kind"]
    return counts_by_kind(asked.q, on=on, **narrowed)


def _tabs(counts: Counts, asked: Asked, chosen: str) -> Iterator[Link]:
    """A tab for everything, for subjects where names were asked for, and for each kind of record."""
    path, parameters = reverse("portal:search"), {**asked.address(), "kind": chosen}
    per_kind = [counts.get(kind.number, (0, False)) for kind in kinds.every()]
    total = min(sum(count for count, _ in per_kind), CAP + 1)
    everything = (total, any(capped for _, capped in per_kind) or total > CAP)
    yield _tab("", "全部", everything, chosen, path, parameters)
    if SUBJECT_NUMBER in counts:
        yield _tab(SUBJECT_TAB, "主体", counts[SUBJECT_NUMBER], chosen, path, parameters)
    for kind, count in zip(kinds.every(), per_kind, strict=True):
        yield _tab(kind.code, kind.label, count, chosen, path, parameters)


def _tab(
    code: str, label: str, count: tuple[int, bool], chosen: str, path: str, parameters: Mapping[str, object]
) -> Link:
    written = paging.counted(*count)
    return Link(f"{label}（{written}）", paging.address(path, parameters, kind=code), code == chosen)


def _results(asked: Asked, tab: str, number: int, *, on: date) -> Results:
    if tab == SUBJECT_TAB:
        return _subjects(asked, number, on=on)
    kind = kinds.get(tab) if tab else None
    beside = _subjects(asked, 1, on=on).subjects if asked.q and kind is None and number == 1 else ()
    found = page_of(kind, asked, on=on, page=number)
    return Results(
        pager=_pager(asked, tab, number, found.total, found.capped),
        beside=beside[:SUBJECTS_BESIDE_RECORDS],
        records=record_cards(found.lines, asked.query),
        notice=found.notice,
    )


def _subjects(asked: Asked, number: int, *, on: date) -> Results:
    found = find(asked.q, on=on, page=number, **{**narrowing(None, asked), "kind": SUBJECT_NUMBER})
    shown = Subject.objects.public().select_related("region").in_bulk(found.subject_ids)
    subjects = [shown[key] for key in found.subject_ids if key in shown]
    return Results(
        pager=_pager(asked, SUBJECT_TAB, number, found.total, found.capped),
        subjects=subject_cards(subjects, asked.query),
        notice=found.notice,
    )


def _pager(asked: Asked, tab: str, number: int, total: int, capped: bool) -> Pager:
    parameters = {**asked.address(), "kind": tab}
    return paging.pager(number, total=total, capped=capped, path=reverse("portal:search"), asked=parameters)
