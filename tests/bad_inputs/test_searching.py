"""Questions and page numbers: literal, bounded, and never a query of the asker's own making."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from registry.models import CatalogueItemVersion
from tests.bad_inputs.conftest import READING

pytestmark = pytest.mark.django_db

LISTS = ("search", "licences", "published codes", "api records", "api licences", "admin records", "admin subjects")
NAME = "石泉县后柳试例水产专业合作社"


@pytest.mark.parametrize("typed", ["a" * 100_000, "茶 " * 2000], ids=["long", "many words"])
def test_an_endless_question_is_cut_or_refused_and_costs_no_query_a_word(typed, published, looked_for):
    """BI-S02"""
    published("licence")
    for door in READING:
        with CaptureQueriesContext(connection) as asked:
            answer = looked_for(door, typed)
        assert len(asked) < 45, door
        assert answer.status_code in (200, 400, 404), door
        assert len(answer.content) < 300_000, door
    for door in ("search", "licences"):
        assert "只按前" in looked_for(door, typed).content.decode(), door
    assert "q" in looked_for("api records", typed).json()["errors"]


@pytest.mark.parametrize("typed", ["柳", "合作社"])
def test_a_question_that_meets_everything_is_counted_to_an_end(typed, published, looked_for, monkeypatch):
    """BI-S03: one character, and a word of every name; no door counts beyond the deepest row."""
    published("licence")
    for door in LISTS[:2] + LISTS[3:]:
        with CaptureQueriesContext(connection) as asked:
            answer = looked_for(door, typed)
        assert NAME in answer.content.decode().replace("<mark>", "").replace("</mark>", ""), door
        counts = [query["sql"] for query in asked if "COUNT(" in query["sql"].upper()]
        assert all("LIMIT" in sql.upper() or "GROUP BY" in sql.upper() for sql in counts), (door, counts)


PERSON = {
    "counterparty_name": "唐试兰", "counterparty_kind": "自然人", "counterparty_uscc": None,
    "legal_representative": None, "counterparty_document_type": "身份证",
    "counterparty_id_number": "61090219000622006X",
}  # fmt: skip


def test_no_door_finds_a_person_by_name(published, looked_for, at_entry):
    """BI-S05: the same answer for somebody with a public record and for nobody; staff find by document number."""
    CatalogueItemVersion.objects.update(persons_are_public=True)
    record = published("penalty", **PERSON)
    for door in LISTS:
        here, nobody = looked_for(door, "唐试兰"), looked_for(door, "唐试梅")
        assert record.document_number not in here.content.decode(), door
        unnamed = here.content.decode().replace("唐试兰", "唐试梅").replace("%E5%85%B0", "%E6%A2%85")
        assert door.startswith("admin") or unnamed == nobody.content.decode(), door


@pytest.mark.parametrize("typed", ["(a+)+$", "[", "*", "%", "_", "\\", "' OR 1=1 --", "$石泉", "^石泉", "石泉.*"])
def test_the_signs_of_patterns_mean_themselves(typed, published, looked_for):
    """BI-S06"""
    published("licence")
    for door in LISTS:
        assert NAME not in looked_for(door, typed).content.decode(), door


STRANGE = [
    "_connector=OR&is_superuser=True", "name__regex=.*", "subject__name__iregex=(a%2B)%2B%24",
    "organisation__staff__password__startswith=p", "dept__users__password__startswith=p", "_negated=True",
    "entered_by__password__startswith=pbkdf2",
]  # fmt: skip


@pytest.mark.parametrize("query", STRANGE)
def test_no_parameter_becomes_a_lookup(query, published, at_entry):
    """BI-S08: ignored by pages, refused by the API, and by the admin with its plain list."""
    published("licence")
    for path in ("/search/", "/codes/", "/disclosure/licences/", "/codes/published/", "/catalogue/", "/"):
        assert Client().get(f"{path}?{query}").content == Client().get(path).content, path
    for path in ("/api/v1/records/", "/api/v1/licences/", "/api/v1/codes/"):
        answer = Client().get(f"{path}?{query}")
        assert answer.status_code == 400 and "没有这样的查询参数" in answer.json()["detail"], path
    for name in ("record", "subject", "organisation", "catalogueitem"):
        answer = at_entry.client.get(f"/admin/registry/{name}/?{query}")
        assert answer.status_code in (302, 400), name
        assert answer.status_code == 400 or answer.url.endswith("?e=1"), name


NO_PAGES = ["0", "-1", "abc", "1.5", "٣", "１", "01", "9" * 5000, " ", "1e2", "None"]


@pytest.mark.parametrize("page", NO_PAGES, ids=lambda page: page[:6])
def test_what_is_no_page_number_is_answered_in_words(page, published, at_entry):
    """BI-P01: pages and API refuse; the admin, as Django does, goes to the first page."""
    published("licence")
    for path in (
        "/search/?q=后柳&page=",
        "/disclosure/licences/?page=",
        "/catalogue/?page=",
        "/codes/published/?page=",
    ):
        answer = Client().get(path + page)
        assert answer.status_code in (400, 404) or not page.strip(), path
        assert not page.strip() or "页" in answer.content.decode()
    for name in ("page", "page_size"):
        answer = Client().get("/api/v1/records/", {name: page})
        assert answer.status_code == 400 and name in answer.json()["errors"], name
    for name in ("record", "subject", "organisation"):
        answer = at_entry.client.get(f"/admin/registry/{name}/", {"p": page}, follow=True)
        assert answer.status_code == 200, name


def test_nobody_turns_to_the_fifty_thousandth_page(published, at_entry):
    """BI-P03: refused before a row is read, with what to do instead."""
    published("licence")
    for path in ("/disclosure/licences/", "/search/?q=后柳", "/catalogue/"):
        answer = Client().get(path, {"page": "50000"} if "?" not in path else {"q": "后柳", "page": "50000"})
        assert answer.status_code == 400 and "缩小范围" in answer.content.decode(), path
    answer = Client().get("/api/v1/records/", {"page": "50000"})
    assert answer.status_code == 400 and "缩小范围" in answer.json()["detail"]
    assert at_entry.client.get("/admin/registry/record/", {"p": "50000"}, follow=True).status_code == 200


@pytest.mark.parametrize("cursor", ["", "cD0yMDI2LTAxLTAx", "r0lGODlh", "9" * 500])
def test_a_cursor_is_no_parameter_of_any_list(cursor, published):
    """BI-P04: pages are numbered; nothing of another list comes by a forged or an old cursor."""
    published("licence")
    answer = Client().get("/api/v1/penalties/", {"cursor": cursor})
    assert answer.status_code == 400 and "cursor" in answer.json()["errors"]
    page = Client().get("/disclosure/penalties/", {"cursor": cursor})
    assert page.status_code == 200 and NAME not in page.content.decode()
