"""A form being filled in: its draft behind the key in its address, its pages, and how they look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from objections.filing import doors, drafts, journeys, submitting
from objections.filing.journeys import CHECK, RECORD, Journey, Page
from objections.filing.questions import Question
from objections.models import EvidencePurpose, EvidenceState, FilingDraft
from objections.pages.door import address_of
from objections.statuses import Procedure
from registry import clock
from registry.pages.crumbs import Crumb, Place
from registry.pages.refusing import Refused

GONE = "这份填报已过期或网址不完整。未提交的内容保留24小时，请重新开始。"


@dataclass(frozen=True)
class Filing:
    """A form being filled in: its draft, the key in its address, and what has been answered."""

    journey: Journey
    draft: FilingDraft
    key: str
    answers: Mapping[str, Any]

    def url(self, slug: str) -> str:
        return reverse(f"objections:{self.journey.procedure.value}_page", args=[self.key, slug])

    @property
    def done_url(self) -> str:
        return reverse(f"objections:{self.journey.procedure.value}_done", args=[self.key])


def opened(procedure: Procedure, key: str, at: datetime) -> Filing:
    draft = drafts.find(procedure, key, at=at)
    if draft is None:
        raise Refused(404, GONE)
    return Filing(journeys.JOURNEYS[procedure], draft, key, draft.answers() if draft.case is None else {})


def question_of(filing: Filing, asked: Page, at: datetime, posted: MultiValueDict | None) -> Question:
    more: dict[str, Any] = {}
    if asked.slug == "wrong":
        more["columns"] = _columns(filing)
    stored = filing.answers.get(asked.slug, {})
    if asked.slug == "service":
        names = ("programme", "served_on", "hours")
        rows = enumerate(stored.get("rows", []), start=1)
        stored = {f"{name}_{n}": value for n, row in rows for name, value in zip(names, row, strict=True)}
    if asked.slug == "wrong" and not stored:
        stored = {"field_name": filing.answers.get(RECORD, {}).get("field", "")}
    return asked.question(posted, initial=stored, today=clock.day_of(at), before=filing.answers, **more)


def _columns(filing: Filing) -> list[tuple[str, str]]:
    record = submitting.record_of(filing.answers)
    return [(item.name, item.label) for item in record.specification.public()] if record else []


def page_after(request: HttpRequest, filing: Filing, asked: Page, values: Mapping[str, Any]) -> str:
    answers = {**filing.answers, asked.slug: values}
    if request.POST.get("back") == CHECK:
        return filing.journey.first_missing(answers)
    return filing.journey.after(asked.slug, answers)


def count(request: HttpRequest, filing: Filing) -> None:
    """Somebody who sends very many pages is asked a question at the end."""
    if doors.count_page(address_of(request)) and not filing.draft.is_suspicious:
        suspect(filing)


def suspect(filing: Filing) -> None:
    filing.draft.is_suspicious = True
    FilingDraft.objects.filter(pk=filing.draft.pk).update(is_suspicious=True)


def show(
    request: HttpRequest,
    filing: Filing,
    asked: Page,
    form: Question,
    *,
    notice: str = "",
    status: int = 200,
    template: str = "question",
    **more: Any,
) -> HttpResponse:
    before = filing.journey.before(asked.slug, filing.answers)
    pages = filing.journey.pages(filing.answers)
    context = {
        "place": place_of(filing.journey, asked.title, is_wrong=form.is_bound and not form.is_valid()),
        "journey": filing.journey,
        "asked": asked,
        "form": form,
        "back_url": filing.url(before) if before else "",
        "back_to": CHECK if request.GET.get("back") == CHECK or request.POST.get("back") == CHECK else "",
        "number": pages.index(asked) + 1,
        "total": len(pages) + 1,
        "notice": notice,
        **more,
    }
    return render(request, f"objections/{template}.html", context, status=status)


def held(filing: Filing) -> Any:
    return filing.draft.evidence.order_by("pk")


def missing_papers(filing: Filing) -> list[EvidencePurpose]:
    there = set(held(filing).exclude(state=EvidenceState.QUARANTINED).values_list("purpose", flat=True))
    wanted = journeys.required_papers(filing.journey.procedure, filing.answers)
    return [purpose for purpose in wanted if purpose not in there]


def place_of(journey: Journey, title: str, *, is_wrong: bool = False, is_indexed: bool = False) -> Place:
    return Place(
        title=f"错误：{title}" if is_wrong else title,
        trail=(Crumb(journey.title, reverse(journey.url)), Crumb(title)) if title != journey.title else (Crumb(title),),
        column=journey.title,
        column_type="互动服务",
        keywords=f"{journey.title},信用安康",
        description=f"网上提出{journey.title}，凭编号和查询码查看办理进度",
        is_indexed=is_indexed,
    )
