"""Grinding passwords (BI-F02, P31): few tries reach the hasher, and the owner comes in all the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse

from registry import tasks
from registry.models import AuditLog
from tests import factories

pytestmark = pytest.mark.django_db

LOGIN = reverse("admin:login")
PASSWORD = "Stone-Spring-922"


@pytest.fixture
def hashed(monkeypatch) -> list[str]:
    """Every password that reached the hasher."""
    tried = []
    encode = MD5PasswordHasher.encode

    def watch(self, password, salt):
        tried.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", watch)
    return tried


@pytest.fixture
def owner(clerk):
    clerk.set_password(PASSWORD)
    clerk.save()
    return clerk


def attempt(address: str, username: str, password: str, client: Client | None = None, **headers: str) -> int:
    client = client or Client()
    answer = client.post(LOGIN, {"username": username, "password": password}, REMOTE_ADDR=address, headers=headers)
    return answer.status_code


def test_one_account_from_many_addresses_is_tried_ten_times(owner, hashed):
    """BI-F02: whatever stands in the headers."""
    hashed.clear()
    answers = [
        attempt(
            f"203.0.113.{number % 200}", owner.username, f"guess-{number}", **{"X-Forwarded-For": f"9.9.9.{number}"}
        )
        for number in range(120)
    ]
    assert len(hashed) == 10
    assert answers[:10].count(200) == 10 and set(answers[10:]) == {429}
    assert attempt("198.51.100.7", owner.username, PASSWORD) == 429, "not even with the right one, from elsewhere"


def test_the_owner_comes_in_on_a_device_that_is_known(owner, hashed):
    """BI-F02: the attack goes on meanwhile, from other addresses and from the owner's own."""
    home = Client()
    assert attempt("198.51.100.7", owner.username, PASSWORD, home) == 302
    home.post(reverse("admin:logout"))
    for number in range(40):
        attempt(f"203.0.113.{number}", owner.username, f"guess-{number}")
        attempt("198.51.100.7", owner.username, f"guess-{number}")
    assert attempt("198.51.100.8", owner.username, PASSWORD) == 429
    assert attempt("198.51.100.7", owner.username, PASSWORD, home) == 302


def test_a_known_device_has_few_tries_too(owner, hashed):
    home = Client()
    attempt("198.51.100.7", owner.username, PASSWORD, home)
    home.post(reverse("admin:logout"))
    answers = [attempt("198.51.100.7", owner.username, "wrong", home) for _ in range(6)]
    assert answers == [200, 200, 200, 200, 429, 429]


def test_a_known_device_is_known_for_its_owner_alone_and_cannot_be_forged(owner, organisation):
    other = factories.UserFactory(organisation=organisation)
    home = Client()
    attempt("198.51.100.7", owner.username, PASSWORD, home)
    home.post(reverse("admin:logout"))
    for number in range(10):
        attempt(f"203.0.113.{number}", other.username, "wrong")
    assert attempt("198.51.100.7", other.username, "wrong", home) == 429
    for number in range(10):
        attempt(f"203.0.113.{number}", owner.username, "wrong")
    for forged in ("", "x", home.cookies["known-device"].value[:-2] + "xx", '"' * 4000):
        thief = Client()
        thief.cookies["known-device"] = forged
        assert attempt("198.51.100.9", owner.username, "wrong", thief) == 429


def test_one_address_tries_fifty_accounts_and_no_more(organisation, hashed):
    """BI-F02: an office behind one address keeps its head-room, a machine does not."""
    names = [factories.UserFactory(organisation=organisation).username for _ in range(40)]
    names += [f"nobody{number}" for number in range(40)]
    hashed.clear()
    answers = [attempt("203.0.113.9", name, "Spring-2026") for name in names]
    assert len(hashed) == 50 and set(answers[50:]) == {429}
    assert attempt("203.0.113.10", names[-1], "Spring-2026") == 200


def test_an_ipv6_household_is_one_address(owner, hashed):
    for number in range(5):
        attempt(f"2001:db8::{number + 1:x}", owner.username, "wrong")
    assert attempt("2001:db8::ffff", owner.username, PASSWORD) == 429
    assert attempt("2001:db8:0:1::1", owner.username, PASSWORD) == 302


def test_nobody_is_hashed_as_somebody_is(owner, hashed):
    """BI-F02: an account that does not exist costs what one that does costs, and is locked like it."""
    costs = []
    for name in (owner.username, "nobody"):
        hashed.clear()
        attempt("203.0.113.9", name, "wrong")
        costs.append(len(hashed))
    assert costs == [1, 1]
    for _ in range(4):
        attempt("203.0.113.9", "nobody", "wrong")
    assert attempt("203.0.113.9", "nobody", "wrong") == 429


def test_a_quarter_of_an_hour_later_the_budget_is_there_again(owner):
    with time_machine.travel("2026-03-02T04:00:00Z", tick=False) as clock:
        for number in range(12):
            attempt(f"203.0.113.{number}", owner.username, "wrong")
        assert attempt("198.51.100.7", owner.username, PASSWORD) == 429
        clock.shift(timedelta(minutes=15, seconds=1))
        assert attempt("198.51.100.7", owner.username, PASSWORD) == 302


def test_what_was_typed_as_a_name_is_kept_nowhere(owner):
    """Somebody types a password into the wrong box."""
    attempt("203.0.113.9", "My-Secret-Password", owner.username)
    kept = [list(model.objects.values()) for model in (AccessAttempt, AccessFailureLog, AccessLog, AuditLog)]
    assert "My-Secret-Password" not in str(kept)


def test_every_try_is_on_record_and_old_counts_are_forgotten(owner):
    with time_machine.travel("2026-03-02T04:00:00Z", tick=False) as clock:
        attempt("203.0.113.9", owner.username, "wrong")
        line = AuditLog.objects.get(action="login")
        assert (line.succeeded, line.object_key, line.address) == (False, str(owner.pk), "203.0.113.9")
        tasks.forget_failed_logins()
        assert AccessFailureLog.objects.count() == 1
        clock.shift(timedelta(days=2))
        tasks.forget_failed_logins()
        assert not AccessFailureLog.objects.exists() and AuditLog.objects.exists()
