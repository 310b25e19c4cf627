"""The three forms, page by page, as somebody without an account and without scripts fills them in."""

from __future__ import annotations

import pytest
from django.test import Client

from objections.models import Case
from tests.admin.pages import text
from tests.factories import TODAY
from tests.objections import answers as said
from tests.objections.visiting import Visitor, number_and_code, where

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_day_is_known(settings):
    settings.CREDIT_TODAY = TODAY
    settings.FORMS = settings.FORMS | {"quickest": 0}


@pytest.fixture
def visitor():
    return Visitor(Client())


def test_an_objection_from_the_line_that_is_wrong(visitor, published):
    record = published("penalty")
    page = visitor.get(record.get_absolute_url())
    assert f"/objections/new/?record={record.uid}&amp;field=fine" in page.content.decode()
    page = visitor.get(f"/objections/new/?record={record.uid}&field=fine")
    assert "未按规定设置施工围挡" in text(page)
    page = visitor.send(page)
    assert where(page) == "who"
    answers, papers = said.of("objection", record)
    page = visitor.send(page, **answers["who"])
    assert where(page) == "wrong" and 'value="fine" selected' in page.content.decode()
    page = visitor.send(page, **answers["wrong"])
    assert where(page) == "papers"
    for purpose in papers:
        page = visitor.upload(page, purpose.value)
        assert "证明.pdf" in text(page)
    page = visitor.send(page)
    assert where(page) == "reach"
    page = visitor.send(page, **answers["reach"])
    assert where(page) == "check" and "决定书上的罚款金额是五百元" in text(page)
    page = visitor.send(page, promise="on")
    assert where(page) == "done"
    number, code = number_and_code(page)
    case = Case.objects.get()
    assert case.number == number and "2026年3月4日" in text(page)
    page = visitor.send(visitor.get("/track/"), number=number, code=code)
    assert "已提交，待受理" in text(page)
