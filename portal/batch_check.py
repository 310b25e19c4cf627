"""Many partners at once: the codes of up to twenty subjects, each with what is public of it today (S3.1.6, S3.5.3).

Codes only. What reads like a resident ID or a name is refused, and neither looked up nor repeated; nothing that was
typed stands in an address. It is sent by POST for that reason alone: nothing is changed by it, so no token is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from objections import budgets
from objections.pages.door import address_of, public_form
from registry import clock
from registry.identifiers.verdict import Scheme, judge
from registry.pages import asking
from registry.pages.crumbs import Crumb, Place
from registry.pages.record import written
from registry.pages.refusing import Refused
from registry.reading.addresses import subject_url
from registry.reading.codes import Answer, Outcome, look_up_all
from registry.reading.presenting import visible
from registry.records import kinds
from registry.records.models import Record

MOST, LONGEST = 20, 4_000  # codes, and characters in all
POSTS = 30  # of one client in ten minutes
COUNTED = ("blacklist", "redlist", "penalty")
_BETWEEN = re.compile(r"[\r\n\t,，;；、|]+")
_LIKE_AN_ID = re.compile(r"[0-9]{15}|[0-9]{17}[0-9X]")

NOT_A_CODE = "只能填写代码。为保护个人信息，不接受姓名、名称和证件号码，您填写的内容没有被查询，也不再显示。"
PERSONAL = "看起来是身份证号。为保护个人信息，没有查询，也不再显示。"

PLACE = Place(
    title="批量核查",
    trail=(Crumb("信用查询", "/search/"), Crumb("批量核查")),
    column="信用查询",
    keywords="批量核查,交易对象,统一社会信用代码",
    description="一次核查多个交易对象：按统一社会信用代码查看失信名单、红名单和行政处罚的公示情况",
)


@dataclass(frozen=True)
class Tally:
    """How many public records of one kind there are, and of how many of them the measures rest now."""

    label: str
    count: int
    held: int


@dataclass(frozen=True)
class Row:
    """The answer on one of the codes. `typed` is '' where it must not be shown again."""

    place: int  # counted from 1, as it was pasted
    outcome: str
    said: str
    typed: str = ""
    name: str = ""
    url: str = ""
    suggestion: str = ""
    problems: Sequence[str] = ()
    tallies: Sequence[Tally] = ()


@public_form
def batch(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """The form; with what was pasted into it, the answers as well."""
    context: dict[str, object] = {"place": PLACE, "most": MOST}
    if request.method == "POST":
        # Outside of any transaction, and before anything is read: guessing is not free.
        budgets.spend("batch", budgets.household(address_of(request)), POSTS)
        texts = _pasted(asking.text(request.POST, "codes"))
        rows = _answers(texts, on=clock.day_of(at)) if 0 < len(texts) <= MOST else []
        context |= {"rows": rows, "asked_at": written(at), "wrong": _wrong(len(texts))}
    return render(request, "portal/batch.html", context, status=400 if context.get("wrong") else 200)


def _wrong(number: int) -> str:
    if not number:
        return "请填写要核查的代码，每行一个。"
    return f"一次最多核查{MOST}个代码，您填写了{number}个，请分次核查。" if number > MOST else ""


def _pasted(text: str) -> list[str]:
    """Each of what was pasted, once. A code may be written in groups, so blanks part only what is no code together."""
    if len(text) > LONGEST:
        raise Refused(400, f"内容过长：一次最多核查{MOST}个代码，请只粘贴代码。")
    pieces = (piece for part in _BETWEEN.split(text) if part.strip() for piece in _parted(part.strip()))
    return list(dict.fromkeys(pieces))


def _parted(part: str) -> list[str]:
    together = judge(part, on=clock.today())
    return [part] if together.valid or together.scheme is Scheme.RESIDENT_ID else part.split()


def _answers(texts: Sequence[str], *, on: date) -> list[Row]:
    answers = look_up_all(texts, on=on)
    tallies = _tallies({answer.subject.pk for answer in answers if answer.subject}, on=on)
    return [_row(place, *each, tallies) for place, each in enumerate(zip(texts, answers, strict=True), start=1)]


def _row(place: int, typed: str, answer: Answer, tallies: dict[tuple[int, str], Tally]) -> Row:
    if answer.outcome is Outcome.PERSONAL:
        return Row(place, "personal", PERSONAL)
    subject = answer.subject
    if subject is not None:
        return Row(
            place,
            "known",
            "以下为公示中的信息条数",
            typed=subject.uscc or visible(typed),
            name=visible(subject.public_name),
            url=subject_url(subject),
            tallies=[
                tallies.get((subject.pk, code), Tally(kinds.get(code).label, 0, 0))
                for code in COUNTED
                if kinds.known(code)
            ],
        )
    code = answer.verdict.code or ""
    if answer.outcome is Outcome.UNKNOWN:
        return Row(place, "unknown", "代码正确，但本网站没有该主体的公示信息", typed=code)
    if not answer.is_code:
        return Row(place, "refused", NOT_A_CODE)
    shown = "" if _LIKE_AN_ID.fullmatch(code) else visible(code)  # may be an ID number with a slip of the hand
    problems = [problem.message for problem in answer.verdict.problems] if shown else []
    return Row(place, "malformed", "代码有误，没有查询", typed=shown, problems=problems, suggestion=answer.suggestion)


def _tallies(subjects: Iterable[int], *, on: date) -> dict[tuple[int, str], Tally]:
    """By subject and kind, what anybody may read today."""
    public = Record.objects.public(on=on, of=[code for code in COUNTED if kinds.known(code)])
    counted = (
        public.filter(subject__in=subjects)
        .order_by()
        .values_list("subject", "kind")
        .annotate(
            count=Count("pk", distinct=True),
            held=Count("pk", distinct=True, filter=Q(holds__isnull=False, holds__closed_at=None)),
        )
    )
    return {(subject, code): Tally(kinds.get(code).label, *numbers) for subject, code, *numbers in counted}
