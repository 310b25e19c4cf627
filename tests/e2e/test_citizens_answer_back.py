"""Each of the three forms in a real browser: filed by a citizen, handled by staff, followed to its end at /track/.

axe looks at every page on the way, at both doors; nothing serious may stand on any of them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from objections.models import Case, EvidencePurpose
from objections.statuses import CaseAction, CaseStatus, Outcome, Procedure
from registry.models import Record
from registry.records.statuses import Status
from tests import factories
from tests.e2e.conftest import PHONE
from tests.objections import answers
from tests.objections.conftest import (  # noqa: F401  # fixtures
    credit_office,
    files_of_their_own,
    office,
    officer,
    old_penalty,
)
from tests.objections.files import pdf

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PASSWORD = "Shi-Li-2026-kou-ling"
PREFIX = {Procedure.OBJECTION: "objections", Procedure.REPAIR: "repairs", Procedure.COMPLAINT: "complaints"}
# Style sheets are not fetched once more: axe looks for what they import in the wrong folder.
LOOK = {"resultTypes": ["violations"], "preload": False}
TEXT = "经核查，情况属实，依照规定办理。"


@pytest.fixture(autouse=True)
def the_day_is_known(settings):
    settings.CREDIT_TODAY = factories.TODAY
    settings.FORMS = settings.FORMS | {"quickest": 0}


def nothing_serious_on(page: Page) -> None:
    """What axe calls serious or critical, with the place of the first of each."""
    found = Axe().run(page, options=LOOK).response["violations"]
    wrong = [(one["id"], one["nodes"][0]["target"]) for one in found if one["impact"] in ("serious", "critical")]
    assert wrong == [], page.url


def of_the_pages(complaints: list[str]) -> list[str]:
    """Those about what a page brought; axe tries styles of its own, which stand in no file."""
    return [each for each in complaints if "'url': ''" not in each]


def press(page: Page, button: str, *, within: Any = None) -> None:
    """Press a button, wait for the page it leads to, and look at that."""
    with page.expect_navigation():
        (within or page).get_by_role("button", name=button, exact=True).first.click()
    nothing_serious_on(page)


def fill(page: Page, values: dict[str, Any], *, prefix: str = "") -> None:
    """Put the values into the controls of these names."""
    for name, value in values.items():
        control = page.locator(f"[name='{prefix}{name}']").first
        if value in ("", None) or control.count() == 0:
            continue
        kind = control.evaluate("element => element.type")
        if kind == "radio":
            page.locator(f"[name='{prefix}{name}'][value='{value}']").check()
        elif kind == "checkbox":
            control.check()
        elif kind == "select-one":
            control.select_option(str(value))
        else:
            control.fill(str(value))


class Citizen:
    """Somebody with a telephone and no account."""

    def __init__(self, page: Page, site: str, folder: Path) -> None:
        self.page, self.site, self.folder = page, site, folder
        self.number = self.code = ""

    def file(self, procedure: Procedure, record: Record | None) -> Case:
        said, papers = answers.of(procedure, record)
        self.page.goto(f"{self.site}/{PREFIX[procedure]}/new/" + (f"?record={record.uid}" if record else ""))
        nothing_serious_on(self.page)
        press(self.page, "开始填写")
        while (here := self.page.url.split("?")[0].rstrip("/").rpartition("/")[2]) != "done":
            self._answer(here, said.get(here, {}), papers)
        shown = self.page.inner_text("main")
        case = Case.objects.get()
        assert case.number in shown
        self.number, self.code = case.number, self.page.inner_text(".done__code")
        return case

    def _answer(self, here: str, said: dict[str, Any], papers: list[EvidencePurpose]) -> None:
        if here == "papers":
            for purpose in papers:
                self._hand_in(purpose)
            press(self.page, "继续")
        elif here == "check":
            self.page.get_by_role("checkbox").check()
            with self.page.expect_navigation():
                self.page.locator("form button[type=submit]").last.click()
            nothing_serious_on(self.page)
        else:
            fill(self.page, said)
            press(self.page, "继续")

    def _hand_in(self, purpose: EvidencePurpose) -> None:
        file = self.folder / f"{purpose.value}.pdf"
        file.write_bytes(pdf(purpose.value))
        fill(self.page, {"purpose": purpose.value})
        self.page.set_input_files("#files", file)
        press(self.page, "上传")

    def look(self) -> str:
        """What the page of the case says now."""
        self.page.goto(f"{self.site}/track/")
        fill(self.page, {"number": self.number, "code": self.code})
        press(self.page, "查询", within=self.page.locator("main"))
        assert self.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        return self.page.inner_text("main")

    def read_the_letter(self) -> str:
        self.look()
        press(self.page, "查阅告知书")
        return self.page.inner_text("main")


class Official:
    """A member of staff at the page of the case."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site = page, site

    def take(self, case: Case, action: CaseAction, **values: Any) -> None:
        self.page.goto(f"{self.site}/admin/objections/case/{case.pk}/change/")
        nothing_serious_on(self.page)
        step = self.page.locator(f"details:has(input[name='{action.value}-action'])")
        step.locator("summary").click()
        fill(self.page, {"text": TEXT} | values, prefix=f"{action.value}-")
        with self.page.expect_navigation():
            step.get_by_role("button").click()
        nothing_serious_on(self.page)


