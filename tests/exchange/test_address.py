"""Records go to the platform's own address and nowhere else."""

from __future__ import annotations

import pytest

from exchange import address, province, relay
from exchange.address import AddressRefused
from exchange.models import Channel
from exchange.province import Province


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://credit.example.gov.cn/exchange", "https://credit.example.gov.cn/exchange/"),
        ("https://credit.example.gov.cn:8443/", "https://credit.example.gov.cn:8443/"),
        ("http://127.0.0.1:8000/mock-province/", "http://127.0.0.1:8000/mock-province/"),
        ("http://localhost:8100", "http://localhost:8100/"),
        ("http://[::1]:8100/", "http://[::1]:8100/"),
    ],
)
def test_an_encrypted_address_or_this_machine_is_called(url, base):
    assert address.base_url(url) == base


@pytest.mark.parametrize(
    "url",
    [
        "", "credit.example.gov.cn", "//credit.example.gov.cn/", "ftp://127.0.0.1/", "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_", "http://credit.example.gov.cn/", "http://10.0.0.8/", "http://169.254.169.254/",
        "http://redis:6379/", "http://127.0.0.1.example.com/", "http://127.0.0.1@example.com/",
        "http://example.com#@127.0.0.1/", "http://2130706433/", "http://0x7f000001/", "http://127.1/",
        "http://[::ffff:10.0.0.8]/", "http://0.0.0.0/", "https://", "https:///api", "https://user:secret@example.com/",
        "https://example.com/?next=", "https://example.com:99999/", "https://exa mple.com/", "https://example.com\\@a/",
        "https://example.com/\r\nHost: a", "https://例子.cn/", "http://localhost.example.com/", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_any_other_address_is_refused(url):
    with pytest.raises(AddressRefused) as refusal:
        address.base_url(url)
    assert "secret" not in str(refusal.value)


def test_a_neighbour_in_a_container_network_is_called_only_where_the_mock_may_run():
    assert address.base_url("http://mock-province:8100/", neighbours=True) == "http://mock-province:8100/"
    for url in ("http://credit.example.gov.cn/", "http://10.0.0.8/", "http://2130706433/"):
        with pytest.raises(AddressRefused):
            address.base_url(url, neighbours=True)


@pytest.mark.parametrize("path", ["../", "/admin/", "//example.com/", "https://example.com/"])
def test_no_path_leads_out(path):
    with pytest.raises(AddressRefused):
        address.below("https://credit.example.gov.cn/exchange/", path)


def test_proxies_of_the_environment_have_no_say(monkeypatch, platform):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    assert Province(platform.url, platform.key).digests().status == 200


def test_the_key_shows_in_no_text():
    assert "geheim" not in repr(Province("http://127.0.0.1:1/", "geheim"))


@pytest.mark.django_db
def test_a_refused_address_stops_the_channel(settings):
    settings.PROVINCE_URL = "http://credit.example.gov.cn/"
    assert relay.drain().requests == 0
    assert "https" in Channel.objects.get().stopped_reason


def test_the_settings_name_the_platform(settings):
    settings.PROVINCE_URL, settings.PROVINCE_KEY = "https://credit.example.gov.cn/exchange", "a-key"
    named = province.of_settings()
    assert (named.url, named.key) == ("https://credit.example.gov.cn/exchange/", "a-key")
