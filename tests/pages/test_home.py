"""The home page: numbers that are true, news that is new, and no door that leads nowhere."""

import re

import pytest
from django.test import override_settings
from django.urls import path
from django.views.defaults import page_not_found

from ankang_credit.urls import urlpatterns as real_urls
from portal import navigation
from registry.records import kinds, workflow
from registry.records.statuses import Action
from tests import factories
from tests.awards.kind import AWARD

urlpatterns = [*real_urls, path("a-room-to-come/", page_not_found)]


def numbers(page: str) -> dict[str, tuple[str, str]]:
    """Label -> (count, address of the list) as the page says them."""
    found = re.findall(r'<li><a href="([^"]+)"><strong>([^<]+)</strong><span>([^<]+)</span>', page)
    return {label: (count, url.replace("&amp;", "&")) for url, count, label in found}


def test_every_number_is_the_count_of_the_list_behind_it(published, submitted, client, reviewer, read):
    for kind in ("licence", "penalty", "code-event", "catalogue-record"):
        published(kind)
    submitted("licence", document_number="石试〔2026〕1号")
    withdrawn = published("penalty", document_number="石试罚〔2026〕2号")
    workflow.move(withdrawn, Action.WITHDRAW, by=reviewer, at=factories.NOON, reason="决定已撤销")
    shown = numbers(read("/"))
    # A kind without a page of its own is passed over while nothing of it is public.
    assert set(shown) == {kind.label for kind in kinds.every()} - {AWARD.label}
    for label, (count, url) in shown.items():
        assert f"共 <strong>{count}</strong>" in client.get(url).content.decode(), label
    assert {label: shown[label][0] for label in ("行政许可", "行政处罚", "代码赋予与转换")} == {
        "行政许可": "1条",
        "行政处罚": "1条",
        "代码赋予与转换": "1条",
    }


def test_what_is_published_is_there_at_once_and_nothing_else_is(published, drafted, read):
    drafted("penalty")
    assert "未按规定设置施工围挡" not in read("/")
    record = published("licence")
    assert f'href="/records/{record.uid}/"' in read("/")


def test_every_link_leads_somewhere(published, read, client):
    published("licence")
    for address in set(re.findall(r'href="(/(?!static/)[^"]*)"', read("/"))):
        assert client.get(address.replace("&amp;", "&")).status_code == 200, address


def test_an_entrance_appears_when_its_room_is_built(rules, read, monkeypatch):
    monkeypatch.setattr(navigation, "COLUMNS", (*navigation.COLUMNS[:3], ("将来的栏目", "/a-room-to-come/")))
    page = read("/")
    assert 'href="/objections/new/"' in page and "将来的栏目" not in page
    with override_settings(ROOT_URLCONF=__name__):
        page = read("/")
    assert 'href="/a-room-to-come/"' in page


def test_there_are_no_more_columns_than_a_visitor_can_survey():
    assert len(navigation.COLUMNS) <= 8


@pytest.mark.parametrize("method", ["post", "put", "delete"])
@pytest.mark.parametrize("address", ["/", "/search/", "/codes/", "/catalogue/", "/disclosure/licences/"])
def test_public_pages_only_answer_questions(client, db, method, address):
    assert getattr(client, method)(address).status_code == 405
