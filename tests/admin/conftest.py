"""Staff at the admin, and a way to fill in its forms as a browser would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from registry.directory.organisations import Organisation
from registry.directory.staff import Role, User
from tests import factories
from tests.admin import pages


@pytest.fixture(autouse=True)
def noon(settings: Any) -> None:
    """The portal takes the day of the samples as today."""
    settings.CREDIT_TODAY = factories.TODAY


@pytest.fixture
def sign_in() -> Callable[[User], pages.Browser]:
    """A browser in which this person is logged in."""

    def enter(user: User) -> pages.Browser:
        client = Client()
        client.force_login(user)
        return pages.Browser(client)

    return enter


@pytest.fixture
def at_entry(sign_in: Callable[..., pages.Browser], clerk: User) -> pages.Browser:
    return sign_in(clerk)


@pytest.fixture
def at_review(sign_in: Callable[..., pages.Browser], reviewer: User) -> pages.Browser:
    return sign_in(reviewer)


@pytest.fixture
def elsewhere(rules: None) -> Organisation:
    """Another body, of another county."""
    return factories.OrganisationFactory(name="汉阴县试例局", region_id="610921")


@pytest.fixture
def staff(organisation: Organisation, elsewhere: Organisation) -> Callable[..., User]:
    """Somebody with a role, here or elsewhere."""

    def make(role: Role | None = None, *, foreign: bool = False, **changes: Any) -> User:
        body = elsewhere if foreign else organisation
        return factories.UserFactory(organisation=body, role=role, **changes)

    return make
