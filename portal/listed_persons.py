"""Whether a person stands on the severe dishonesty list: asked by the whole name and the last four of the number.

Natural persons are masked everywhere, so nobody stumbles over one; who already knows the name and the end of the number
may ask about that one (domain 7, 三（一）). Nothing typed stands in an address, in a log, or in the page that answers;
no name, another's number and nobody at all are answered with the same page.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from objections import budgets
from objections.pages.door import address_of, public_form
from registry import clock
from registry.directory.subjects import SubjectKind
from registry.identifiers.normalise import name_key
from registry.pages import asking
from registry.pages.cards import record_cards
from registry.pages.crumbs import Crumb, Place
from registry.pages.record import written
from registry.reading.lines import lines
from registry.records.models import Record

LIST = "blacklist"
POSTS = 10  # of one client in ten minutes: enough for whoever asks about somebody, too few for guessing
LONGEST_NAME = 50
NAMESAKES = 200  # entries of one name that are looked at
_LAST_FOUR = re.compile(r"[0-9]{3}[0-9X]")

PLACE = Place(
    title="查询失信自然人",
    trail=(Crumb("失信黑名单", "/blacklist/"), Crumb("查询失信自然人")),
    column="失信黑名单",
    keywords="失信自然人,黑名单查询",
    description="按姓名和证件号码后四位查询自然人是否列入严重失信主体名单",
    is_indexed=False,
)


@public_form
def listed_persons(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """The form; sent with both answers, what the list says of that person today."""
    context: dict[str, object] = {"place": PLACE}
    if request.method == "POST":
        budgets.spend("listed-persons", budgets.household(address_of(request)), POSTS)
        name = asking.text(request.POST, "name").strip()
        last_four = asking.text(request.POST, "last_four").strip().upper()
        wrong = list(_problems(name, last_four))
        context |= {"wrong": wrong, "asked_at": written(at), "answered": not wrong}
        if not wrong:
            context["cards"] = record_cards(lines(_entries(name, last_four, on=clock.day_of(at)), on=clock.day_of(at)))
    return render(request, "portal/listed_persons.html", context, status=400 if context.get("wrong") else 200)


def _problems(name: str, last_four: str) -> Iterator[tuple[str, str]]:
    if not name:
        yield "name", "请填写完整姓名。"
    elif len(name) > LONGEST_NAME:
        yield "name", f"姓名最多{LONGEST_NAME}个字。"
    if not _LAST_FOUR.fullmatch(last_four):
        yield "last_four", "请填写证件号码的后四位，例如 002X；不要填写完整的证件号码。"


def _entries(name: str, last_four: str, *, on: date) -> list[int]:
    """The public entries of whoever has just that name and a number that ends so."""
    named = Record.objects.public(on=on, of=(LIST,)).filter(
        subject__kind=SubjectKind.NATURAL, subject__name_key=name_key(name)
    )
    found = named.select_related("subject__person").order_by("-pk")[:NAMESAKES]
    return [record.pk for record in found if _ends_with(record, last_four)]


def _ends_with(record: Record, last_four: str) -> bool:
    person = record.subject.person
    return person is not None and hmac.compare_digest(person.number()[-4:].upper().encode(), last_four.encode())
