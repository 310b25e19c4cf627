"""Budgets, the schema and its page."""

from __future__ import annotations

import pytest
import yaml
from django.core.cache import cache
from drf_spectacular.validation import validate_schema
from redis.exceptions import ConnectionError as RedisAway

from registry.api import throttles
from registry.records import kinds

pytestmark = pytest.mark.django_db


@pytest.fixture
def small_budget(settings):
    settings.API_BUDGETS = {"anonymous": 3, "person": 3, "key": 5, "write": 2}


def test_who_asks_too_often_is_told_when_to_come_again(small_budget, anybody, machine):
    answers = [anybody.get("/api/v1/records/") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60 and "频繁" in answers[-1].json()["detail"]
    assert machine().get("/api/v1/records/").status_code == 200


@pytest.mark.parametrize("forged", ["1.2.3.4", "127.0.0.1", "1' OR 1=1", ", ".join(["9.9.9.9"] * 500)])
def test_a_forged_address_buys_no_new_budget(forged, small_budget, anybody):
    for _ in range(3):
        anybody.get("/api/v1/records/")
    answer = anybody.client.get("/api/v1/records/", headers={"X-Forwarded-For": forged, "X-Real-IP": forged})
    assert answer.status_code == 429


def test_reading_goes_on_when_the_cache_is_away(small_budget, anybody, monkeypatch):
    def away(*args, **kwargs):
        raise RedisAway

    monkeypatch.setattr(throttles.cache, "add", away)
    assert [anybody.get("/api/v1/records/").status_code for _ in range(6)] == [200] * 6
    assert cache is throttles.cache


@pytest.mark.parametrize("method", ["TRACE", "CONNECT"])
def test_methods_nobody_needs_are_refused(method, anybody):
    assert anybody.client.generic(method, "/api/v1/records/").status_code in (400, 405)


@pytest.mark.parametrize(
    "headers",
    [{"Accept": "a/b;q=zz"}, {"Accept-Language": "a-" * 100_000}, {"Range": "bytes=0-0," * 1000},
     {"If-Modified-Since": "garbage"}, {"Origin": "https://evil"}],
)  # fmt: skip
def test_strange_headers_do_no_harm(headers, anybody):
    answer = anybody.client.get("/api/v1/records/", headers=headers)
    assert answer.status_code in (200, 406) and "Access-Control-Allow-Origin" not in answer


def test_the_schema_is_valid_and_describes_every_kind_by_its_fields(anybody):
    schema = yaml.safe_load(anybody.client.get("/api/schema/").content)
    validate_schema(schema)
    for kind in kinds.every():
        assert f"/api/v1/{kind.collection}/" in schema["paths"]
    described = schema["components"]["schemas"]["LicenceValues"]["properties"]
    assert "XK_WSH" in described["document_number"]["description"]
    assert described["document_number"]["maxLength"] == 64


def test_the_schema_is_made_without_a_warning(anybody, capsys):
    anybody.client.get("/api/schema/")
    assert "Warning" not in capsys.readouterr().err


def test_the_documents_are_a_page_in_chinese(anybody):
    page = anybody.client.get("/api/docs/").content.decode()
    assert "代码核验" in page and "/api/v1/penalties/" in page and "处罚依据" in page
    assert "<script" not in page
