"""The staff door in a real browser: nothing is blocked by the content policy, nothing is wider than a small phone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, sync_playwright

from ankang_credit.parts import BROWSERS
from registry.directory.staff import User

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
PHONE = {"width": 375, "height": 800}


@pytest.fixture
def chromium(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright runs an event loop beside the test
    path = next(filter(None, map(shutil.which, BROWSERS)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def widths(browser: Browser, address: str, person: User, paths: list[str]) -> tuple[dict[str, int], list[str]]:
    """How wide each page is on a phone, and what the browser complained of."""
    client, complaints, found = Client(), [], {}
    client.force_login(person)
    context = browser.new_context(viewport=PHONE)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": address}])
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in paths:
        page.goto(address + path)
        found[path] = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    return found, [said for said in complaints if "favicon" not in said and "404" not in said]


def test_pages_fit_a_phone_and_keep_the_content_policy(live_server, chromium, published, drafted, clerk, reviewer):
    shown, draft = published("penalty"), drafted("licence")
    listing, adding = reverse("admin:registry_record_changelist"), reverse("admin:registry_record_add")
    of_both = [reverse("admin:index"), listing, reverse("admin:registry_record_change", args=[shown.pk])]
    of_clerks = [adding, f"{adding}?kind=penalty&item={shown.item_version.item.code}"]
    of_clerks += [reverse("admin:registry_record_change", args=[draft.pk])]
    for person, paths in ((clerk, of_both + of_clerks), (reviewer, of_both)):
        found, complaints = widths(chromium, live_server.url, person, paths)
        assert complaints == []
        assert {path: width for path, width in found.items() if width > PHONE["width"]} == {}
