"""What applicants and handlers write stands on pages as they wrote it and does nothing there (BI-H01, BI-H02)."""

from __future__ import annotations

import time

import pytest
from django.urls import reverse
from django.utils.html import escape

from objections import restoring, workflow
from objections.life import Decision
from objections.models import Case
from objections.statuses import CaseAction, Outcome, Procedure
from tests.admin.pages import text
from tests.factories import NOON, TODAY
from tests.objections.desk import Desk
from tests.objections.visiting import begin, number_and_code, where
from tests.pages.test_markup import Markup

pytestmark = pytest.mark.django_db

HARMFUL = {
    "javascript:": '<a href="javascript:alert(1)">点这里</a>',
    "iframe": "<iframe src=//evil.example></iframe>",
    "object": "<object data=x></object><embed src=x>",
    "form": '<form action="//evil.example"><input name=code></form>',
    "style": "<style>@import '//evil.example/x.css'</style>",
    "math": "<math><mtext></table></math><img src=x onerror=alert(1)>",
    "on-attribute": "<p onmouseover=alert(1) style=color:red>移到这里</p>",
    "data:": '<img src="data:text/html;base64,PHNjcmlwdD4=">',
    "closed by itself": "</textarea></p></div></main><script>alert(1)</script>",
}
MARKS = ("<a href=\"javascript", "<iframe", "<object", "<form action=\"//", "@import '//evil.example/x.css'</style>",
         "<math", "<p onmouseover", "src=\"data:", "<script>alert")  # fmt: skip


@pytest.fixture(autouse=True)
def the_day_is_known(settings):
    settings.CREDIT_TODAY = TODAY
    settings.FORMS = settings.FORMS | {"quickest": 0}


def does_nothing(page, typed: str) -> None:
    """The page is well formed, says what was typed, and none of it is markup there."""
    content = page.content.decode()
    Markup(content)
    assert escape(typed) in content
    assert not [mark for mark in MARKS if mark in content]


@pytest.mark.parametrize("typed", HARMFUL.values(), ids=HARMFUL.keys())
def test_it_is_text_wherever_it_is_shown(typed, visitor, published, office, officer, client):
    """From the form to the check page, the staff door, the letter, the page of the case and the clarification."""
    record = published("penalty")
    words = f"公示内容有误，请核对：{typed}"
    page = begin(visitor, Procedure.OBJECTION, record, until="check", statement=words, claim=words, address=typed)
    does_nothing(page, typed)
    number, code = number_and_code(visitor.send(page, promise="on"))
    case = Case.objects.get()
    workflow.move(case, CaseAction.ACCEPT, by=office, at=NOON, remark=words)
    decision = Decision(outcome=Outcome.TO_REVOKE)
    workflow.move(case, CaseAction.CONCLUDE, by=officer, at=NOON, text=words, decision=decision)
    workflow.move(case, CaseAction.FEED_BACK, by=office, at=NOON, text=words)
    workflow.move(case, CaseAction.DELIVER, by=office, at=NOON)
    case.objection.wants_clarification = True
    case.objection.save()
    restoring.clarify(case, by=office, at=NOON, text=words)
    for shown in (
        Desk.of(office).open(case),
        visitor.send(visitor.get("/track/"), number=number, code=code),
        client.get("/objections/clarifications/"),
        client.get(reverse("registry:subject", args=[case.subject.uscc])),
    ):
        does_nothing(shown, typed)


ENDLESS = {
    "two hundred thousand tags": "<b>" * 200_000,
    "a megabyte of entities": "&amp;&#x0;" * 100_000,
    "a megabyte of one word": "误" * 350_000,
}


@pytest.mark.parametrize("typed", ENDLESS.values(), ids=ENDLESS.keys())
def test_what_has_no_end_is_refused_at_once(typed, visitor, published):
    """BI-H02: by its length, before anything reads it."""
    page = begin(visitor, Procedure.OBJECTION, published("penalty"), until="wrong")
    began = time.perf_counter()
    refused = visitor.send(page, ground="facts", field_name="", statement=typed, claim="请更正")
    assert time.perf_counter() - began < 1
    assert refused.status_code == 400 and where(refused) == "wrong" and "不能超过" in text(refused)
    assert not Case.objects.exists()


@pytest.mark.parametrize("hidden", ["\x00", "\u202e", "\u200b"], ids=["NUL", "turned around", "without width"])
def test_what_hides_or_breaks_text_is_refused_with_its_place(hidden, visitor, published):
    page = begin(visitor, Procedure.OBJECTION, published("penalty"), until="wrong")
    refused = visitor.send(page, ground="facts", field_name="", statement=f"公示内容有误{hidden}请核对", claim="请更正")
    assert refused.status_code == 400 and where(refused) == "wrong" and "哪里不对" in text(refused)
    assert not Case.objects.exists()
