"""Headers: whose address it is, what came encrypted, and what is simply none."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from registry.models import AuditLog, Record
from tests.bad_inputs.conftest import nothing_stored

pytestmark = pytest.mark.django_db

FORGED = ["1' OR 1=1", "127.0.0.1", ", ".join(["9.9.9.9"] * 500), "fe80::1%eth0", "10.0.0.1", "<script>"]


@pytest.mark.parametrize("forged", FORGED, ids=range(len(FORGED)))
def test_a_forged_address_changes_neither_budget_nor_log_nor_who_is_inside(forged, settings, monkeypatch, client):
    """BI-R02: nobody but a trusted proxy says where a request comes from."""
    settings.API_BUDGETS = settings.API_BUDGETS | {"anonymous": 3}
    monkeypatch.setattr("registry.api.throttles.time.time", lambda: 1_772_424_010.0)
    headers = {"X-Forwarded-For": forged, "X-Real-IP": forged, "Forwarded": f"for={forged}", "Client-IP": forged}
    visitor = Client(REMOTE_ADDR="203.0.113.9", headers=headers)
    assert [visitor.get("/api/v1/records/").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert visitor.get("/metrics").status_code == 404
    visitor.post(reverse("admin:login"), {"username": "nobody", "password": "nothing"})
    assert set(AuditLog.objects.values_list("address", flat=True)) == {"203.0.113.9"}


@pytest.mark.parametrize(
    "headers", [{"X-Forwarded-Proto": "https"}, {"Forwarded": "proto=https"}, {"X-Scheme": "https"}]
)
def test_nobody_but_our_proxy_says_that_a_request_came_encrypted(headers, settings):
    """BI-R03: over http the API answers nothing, and no secure cookie is handed out for a claim."""
    settings.PRODUCTION = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = True
    visitor = Client(REMOTE_ADDR="203.0.113.9", headers=headers)
    assert visitor.get("/api/v1/records/").status_code in (301, 403)
    page = visitor.get(reverse("admin:login"))
    assert page.status_code == 301 and not page.cookies


STRANGE = {
    "BI-R05-language": {"Accept-Language": "a-" * 100_000},
    "BI-R05-accept": {"Accept": "a/b;q=zz"},
    "BI-R05-range": {"Range": "bytes=" + ",".join(["0-0"] * 1000)},
    "BI-R05-since": {"If-Modified-Since": "garbage"},
    "BI-R05-match": {"If-None-Match": '"' * 5000},
    "BI-R05-agent": {"User-Agent": "\xff\xfe" * 100},
    "BI-R05-cookie": {"Cookie": "sessionid=" + "%00" * 500 + "; csrftoken=\x7f"},
    "BI-R05-referer": {"Referer": "javascript:alert(1)"},
}


@pytest.mark.parametrize("case", STRANGE)
def test_a_header_that_is_none_does_no_harm(case, published):
    record = published("licence")
    for path in ("/", "/search/?q=后柳", record.get_absolute_url(), "/api/v1/records/", "/admin/login/", "/healthz"):
        answer = Client().get(path, headers=STRANGE[case])
        assert answer.status_code in (200, 406, 416), path
        assert "Access-Control-Allow-Origin" not in answer
        assert "javascript:alert" not in getattr(answer, "content", b"").decode()


FOREIGN = {
    "BI-R06-null": {"Origin": "null"},
    "BI-R06-evil": {"Origin": "https://evil.example"},
    "BI-R06-referer": {"Referer": "javascript:alert(1)", "Origin": ""},
    "BI-R06-none": {},
}


@pytest.mark.parametrize("case", FOREIGN)
def test_another_sites_request_changes_nothing(case, submitted, reviewer, organisation):
    """Whether it comes without a token or with one of another session."""
    record = submitted()
    stranger = Client()
    stranger.get(reverse("admin:login"))
    token = stranger.cookies["csrftoken"].value
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(reviewer)
    move = reverse("admin:registry_record_move", args=[record.pk])
    with nothing_stored():
        for headers in (FOREIGN[case], FOREIGN[case] | {"X-CSRFToken": token}):
            page = strict.post(move, {"action": "publish", "expecting": record.seq}, headers=headers)
            assert page.status_code == 403 and "页面已过期" in page.content.decode()
            answer = strict.post(
                f"/api/v1/licences/{record.uid}/moves/", {"action": "publish"},
                content_type="application/json", headers=headers,
            )  # fmt: skip
            assert answer.status_code == 403 and "CSRF" in answer.json()["detail"]
            assert "Access-Control-Allow-Origin" not in answer
    preflight = strict.options("/api/v1/licences/", headers={"Origin": "https://evil.example"})
    assert preflight.status_code == 405 and "Access-Control-Allow-Origin" not in preflight
    assert Record.objects.get().events.count() == 1


def test_a_login_needs_the_token_of_its_page_too(db):
    """BI-R06: nobody is logged in to somebody else's account by a link."""
    strict = Client(enforce_csrf_checks=True)
    page = strict.post(reverse("admin:login"), {"username": "a", "password": "b"}, headers={"Origin": "null"})
    assert page.status_code == 403
