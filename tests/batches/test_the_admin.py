"""The pages of delivered workbooks: another body's do not exist, stale and forbidden acts are refused in words."""

from __future__ import annotations

import io

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from registry.directory.staff import Role
from registry.intake.models import BatchState
from registry.models import AuditLog, BackfillTarget, ImportBatch, ZeroReport
from registry.records.statuses import Action
from tests import factories, samples
from tests.admin import pages
from tests.batches.conftest import item_of, licences, moved, workbook, worked

pytestmark = pytest.mark.django_db

LISTING = "/admin/registry/importbatch/"
OF_ONE = [
    pattern.name
    for pattern in admin.site.get_model_admin(ImportBatch).get_urls()
    if pattern.name and "<path:object_id>" in str(pattern.pattern)
]


def page_of(batch) -> str:
    return reverse("admin:registry_importbatch_change", args=[batch.pk])


@pytest.fixture
def upload(at_entry, organisation):
    def send(content, kind="licence", name="许可.xlsx", **more):
        file = SimpleUploadedFile(name, content)
        asked = {"item": item_of(kind, organisation), "workbook": file} | more
        return at_entry.client.post(
            f"{LISTING}add/", {name: value for name, value in asked.items() if value is not None}
        )

    return send


def test_a_file_is_handed_in_followed_and_stored_through_the_pages(upload, at_entry, at_review):
    rows = licences(3)
    rows[1]["decided_on"] = "2026-02-30"
    answer = upload(workbook("licence", rows))
    batch = ImportBatch.objects.get()
    assert (answer.status_code, answer.url) == (302, page_of(batch))
    waiting = at_entry.get(page_of(batch))
    assert 'hx-trigger="every 1s"' in waiting.content.decode() and 'http-equiv="refresh"' in waiting.content.decode()
    part = at_entry.client.get(page_of(batch), headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode() and "HX-Refresh" not in part
    worked(batch)
    part = at_entry.client.get(page_of(batch), headers={"HX-Request": "true"})
    assert part["HX-Refresh"] == "true"
    page = at_entry.get(page_of(batch))
    assert "hx-get" not in page.content.decode()
    said = pages.text(page)
    assert "检查结果（尚未存入）" in said and "导入为草稿（2 条）" in said and "没有这一天" in said
    assert at_entry.send(page, "/act/", {"act": "confirm"}).status_code == 302
    worked(batch)
    page = at_entry.get(page_of(batch))
    assert "草稿 2 条" in pages.text(page) and "撤销整批" in pages.text(page)
    at_entry.send(page, "/act/", {"act": "submit"})
    worked(batch)
    page = at_review.get(page_of(batch))
    assert "整批通过并公示（2 条）" in pages.text(page) and "撤销整批" not in pages.text(page)
    at_review.send(page, "/act/", {"act": "publish"})
    batch = worked(batch)
    assert set(batch.records.values_list("status", flat=True)) == {"published"}
    listed = pages.text(at_entry.get("/admin/registry/record/", batch=str(batch.pk)))
    assert rows[0]["document_number"] in listed and rows[1]["document_number"] not in listed


BAD_FORMS = [
    ({"workbook": None}, "工作簿：请选择文件"),
    ({"item": None}, "信息类别：必填"),
    ({"item": "NONE"}, "NONE"),
    ({"kind": "code-event", "is_backfill": "on"}, "没有补录"),
]


@pytest.mark.parametrize(("changes", "said"), BAD_FORMS)
def test_a_form_that_is_not_right_says_why_and_opens_no_batch(changes, said, upload):
    answer = upload(workbook("licence", licences(1)), **changes)
    assert answer.status_code == 400 and said in pages.text(answer)
    assert not ImportBatch.objects.exists()


def test_an_empty_file_is_refused_at_once(upload):
    answer = upload(b"")
    assert answer.status_code == 400 and "空的" in pages.text(answer)


def test_the_same_file_again_leads_to_the_page_it_has(upload):
    content = workbook("licence", licences(1))
    assert upload(content).url == upload(content).url
    assert ImportBatch.objects.count() == 1


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.COUNTY_OFFICE])
def test_another_bodys_batch_is_not_found_at_any_address(role, check, staff, sign_in):
    """BI-U09."""
    rows = licences(2)
    rows[1]["decided_on"] = "2026-02-30"
    batch = check(rows)
    stranger = sign_in(staff(role, foreign=True))
    for name in OF_ONE:
        path = reverse(f"admin:{name}", args=[batch.pk])
        for answer in (stranger.get(path), stranger.post(path, {"act": "confirm", "verdict": "wrong", "every": "1"})):
            only_post = answer.status_code == 405 and answer.request["REQUEST_METHOD"] == "GET"
            assert answer.status_code in (403, 404) or only_post, (path, answer.status_code)
            if name.endswith(("change", "act", "rows", "returned")):
                assert answer.status_code == 404 or only_post, path
    assert str(batch) not in stranger.get(LISTING).content.decode()
    assert stranger.get("/admin/registry/record/", batch=str(batch.pk)).status_code == 200
    batch.refresh_from_db()
    assert batch.state == BatchState.CHECKED


