"""Every page in a real browser, at a desk and on a phone: nothing axe calls serious or critical, nothing wider than
the screen (WCAG 2.2; 互联网网站适老化通用设计规范)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from objections.filing.journeys import JOURNEYS
from objections.statuses import Procedure
from registry.directory.staff import User
from registry.records import workflow
from registry.records.statuses import Action
from tests import factories
from tests.e2e.conftest import DESKTOP
from tests.objections.conftest import files_of_their_own, old_penalty  # noqa: F401  # fixtures
from tests.objections.visiting import Visitor, begin

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

SMALL = {"width": 390, "height": 844}
GRAVE = ("serious", "critical")


@pytest.fixture
def day(settings) -> None:
    settings.CREDIT_TODAY = factories.TODAY
    settings.FORMS = settings.FORMS | {"quickest": 0}


@pytest.fixture
def look(visit, live_server) -> Callable[..., list[str]]:
    """Open pages one after the other and tell what is wrong with each."""

    def at(paths: dict[str, int], person: User | None = None) -> list[str]:
        page = visit(DESKTOP)
        if person is not None:
            _let_in(page, live_server.url, person)
        return [said for path, status in paths.items() for said in _looked(page, live_server.url, path, status)]

    return at


def _let_in(page: Page, address: str, person: User) -> None:
    client, name = Client(), django_settings.SESSION_COOKIE_NAME
    client.force_login(person)
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])


def _looked(page: Page, address: str, path: str, status: int) -> Iterator[str]:
    answer = page.goto(f"{address}{path}")
    if answer.status != status:
        yield f"{path}: {answer.status}"
    for size in (DESKTOP, SMALL):
        page.set_viewport_size(size)
        for found in Axe().run(page).response["violations"]:
            if found["impact"] in GRAVE:
                nodes = [f"{node['html'][:200]} {node['failureSummary'][:300]}" for node in found["nodes"][:3]]
                yield f"{path} at {size['width']}: {found['id']}: {nodes}"
        if size is SMALL and (width := page.evaluate("document.documentElement.scrollWidth")) > size["width"]:
            yield f"{path}: {width} wide"


def test_public_pages(day, published, reviewer, look):
    penalty, licence = published("penalty"), published()
    ended = published("penalty", document_number="汉建罚〔2026〕9302号")
    workflow.move(ended, Action.WITHDRAW, by=reviewer, at=factories.NOON, reason="决定已撤销")
    code = licence.subject.uscc
    shown = [
        "/", "/search/?q=试例", "/search/?q=查无此名", f"/subjects/{code}/", penalty.get_absolute_url(),
        licence.get_absolute_url(), "/disclosure/licences/", "/disclosure/penalties/", "/codes/", f"/codes/?q={code}",
        f"/codes/?q={code[:-1]}{'A' if code[-1] != 'A' else 'B'}", f"/codes/?q={factories.make_uscc('91', '610999')}",
        "/codes/published/", "/catalogue/", "/search/batch/", "/blacklist/persons/", "/policies/list-rules/", "/measures/lists/", "/objections/rules/", "/objections/statistics/",
        "/objections/clarifications/", "/track/", "/api/docs/", "/admin/login/",
    ]  # fmt: skip
    refused = {"/not-here/": 404, "/search/?q=%00": 400, ended.get_absolute_url(): 410}
    assert "\n".join(look(dict.fromkeys(shown, 200) | refused)) == ""


@pytest.mark.usefixtures("files_of_their_own")
def test_the_four_forms_page_by_page(day, old_penalty, look):  # noqa: F811
    record = old_penalty()
    paths = []
    for procedure in Procedure:
        start = reverse(f"objections:{procedure.value}_start")
        last = begin(Visitor(Client()), procedure, record, until="check")
        pages = last.request["PATH_INFO"].rpartition("check/")[0]
        slugs = [page.slug for page in JOURNEYS[procedure].every if page.slug not in ("record", "service")]
        paths += [f"{start}?record={record.uid}", start, *(f"{pages}{slug}/" for slug in slugs), f"{pages}check/"]
    assert "\n".join(look(dict.fromkeys(paths, 200))) == ""


def test_staff_pages(day, drafted, submitted, published, clerk, reviewer, look):
    draft, waiting, shown = drafted(), submitted("penalty"), published("licence", document_number="石试〔2026〕7号")
    listing, adding = reverse("admin:registry_record_changelist"), reverse("admin:registry_record_add")
    change = [reverse("admin:registry_record_change", args=[record.pk]) for record in (draft, waiting, shown)]
    item = waiting.item_version.item.code
    entry = [adding, f"{adding}?kind=penalty&item={item}"]
    assert "\n".join(look(dict.fromkeys([reverse("admin:index"), listing, *entry, *change], 200), clerk)) == ""
    assert "\n".join(look(dict.fromkeys([reverse("admin:index"), listing, *change[1:]], 200), reviewer)) == ""
