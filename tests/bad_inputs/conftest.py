"""Every door a value can come in by: the admin form, the API, the importer; and every one it is looked for at."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from django.db.models import Model
from django.test import Client

from registry.directory.catalogue import CatalogueItem
from registry.directory.organisations import Organisation
from registry.directory.staff import User
from registry.models import Correction, Person, Record, Subject
from registry.records import drafting, kinds
from registry.records.parsing import Door
from tests import factories, fresh_cache, samples
from tests.admin import pages

STORED: tuple[type[Model], ...] = (Record, Subject, Person, Correction)


@pytest.fixture(autouse=True)
def noon(settings: Any) -> None:
    """The portal takes the day of the samples as today; nobody has used up any budget."""
    settings.CREDIT_TODAY = factories.TODAY
    fresh_cache.of_its_own(settings)


@dataclass(frozen=True)
class Said:
    """How one door answered: whether it took the values in, and in which words."""

    taken: bool
    words: str


Enter = Callable[[str, dict[str, Any]], Said]


@pytest.fixture
def at_entry(clerk: User) -> pages.Browser:
    client = Client()
    client.force_login(clerk)
    return pages.Browser(client)


@pytest.fixture
def at_review(reviewer: User) -> pages.Browser:
    client = Client()
    client.force_login(reviewer)
    return pages.Browser(client)


@pytest.fixture
def writing(organisation: Organisation, clerk: User, at_entry: pages.Browser) -> dict[str, Enter]:
    """The doors of entry by their names. Each is given raw values of a kind and says what became of them."""

    def form(kind: str, values: dict[str, Any]) -> Said:
        item = CatalogueItem.objects.get(organisation=organisation, kind=kind).code
        typed = {name: "" if value is None else value for name, value in values.items()}
        page = at_entry.enter(kind, item, typed)
        assert page.status_code in (200, 302), page.status_code
        if page.status_code == 302:
            return Said(True, pages.text(at_entry.client.get(page.url)))
        return Said(False, pages.text(page))

    def api(kind: str, values: dict[str, Any]) -> Said:
        body = json.dumps(values, ensure_ascii=False)
        path = f"/api/v1/{kinds.get(kind).collection}/"
        answer = at_entry.client.post(path, body, content_type="application/json")
        assert answer.status_code in (201, 400), answer.content.decode()
        return Said(answer.status_code == 201, answer.content.decode())

    def importer(kind: str, values: dict[str, Any]) -> Said:
        drafted = drafting.draft_many(
            kind, [values], organisation=organisation, by=clerk, at=factories.NOON, today=factories.TODAY,
            door=Door.IMPORT,
        )  # fmt: skip
        if drafted.refused:
            return Said(False, json.dumps(drafted.refused[0].errors(), ensure_ascii=False))
        return Said(True, "；".join(drafted.notices[0]))

    return {"form": form, "api": api, "import": importer}


@pytest.fixture
def refused(writing: dict[str, Enter]) -> Callable[..., None]:
    """Try values at each door of entry: each refuses, says why in these words, and stores nothing."""

    def check(kind: str, told: str, /, *, doors: tuple[str, ...] = ("form", "api", "import"), **changes: Any) -> None:
        for door in doors:
            with nothing_stored():
                said = writing[door](kind, samples.of(kind, **changes))
            assert not said.taken, f"{door} took {changes}"
            assert told in said.words, f"{door}: {said.words[:2000]}"

    return check


@contextmanager
def nothing_stored() -> Iterator[None]:
    """Whatever happens inside leaves no row behind."""
    before = [model.objects.count() for model in STORED]
    yield
    assert [model.objects.count() for model in STORED] == before


# The doors where something is looked for, by their names; {} is what was typed.
READING = {
    "search": "/search/?q={}",
    "lookup": "/codes/?q={}",
    "subject page": "/subjects/{}/",
    "licences": "/disclosure/licences/?q={}",
    "published codes": "/codes/published/?q={}",
    "api code": "/api/v1/codes/{}/",
    "api code as parameter": "/api/v1/codes/?code={}",
    "api subject": "/api/v1/subjects/{}/",
    "api records": "/api/v1/records/?q={}",
    "api licences": "/api/v1/licences/?q={}",
    "admin records": "/admin/registry/record/?q={}",
    "admin subjects": "/admin/registry/subject/?q={}",
}


@pytest.fixture
def looked_for(at_entry: pages.Browser) -> Callable[[str, str], Any]:
    """What a door of reading answers, redirects followed, to a clerk; the public doors know no clerks."""

    def ask(door: str, typed: str) -> Any:
        client = at_entry.client if door.startswith("admin") else Client()
        answer = client.get(READING[door].format(quote(typed, safe="")), follow=True)
        assert answer.status_code < 500, door
        return answer

    return ask