def test_offices_see_and_touch_nothing(check, staff, sign_in):
    batch = check(licences(1))
    office = sign_in(staff(Role.CREDIT_OFFICE))
    page = office.get(page_of(batch))
    assert page.status_code == 200 and "导入为草稿" not in pages.text(page)
    answer = office.post(f"{LISTING}{batch.pk}/act/", {"act": "confirm"})
    assert answer.status_code == 403 and "只有提供单位的录入员" in pages.text(answer)
    assert office.get(f"{LISTING}add/").status_code == 403


def test_the_clerk_cannot_approve_his_own_batch_and_the_attempt_is_written_down(commit, clerk, at_entry):
    batch = moved(commit(licences(1)), Action.SUBMIT, clerk)
    answer = at_entry.post(f"{LISTING}{batch.pk}/act/", {"act": "publish"})
    assert answer.status_code == 403
    assert AuditLog.objects.get(action="batch.publish", succeeded=False).by == clerk


def test_a_stale_page_is_answered_with_the_state_as_it_is(check, at_entry):
    batch = check(licences(1))
    page = at_entry.get(page_of(batch))
    at_entry.send(page, "/act/", {"act": "give_up"})
    answer = at_entry.send(page, "/act/", {"act": "confirm"})
    assert answer.status_code == 409 and "已放弃" in pages.text(answer)


@pytest.mark.parametrize("asked", [{}, {"act": "x"}, {"act": "return"}, {"act": "return", "reason": "\u202e理由"}])
def test_an_act_that_means_nothing_is_refused_in_words(asked, commit, clerk, at_review):
    batch = moved(commit(licences(1)), Action.SUBMIT, clerk)
    assert at_review.post(f"{LISTING}{batch.pk}/act/", asked).status_code in (400, 409)
    assert batch.records.get().status == "submitted"


def test_doubtful_rows_are_accepted_one_by_one_or_all_at_once(check, at_entry, at_review, clerk):
    known = factories.SubjectFactory(name="石泉县后柳试例水产专业合作社")
    rows = licences(4)
    for row in rows[:3]:
        row |= {"counterparty_uscc": known.uscc, "counterparty_name": "石泉县后柳水产"}
    batch = check(rows)
    page = at_entry.get(page_of(batch), verdict="held")
    assert "该代码登记的名称为" in pages.text(page)
    address = f"{LISTING}{batch.pk}/rows/"
    assert at_entry.post(address, {"verdict": "held", "decision": "accept"}).status_code == 400
    assert at_entry.post(address, {"verdict": "held", "decision": "accept", "row": ["2", "x"]}).status_code == 302
    assert at_review.post(address, {"verdict": "held", "decision": "refuse", "every": "1"}).status_code == 302
    decided = dict(batch.rows.filter(verdict="held").values_list("number", "is_accepted"))
    assert decided == {2: True, 3: False, 4: False}
    assert at_entry.post(address, {"verdict": "wrong", "decision": "accept", "every": "1"}).status_code == 302


def test_a_wrong_row_cannot_be_accepted(check, at_entry):
    rows = licences(1)
    rows[0]["decided_on"] = "2026-02-30"
    batch = check(rows)
    answer = at_entry.post(f"{LISTING}{batch.pk}/rows/", {"verdict": "wrong", "decision": "accept", "row": "2"})
    assert answer.status_code == 409 and "不是待核的行" in pages.text(answer)


