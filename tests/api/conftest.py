"""Clients of the API: anybody, staff who are logged in, machines with a key."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from registry.directory.api_keys import ApiKey
from registry.directory.organisations import Organisation
from registry.directory.staff import User
from tests import factories, fresh_cache


@pytest.fixture(autouse=True)
def noon(settings: Any) -> None:
    settings.CREDIT_TODAY = factories.TODAY
    fresh_cache.of_its_own(settings)


@pytest.fixture
def small_budget(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few requests, within one minute however long the test takes."""
    settings.API_BUDGETS = {"anonymous": 3, "person": 3, "key": 5, "write": 2}
    monkeypatch.setattr("registry.api.throttles.time.time", lambda: 1_772_424_010.0)


@dataclass
class Machine:
    """Sends JSON and reads what comes back."""

    client: Client
    headers: dict[str, str]

    def get(self, path: str, query: dict[str, str] | None = None) -> HttpResponse:
        return self.client.get(path, query or {}, headers=self.headers)

    def send(self, method: str, path: str, body: Any, **headers: str) -> HttpResponse:
        text = body if isinstance(body, (str, bytes)) else json.dumps(body, ensure_ascii=False)
        return self.client.generic(method, path, text, content_type="application/json", headers=self.headers | headers)

    def post(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.send("POST", path, body, **headers)


@pytest.fixture
def anybody() -> Machine:
    return Machine(Client(), {})


@pytest.fixture
def staff() -> Callable[[User], Machine]:
    def enter(user: User) -> Machine:
        client = Client()
        client.force_login(user)
        return Machine(client, {})

    return enter


@pytest.fixture
def machine(organisation: Organisation) -> Callable[..., Machine]:
    """A machine with a key of the organisation, in the name of a clerk or of nobody."""

    def make(clerk: User | None = None, body: Organisation | None = None) -> Machine:
        _, secret = ApiKey.objects.create_key(name="试例", organisation=body or organisation, clerk=clerk)
        return Machine(Client(), {"Authorization": f"Api-Key {secret}"})

    return make