@pytest.fixture
def citizen(visit, live_server, tmp_path) -> Citizen:
    return Citizen(visit(PHONE), live_server.url, tmp_path)


@pytest.fixture
def at_work(visit, live_server) -> Callable[..., Official]:
    def enter(user) -> Official:
        user.set_password(PASSWORD)
        user.save()
        page = visit()
        page.goto(f"{live_server.url}/admin/login/")
        page.fill("input[name=username]", user.username)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url("**/admin/")
        return Official(page, live_server.url)

    return enter


def now(case: Case) -> str:
    case.refresh_from_db()
    return case.status


def test_an_objection_from_the_form_to_the_letter(citizen, at_work, published, office, officer, complaints):  # noqa: F811
    record = published("penalty")
    case = citizen.file(Procedure.OBJECTION, record)
    assert CaseStatus.SUBMITTED.label in citizen.look()
    at_office, at_body = at_work(office), at_work(officer)
    at_office.take(case, CaseAction.ACCEPT)
    assert CaseStatus.VERIFYING.label in citizen.look()
    at_body.take(case, CaseAction.CONCLUDE, outcome=Outcome.TO_REVOKE.value)
    at_office.take(case, CaseAction.FEED_BACK)
    assert TEXT in citizen.read_the_letter()
    at_office.take(case, CaseAction.CLOSE)
    assert now(case) == CaseStatus.CLOSED and CaseStatus.CLOSED.label in citizen.look()
    record.refresh_from_db()
    assert record.status == Status.WITHDRAWN
    assert of_the_pages(complaints) == []


def test_a_repair_from_the_form_to_the_end_of_publication(citizen, at_work, old_penalty, office, officer, complaints):  # noqa: F811
    record = old_penalty()
    case = citizen.file(Procedure.REPAIR, record)
    at_office, at_body = at_work(office), at_work(officer)
    at_body.take(case, CaseAction.ACCEPT)
    assert CaseStatus.VERIFYING.label in citizen.look()
    at_body.take(case, CaseAction.APPROVE, is_corrected=True, is_effect_removed=True)
    assert TEXT in citizen.read_the_letter()
    at_office.take(case, CaseAction.FINISH)
    assert now(case) == CaseStatus.DONE and CaseStatus.DONE.label in citizen.look()
    record.refresh_from_db()
    assert record.status == Status.REPAIRED
    assert of_the_pages(complaints) == []


def test_a_complaint_from_the_form_to_the_answer(citizen, at_work, organisation, office, officer, complaints):  # noqa: F811
    case = citizen.file(Procedure.COMPLAINT, None)
    at_office, at_body = at_work(office), at_work(officer)
    at_office.take(case, CaseAction.ASSIGN, organisation=organisation.pk)
    assert CaseStatus.ASSIGNED.label in citizen.look()
    at_body.take(case, CaseAction.FIND_TRUE)
    at_office.take(case, CaseAction.REPLY)
    assert TEXT in citizen.look()
    at_office.take(case, CaseAction.CLOSE)
    assert now(case) == CaseStatus.CLOSED and CaseStatus.CLOSED.label in citizen.look()
    assert not Record.objects.exists()
    assert of_the_pages(complaints) == []