def test_the_marked_workbook_is_given_out_as_a_private_file_and_written_down(check, at_entry):
    rows = licences(1)
    rows[0]["decided_on"] = "2026-02-30"
    batch = check(rows)
    answer = at_entry.get(f"{LISTING}{batch.pk}/returned/")
    assert "no-store" in answer["Cache-Control"] and "attachment" in answer["Content-Disposition"]
    assert load_workbook(io.BytesIO(answer.getvalue()))
    assert AuditLog.objects.filter(action="batch.download", object_key=str(batch.pk)).exists()
    assert at_entry.get(f"{LISTING}{check(licences(1)).pk}/returned/").status_code == 404


def test_the_template_of_ones_own_items_is_given_out_and_no_other(at_entry, organisation):
    answer = at_entry.get(f"{LISTING}template/", item=item_of("licence", organisation))
    assert "填报" in load_workbook(io.BytesIO(answer.getvalue())).sheetnames
    foreign = factories.CatalogueItemVersionFactory()
    assert at_entry.get(f"{LISTING}template/", item=foreign.item.code).status_code == 404


def test_the_page_asks_the_same_number_of_queries_however_many_rows_there_are(check, at_entry):
    def asked(rows) -> int:
        batch = check(rows)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert at_entry.get(page_of(batch)).status_code == 200
        return len(queries)

    few = [row | {"decided_on": "2026-02-30"} for row in licences(2)]
    many = [row | {"decided_on": "2026-02-30"} for row in licences(40)]
    asked(few)
    assert asked(few[:1]) == asked(many)


def test_one_click_reports_a_week_without_decisions_once(at_entry, clerk, organisation):
    address = f"{LISTING}zero-reports/"
    page = at_entry.get(address)
    assert "行政许可：本周无决定" in pages.text(page)
    assert at_entry.post(address, {"kind": "licence"}).status_code == 302
    made = ZeroReport.objects.get()
    assert (made.organisation, made.kind, str(made.week), made.reported_by) == (
        organisation,
        "licence",
        "2026-03-02",
        clerk,
    )
    assert "已报告本周无决定" in pages.text(at_entry.get(address))
    assert "已作零报告" in pages.text(at_entry.client.post(address, {"kind": "licence"}, follow=True))
    assert at_entry.post(address, {"kind": "nothing"}).status_code == 400
    assert ZeroReport.objects.count() == 1


def test_a_week_with_a_decision_is_not_reported_empty(at_entry, drafted):
    drafted(decided_on="2026-03-02", valid_from="2026-03-02")
    answer = at_entry.client.post(f"{LISTING}zero-reports/", {"kind": "licence"}, follow=True)
    assert "已录入行政许可1条" in pages.text(answer) and not ZeroReport.objects.exists()


def test_only_clerks_report_and_strangers_see_nothing_of_it(at_entry, at_review, staff, sign_in):
    at_entry.post(f"{LISTING}zero-reports/", {"kind": "licence"})
    assert at_review.post(f"{LISTING}zero-reports/", {"kind": "penalty"}).status_code == 403
    stranger = sign_in(staff(Role.CLERK, foreign=True))
    assert "石泉县试例市场监督管理局" not in pages.text(stranger.get(f"{LISTING}zero-reports/"))


def test_back_entry_is_counted_against_what_a_body_says_it_has_to_enter(at_entry, commit, clerk, reviewer):
    old = {"decided_on": "2024-07-01", "valid_from": "2024-07-01"}
    batch = moved(commit([row | old for row in licences(4)], is_backfill=True), Action.SUBMIT, clerk)
    moved(batch, Action.PUBLISH, reviewer)
    commit([samples.licence(document_number="新〔2026〕1号")])
    address = f"{LISTING}backfill/"
    assert at_entry.post(address, {"kind": "licence", "year": "2024", "target": "8"}).status_code == 302
    assert BackfillTarget.objects.get().target == 8
    assert "行政许可 2024 8 4 4 50%" in pages.text(at_entry.get(address))
    for wrong in ({"year": "2026"}, {"year": "x"}, {"target": "-1"}, {"kind": "code-event"}):
        assert at_entry.post(address, {"kind": "licence", "year": "2024", "target": "8"} | wrong).status_code == 400
