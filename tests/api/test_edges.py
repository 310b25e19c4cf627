"""Budgets, the schema and its page."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import DataError, OperationalError
from drf_spectacular.validation import validate_schema
from redis.exceptions import ConnectionError as RedisAway

from registry.api import throttles
from registry.api.problems import handler
from registry.records import kinds

pytestmark = pytest.mark.django_db


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


def test_guessing_keys_is_not_free(small_budget, anybody):
    guesses = [
        anybody.client.get("/api/v1/records/", headers={"Authorization": f"Api-Key abcdefgh.{number:032}"}).status_code
        for number in range(5)
    ]
    assert guesses == [401, 401, 401, 429, 429]


def test_writes_have_a_budget_of_their_own(small_budget, staff, clerk):
    at_entry = staff(clerk)
    assert [at_entry.post("/api/v1/licences/", {}).status_code for _ in range(3)] == [400, 400, 429]
    assert at_entry.get("/api/v1/licences/").status_code == 200


def test_a_budget_is_handed_out_in_shares_and_never_exceeded(settings, monkeypatch):
    """As if by two processes: each has its own hand, both take from one count."""
    hands = ({}, {})
    granted = 0
    for number in range(300):
        monkeypatch.setattr(throttles, "_in_hand", hands[number % 3 == 0])
        granted += throttles._granted("budget:shares", 100)
    assert 90 <= granted <= 100


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("fe80::1%eth0", "fe80::2", True),
    ],
)
def test_an_ipv6_household_shares_one_budget(first, second, same):
    assert (throttles._household(first) == throttles._household(second)) is same


def test_reading_goes_on_when_the_cache_is_away(small_budget, anybody, monkeypatch):
    def away(*args, **kwargs):
        raise RedisAway

    assert throttles.cache is cache
    monkeypatch.setattr(throttles, "cache", SimpleNamespace(add=away))
    assert [anybody.get("/api/v1/records/").status_code for _ in range(6)] == [200] * 6


@pytest.mark.parametrize("error", [RecursionError, ValueError, DataError])
def test_what_cannot_be_processed_is_400_and_says_nothing_of_it(error):
    answer = handler(error("612401199001010011"), {})
    assert answer.status_code == 400 and "6124" not in str(answer.data)


@pytest.mark.parametrize("error", [KeyError, OperationalError])
def test_a_fault_of_ours_is_not_called_the_clients(error):
    assert handler(error("x"), {}) is None


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "OPTIONS", "POST", "DELETE"])
def test_methods_nobody_needs_are_refused(method, staff, clerk):
    answer = staff(clerk).client.generic(method, "/api/v1/records/")
    assert answer.status_code == 405 and answer["Content-Type"].startswith("application/problem+json")
    assert "GET" in answer["Allow"]


@pytest.mark.parametrize(
    "headers",
    [{"Accept": "a/b;q=zz"}, {"Accept-Language": "a-" * 100_000}, {"Range": "bytes=0-0," * 1000},
     {"If-Modified-Since": "garbage"}, {"Origin": "https://evil"}],
)  # fmt: skip
def test_strange_headers_do_no_harm(headers, anybody):
    answer = anybody.client.get("/api/v1/records/", headers=headers)
    assert answer.status_code == 200 and "Access-Control-Allow-Origin" not in answer


def test_the_schema_is_valid_and_describes_every_kind_by_its_fields(anybody):
    schema = anybody.client.get("/api/schema/").json()
    validate_schema(schema)
    for kind in kinds.every():
        assert f"/api/v1/{kind.collection}/" in schema["paths"]
    described = schema["components"]["schemas"]["LicenceValues"]["properties"]
    assert "XK_WSH" in described["document_number"]["description"]
    assert described["document_number"]["maxLength"] == 64


def test_the_schema_is_made_without_a_warning(tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yaml"))


def test_the_schema_tells_which_words_a_field_takes_and_what_is_required(anybody):
    schemas = anybody.client.get("/api/schema/").json()["components"]["schemas"]
    penalty = schemas["PenaltyValues"]
    assert penalty["properties"]["counterparty_kind"]["allOf"][0]["enum"] == [
        "法人及非法人组织",
        "个体工商户",
        "自然人",
    ]
    assert "allOf" not in schemas["LicenceValues"]["properties"]["category"]  # 其他-补充说明 is allowed too
    assert {"document_number", "facts", "basis"} <= set(penalty["required"])
    assert "authority_name" not in penalty["required"]  # it has a default


def test_every_operation_tells_its_refusals(anybody):
    paths = anybody.client.get("/api/schema/").json()["paths"]
    for operations in paths.values():
        for method, told in operations.items():
            expected = {"400", "401", "403", "404", "429"} | ({"410"} if method == "get" else {"409", "415"})
            assert expected <= set(told["responses"]), told["operationId"]


def test_what_is_answered_is_what_the_schema_tells(anybody, published):
    record = published()
    schema = anybody.client.get("/api/schema/").json()
    for address, path in [
        (f"/api/v1/codes/{record.subject.uscc}/", "/api/v1/codes/{code}/"),
        (f"/api/v1/subjects/{record.subject.uscc}/", "/api/v1/subjects/{code}/"),
        (f"/api/v1/licences/{record.uid}/", "/api/v1/licences/{uid}/"),
        ("/api/v1/records/", "/api/v1/records/"),
    ]:
        told = schema["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        shape = schema["components"]["schemas"][told.rpartition("/")[2]]
        if "oneOf" in shape:  # the record as anybody sees it comes first
            shape = schema["components"]["schemas"][shape["oneOf"][0]["$ref"].rpartition("/")[2]]
        answer = anybody.get(address).json()
        assert set(answer) <= set(shape["properties"]) and set(shape["required"]) <= set(answer), path


def test_the_documents_are_a_page_in_chinese(anybody):
    page = anybody.client.get("/api/docs/").content.decode()
    assert "代码核验" in page and "/api/v1/penalties/" in page and "处罚依据" in page
    assert "<script" not in page
