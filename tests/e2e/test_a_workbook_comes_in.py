"""S-01 step 7 in a real browser: five back-entries in a workbook, one right, watched from upload to publication."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.db import connection

from registry.intake import work
from registry.models import ImportBatch, Record
from registry.records.statuses import Status
from tests.batches.conftest import own_files, workbook  # noqa: F401  # a fixture
from tests.e2e.conftest import PHONE
from tests.journeys.conftest import PASSWORD, TODAY, world  # noqa: F401  # a fixture
from tests.journeys.test_s01_onboard_publish_push import BACK_ENTRIES, item

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scene(world, settings):  # noqa: F811
    settings.CREDIT_TODAY = TODAY
    return world


@pytest.fixture
def log_in(visit, live_server):
    def enter(name, *size):
        page = visit(*size)
        page.goto(f"{live_server.url}/admin/login/")
        page.fill("input[name=username]", name)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url("**/admin/")
        return page

    return enter


def let_a_worker_in() -> None:
    """A worker of its own, as Celery would have one: the page is only watched."""

    def go():
        try:
            for key in work.sweep():
                work.work_on(key)
        finally:
            connection.close()

    worker = threading.Thread(target=go)
    worker.start()
    worker.join()


def test_five_back_entries_are_uploaded_watched_imported_and_published(
    scene, live_server, log_in, tmp_path, complaints
):
    file = Path(tmp_path, "补录.xlsx")
    file.write_bytes(workbook("licence", BACK_ENTRIES))
    at_entry = log_in("sq_sy_lr")
    at_entry.goto(f"{live_server.url}/admin/registry/importbatch/")
    at_entry.get_by_role("link", name="上传工作簿").click()
    at_entry.select_option("[name=item]", item(scene, "sq_sy", "licence"))
    at_entry.set_input_files("[name=workbook]", file)
    at_entry.check("[name=is_backfill]")
    at_entry.get_by_role("button", name="上传并检查").click()
    at_entry.wait_for_selector("progress")
    assert "排队中" in at_entry.inner_text("#progress")
    at_entry.reload()  # whoever comes back later finds it as it is
    at_entry.wait_for_selector("progress")
    let_a_worker_in()
    at_entry.wait_for_selector("text=检查结果（尚未存入）")
    said = at_entry.inner_text("#content-main")
    assert all(reason in said for reason in ("已过有效期", "校验码错误", "重复", "本年度不属补录"))
    assert not Record.objects.exists()

    at_entry.get_by_role("button", name="导入为草稿（1 条）").click()
    at_entry.wait_for_selector("progress")
    let_a_worker_in()
    at_entry.get_by_role("button", name="整批提交审核（1 条）").click()
    at_entry.wait_for_selector("progress")
    let_a_worker_in()
    at_entry.wait_for_selector("text=待审核 1 条")

    batch = ImportBatch.objects.get()
    at_review = log_in("sq_sy_sh", PHONE)
    at_review.goto(f"{live_server.url}/admin/registry/importbatch/{batch.pk}/change/")
    assert at_review.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    at_review.get_by_role("button", name="整批通过并公示（1 条）").click()
    at_review.wait_for_selector("progress")
    let_a_worker_in()
    at_review.wait_for_selector("text=已公示 1 条")
    record = Record.objects.get()
    assert (record.status, record.is_backfill) == (Status.PUBLISHED, True)
    assert complaints == []


def test_without_javascript_the_page_asks_again_by_itself(scene, live_server, chromium, log_in, tmp_path):
    cookies = log_in("sq_sy_lr").context.cookies()
    plain = chromium.new_context(java_script_enabled=False, locale="zh-CN")
    plain.add_cookies(cookies)
    page = plain.new_page()
    file = Path(tmp_path, "补录.xlsx")
    file.write_bytes(workbook("licence", BACK_ENTRIES))
    page.goto(f"{live_server.url}/admin/registry/importbatch/add/")
    page.select_option("[name=item]", item(scene, "sq_sy", "licence"))
    page.set_input_files("[name=workbook]", file)
    page.check("[name=is_backfill]")
    page.get_by_role("button", name="上传并检查").click()
    page.wait_for_selector("progress")
    let_a_worker_in()
    page.wait_for_selector("text=检查结果（尚未存入）", timeout=15_000)  # by the refresh every three seconds
    plain.close()
