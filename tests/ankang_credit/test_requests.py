"""What every request meets, whichever page it asks for."""

from __future__ import annotations

import json
import logging

import pytest
from django.test import Client

from ankang_credit import access

pytestmark = pytest.mark.django_db

CODE = "91610902MA70XXXXXX"


@pytest.fixture(autouse=True)
def addresses(settings):
    settings.ROOT_URLCONF = "tests.ankang_credit.addresses"


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    "address",
    [
        "/things/a%00b/",
        "/?q=%00",
        "/?q=%ED%A0%80",  # a lone surrogate
        "/?q=%B0%B2%BF%B5",  # 安康 in GBK
        "/?%FF=1",
    ],
)
def test_an_address_that_is_no_text_is_a_bad_request_and_never_an_error(visitor, address):
    answer = visitor.get(address)
    assert answer.status_code == 400
    assert "网址中含有无法识别的字符" in answer.content.decode()


@pytest.mark.parametrize("broken", ["%ED%A0%80", "%B0%B2%BF%B5", "%FF"])
def test_a_path_that_is_no_text_stays_what_it_was_written_as(visitor, broken):
    """Django itself turns such bytes back into their percent signs, which no code and no uid has."""
    assert visitor.get(f"/things/{broken}/").content.decode() == broken


def test_a_machine_gets_its_bad_request_as_problem_json(visitor):
    answer = visitor.get("/api/v1/records/?q=%00")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert set(json.loads(answer.content)) == {"type", "title", "status", "detail", "code"}


@pytest.mark.parametrize("address", ["/things/安康/", "/things/%E5%AE%89%E5%BA%B7/?q=%F0%A0%AE%B7", "/things/a%20b/"])
def test_chinese_addresses_pass_the_rarest_characters_too(visitor, address):
    assert visitor.get(address).status_code == 200


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "TRACK", "PROPFIND", "BREW"])
def test_a_method_nobody_needs_is_refused(visitor, method):
    answer = visitor.generic(method, "/things/1/")
    assert answer.status_code == 405
    assert "GET" in answer["Allow"]
    assert "TRACE" not in answer["Allow"]


def test_no_header_and_no_field_turns_a_post_into_a_delete(visitor):
    answer = visitor.post("/things/1/", {"_method": "DELETE"}, headers={"X-HTTP-Method-Override": "TRACE"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("fault", "status", "says"),
    [
        ("broken", 500, "系统出现故障"),
        ("suspicious", 400, "请求格式不正确"),
        ("forbidden", 403, "没有查看或办理此项的权限"),
        ("timeout", 503, "系统暂时繁忙"),
    ],
)
@pytest.mark.parametrize("room", ["", "/api/v1"])
def test_whatever_goes_wrong_is_said_in_chinese_without_its_inside(visitor, room, fault, status, says):
    answer = visitor.get(f"{room}/faulty/{fault}/")
    text = answer.content.decode()
    assert answer.status_code == status
    assert says in text
    for inside in ("610902199003077571", "Traceback", "Error", "statement"):
        assert inside not in text
    assert answer["Content-Type"].startswith("application/problem+json" if room else "text/html")


def test_a_busy_database_says_when_to_come_again(visitor):
    assert visitor.get("/faulty/timeout/")["Retry-After"] == "10"


def test_a_page_that_is_not_there_leads_on(visitor):
    answer = visitor.get("/nothing/here/")
    assert answer.status_code == 404
    assert 'href="/search/"' in answer.content.decode()
    assert visitor.get("/api/v1/nothing/")["Content-Type"] == "application/problem+json"


def test_a_form_without_its_token_is_explained():
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/things/1/")
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


def test_an_unknown_host_is_refused_with_all_headers(visitor):
    answer = visitor.get("/things/1/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "default-src 'self'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    "address",
    ["/things/1/", "/nothing/", "/faulty/broken/", "/?q=%00", "/healthz", "/static/errors.css", "/faulty/timeout/"],
)
def test_every_answer_carries_the_security_headers(visitor, address):
    answer = visitor.get(address)
    answer.close()
    expected = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    assert {name: answer[name] for name in expected} == expected
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert "camera=()" in answer["Permissions-Policy"]


def test_pages_of_the_staff_are_kept_by_nobody(visitor, settings):
    assert visitor.get("/admin/login/")["Cache-Control"] == "no-store, private"
    visitor.cookies[settings.SESSION_COOKIE_NAME] = "x"
    assert visitor.get("/things/1/")["Cache-Control"] == "no-store, private"


def test_public_pages_may_be_kept_and_do_not_vary_by_visitor(visitor):
    answer = visitor.get("/things/1/")
    assert "no-store" not in answer.get("Cache-Control", "")
    assert "Cookie" not in answer.get("Vary", "")


def test_in_production_the_api_does_not_speak_http(visitor, settings):
    settings.PRODUCTION = True
    refused = visitor.get("/api/v1/records/")
    assert refused.status_code == 403
    assert refused["Content-Type"] == "application/problem+json"
    assert visitor.get("/api/v1/nothing/", secure=True).status_code == 404


@pytest.fixture
def access_log(caplog):
    caplog.set_level(logging.INFO, logger="ankang_credit.access")

    def lines() -> list[str]:
        return [record.getMessage() for record in caplog.records if record.name == "ankang_credit.access"]

    return lines


def test_the_access_log_says_the_route_and_not_what_was_asked_for(visitor, access_log):
    visitor.get(f"/things/{CODE}/?q=张三")
    assert access_log() == ["GET things/<str:code>/ 200"]


def test_the_log_of_an_error_says_the_route_as_well(visitor, caplog):
    visitor.get("/faulty/broken/")
    visitor.get("/faulty/timeout/")
    rule = access.RouteFilter()
    lines = [record.getMessage() for record in caplog.records if rule.filter(record)]
    assert [line for line in lines if "faulty" in line]
    assert not [line for line in lines if "/faulty/broken" in line or "/faulty/timeout" in line]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/610902199003077571", "/…"),
        ("/subject/91610902MA70XXXXXX/x/", "/subject/…/x/"),
        ("/安康/", "/…/"),
        ("/wp-login.php", "/wp-login.php"),
    ],
)
def test_of_an_address_without_a_page_the_log_shows_plain_words_only(visitor, access_log, address, shown):
    visitor.get(address)
    assert access_log() == [f"GET {shown} 404"]


def test_every_answer_and_its_log_line_share_a_number_of_our_own(visitor):
    answer = visitor.get("/nothing/", headers={"X-Request-ID": "evil"})
    assert len(answer["X-Request-ID"]) == 16
    assert answer["X-Request-ID"] in answer.content.decode()


def test_requests_are_counted_by_route(visitor):
    visitor.get(f"/things/{CODE}/")
    counted = visitor.get("/metrics").content.decode()
    assert 'portal_requests_total{method="GET",route="things/<str:code>/",status="200"}' in counted
    assert CODE not in counted
