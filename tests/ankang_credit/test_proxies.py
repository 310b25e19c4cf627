"""Whose address counts, with and without reverse proxies in between."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from django.test import Client

PROXY, OUTER, STRANGER, VISITOR = "10.0.0.1", "10.0.1.7", "203.0.113.9", "198.51.100.4"


@pytest.fixture(autouse=True)
def trust(settings):
    settings.ROOT_URLCONF = "tests.ankang_credit.addresses"
    settings.TRUSTED_PROXIES = (ip_network(PROXY), ip_network("10.0.1.0/24"))
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


def seen(peer: str, forwarded: str | None = None, proto: str | None = None) -> str:
    headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": proto}
    sent = {name: value for name, value in headers.items() if value is not None}
    return Client(REMOTE_ADDR=peer).get("/client/", headers=sent).content.decode()


def test_without_a_proxy_the_peer_is_the_visitor():
    assert seen(VISITOR) == f"{VISITOR} http"


def test_a_known_proxy_is_believed():
    assert seen(PROXY, VISITOR, "https") == f"{VISITOR} https"


def test_a_stranger_cannot_pretend_to_be_somebody_else_or_to_speak_https():
    assert seen(STRANGER, VISITOR, "https") == f"{STRANGER} http"


def test_what_stands_left_of_the_first_stranger_is_invented():
    assert seen(PROXY, f"{STRANGER}, {VISITOR}, {OUTER}") == f"{VISITOR} http"


@pytest.mark.parametrize("nonsense", ["", "unknown", "1.2.3.4.5", "<script>", f"{VISITOR}, nonsense"])
def test_what_is_no_address_is_not_taken_for_one(nonsense):
    assert seen(PROXY, nonsense) == f"{PROXY} http"


def test_an_address_of_the_new_kind_is_read_as_well():
    assert seen(PROXY, "2001:db8::7") == "2001:db8::7 http"


@pytest.mark.parametrize(("peer", "status"), [("127.0.0.1", 200), ("::1", 200), (OUTER, 200), (VISITOR, 404)])
def test_metrics_answer_only_to_the_inside(peer, status):
    assert Client(REMOTE_ADDR=peer).get("/metrics").status_code == status


def test_metrics_stay_closed_to_visitors_of_a_proxy():
    visitor = {"X-Forwarded-For": VISITOR}
    assert Client(REMOTE_ADDR=PROXY).get("/metrics", headers=visitor).status_code == 404


def test_metrics_stay_closed_behind_a_local_proxy_nobody_told_us_of():
    visitor = {"X-Forwarded-For": VISITOR}
    assert Client(REMOTE_ADDR="127.0.0.1").get("/metrics", headers=visitor).status_code == 404
