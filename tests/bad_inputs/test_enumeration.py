"""Nobody is found out by asking (P23): equal answers, of equal size, in equal time, at each door that knows people.

The tracking of cases has its own tests (tests/objections/test_tracking.py).
"""

from __future__ import annotations

import os
import re
import statistics
import time
from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from registry.models import Subject
from tests import factories
from tests.factories import TODAY

# Measured on one engine as is the tracking of cases: the statements are the same, and the time of the suite is not ours.
pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

REPEATS = int(os.environ.get("ENUMERATION_REPEATS", "60"))
NO_MORE_THAN = 0.005  # seconds between the medians
LOGIN = reverse("admin:login")


@pytest.fixture(autouse=True)
def budgets_aside(settings):
    """That guesses are few is proved elsewhere; here each of them must be answered."""
    settings.CREDIT_TODAY = TODAY
    settings.AXES_FAILURE_LIMIT = 10**6
    settings.LOGIN_BUDGETS = dict.fromkeys(settings.LOGIN_BUDGETS, 10**6)
    settings.API_BUDGETS = dict.fromkeys(settings.API_BUDGETS, 10**6)
    cache.clear()


@pytest.fixture
def hidden(submitted) -> str:
    """The code of a subject that is known here, of which nothing is public."""
    return submitted(counterparty_uscc=factories.make_uscc("93", "610922")).subject.uscc


@pytest.fixture
def unheard(hidden) -> str:
    code = factories.make_uscc("93", "610922")
    assert code != hidden and not Subject.objects.filter(uscc=code).exists()
    return code


def shape(answer: HttpResponse, asked: str) -> tuple[int, str, frozenset[str]]:
    """Status, body and names of the headers, without what was asked and what is new each time."""
    body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode()).replace(asked, "…")
    return answer.status_code, body, frozenset(answer.headers)


def apart(one: Callable[[], object], other: Callable[[], object], repeats: int = REPEATS) -> float:
    """Seconds between their medians, asked in turn so that a busy machine is busy for both."""
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(repeats + 5):
        for times, ask in zip(taken, (one, other), strict=True):
            begun = time.perf_counter()
            ask()
            if number >= 5:
                times.append(time.perf_counter() - begun)
    return abs(statistics.median(taken[0]) - statistics.median(taken[1]))


def least_apart(one: Callable[[], object], other: Callable[[], object], repeats: int = REPEATS) -> float:
    """The least of three measurements: a busy machine adds to a difference, and never takes a real one away."""
    found = apart(one, other, repeats)
    for _ in range(2):
        if found > NO_MORE_THAN:
            found = min(found, apart(one, other, repeats))
    return found


def equal(ask: Callable[[str], HttpResponse], known: str, unknown: str) -> None:
    assert len(known) == len(unknown)
    told, nothing = ask(known), ask(unknown)
    assert shape(told, known) == shape(nothing, unknown)
    assert len(told.content) == len(nothing.content)
    assert least_apart(lambda: ask(known), lambda: ask(unknown)) <= NO_MORE_THAN


DOORS = {
    "search": lambda code: Client().get("/search/", {"q": code}),
    "subject page": lambda code: Client().get(reverse("registry:subject", args=[code])),
    "api": lambda code: Client().get(f"/api/v1/subjects/{code}/"),
    "api on codes": lambda code: Client().get(f"/api/v1/codes/{code}/"),
}


@pytest.mark.parametrize("door", DOORS)
def test_a_subject_of_which_nothing_is_public_is_as_unknown_as_any(door, hidden, unheard):
    equal(DOORS[door], hidden, unheard)


@pytest.mark.parametrize("door", DOORS)
def test_the_comparison_tells_a_public_subject_from_an_unknown_one(door, published, unheard):
    """The negative control: it could fail."""
    known = published(
        counterparty_uscc=factories.make_uscc("93", "610922"), document_number="开〔2026〕1号"
    ).subject.uscc
    assert shape(DOORS[door](known), known) != shape(DOORS[door](unheard), unheard)


@pytest.mark.parametrize("account", ["active", "disabled"])
def test_an_account_that_exists_is_answered_like_one_that_does_not(account, clerk):
    """With a wrong password; and a disabled one even with the right one."""
    clerk.set_password("Stone-Spring-922")
    clerk.is_active = account == "active"
    clerk.save()
    password = "wrong-Spring-922" if clerk.is_active else "Stone-Spring-922"
    stranger = "n" * len(clerk.username)
    equal(lambda name: Client().post(LOGIN, {"username": name, "password": password}), clerk.username, stranger)


def test_without_a_hash_for_nobody_the_clock_would_tell(clerk, monkeypatch):
    """The negative control of the clock: a hasher that costs something, spent on those who exist alone."""
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *each: (time.sleep(0.015), encode(*each))[1])
    clerk.set_password("Stone-Spring-922")
    clerk.save()

    def ask(name: str) -> Callable[[], HttpResponse]:
        return lambda: Client().post(LOGIN, {"username": name, "password": "wrong-Spring-922"})

    doors = ask(clerk.username), ask("n" * len(clerk.username))
    assert least_apart(*doors, repeats=12) <= NO_MORE_THAN
    monkeypatch.setattr(type(clerk), "set_password", lambda self, raw: None)
    assert apart(*doors, repeats=12) > NO_MORE_THAN


def test_the_second_step_is_the_same_wall_to_everybody_who_has_not_taken_the_first(clerk, settings):
    """Nothing there tells an account from another before its password was right."""
    settings.STAFF_TOTP_REQUIRED = True
    door = reverse("admin:second_factor")
    equal(lambda name: Client().post(door, {"username": name, "code": "000000"}), clerk.username,
          "n" * len(clerk.username))  # fmt: skip
