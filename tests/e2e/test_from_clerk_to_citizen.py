"""The main job in a real browser: entered by one, published by another, found and read by anybody."""

from __future__ import annotations

import pytest

from registry.models import Record
from registry.records.statuses import Status
from tests import factories, samples
from tests.e2e.conftest import PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PASSWORD = "Shi-Li-2026-kou-ling"


@pytest.fixture
def today(settings):
    settings.CREDIT_TODAY = factories.TODAY


@pytest.fixture
def log_in(visit, live_server):
    def enter(user):
        user.set_password(PASSWORD)
        user.save()
        page = visit()
        page.goto(f"{live_server.url}/admin/login/")
        page.fill("input[name=username]", user.username)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url("**/admin/")
        return page

    return enter


def fill(page, values):
    for name, value in values.items():
        control = page.locator(f"[name=f-{name}], [name=f-{name}_choice]").first
        if control.evaluate("element => element.tagName") == "SELECT":
            control.select_option(value)
        elif control.get_attribute("type") in ("radio", "checkbox"):
            page.locator(f"[name=f-{name}_choice][value='{value}']").check()
        else:
            control.fill(value)


def press(page, button):
    """Press a button and wait for the page it leads to."""
    with page.expect_navigation():
        page.locator(button).first.click()


def test_a_licence_entered_published_and_found(
    today, live_server, organisation, clerk, reviewer, log_in, visit, complaints
):
    item = organisation.catalogue_items.get(kind="licence").code
    at_entry = log_in(clerk)
    at_entry.goto(f"{live_server.url}/admin/registry/record/add/?kind=licence&item={item}")
    fill(at_entry, samples.licence(document_number=""))
    press(at_entry, "[name=_submit]")
    assert "行政许可决定文书号" in at_entry.inner_text("body") and "必填" in at_entry.inner_text("body")
    assert not Record.objects.exists()
    at_entry.fill("[name=f-document_number]", "石食药监许〔2026〕9001号")
    press(at_entry, "[name=_submit]")
    record = Record.objects.get()
    assert record.status == Status.SUBMITTED

    at_review = log_in(reviewer)
    at_review.goto(f"{live_server.url}/admin/registry/record/{record.pk}/change/")
    press(at_review, "button:has-text('通过并公示'), input[value='通过并公示']")
    record.refresh_from_db()
    assert record.status == Status.PUBLISHED

    phone = visit(PHONE)
    phone.goto(f"{live_server.url}/")
    phone.get_by_role("searchbox").first.fill("后柳")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/search/**")
    phone.get_by_role("link", name="后柳").first.click()
    phone.wait_for_load_state()
    assert "石泉县后柳试例水产专业合作社" in phone.inner_text("main")
    phone.goto(f"{live_server.url}{record.get_absolute_url()}")
    assert "石食药监许〔2026〕9001号" in phone.inner_text("main")
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert complaints == []


PAGES = [
    "/", "/search/?q=后柳", "/codes/", "/codes/?q=93610922XXAK00023O", "/codes/published/", "/catalogue/",
    "/disclosure/licences/", "/disclosure/penalties/", "/api/docs/", "/admin/login/",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_no_page_breaks_the_policy_or_a_phone_screen(path, today, live_server, published, visit, complaints):
    published()
    page = visit(PHONE)
    answer = page.goto(f"{live_server.url}{path}")
    assert answer.status == 200
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert complaints == []


def test_markup_in_a_name_is_shown_and_never_run(today, live_server, published, visit, complaints):
    name = '<script>alert(1)</script>"><img src=x onerror=alert(2)>公司'
    record = published(counterparty_name=name)
    page = visit()
    for path in (
        record.get_absolute_url(),
        "/disclosure/licences/",
        "/search/?q=公司",
        f"/subjects/{record.subject.uscc}/",
    ):
        page.goto(f"{live_server.url}{path}")
        assert "<script>alert(1)</script>" in page.inner_text("main")
    assert complaints == []
