"""The list of records and the work-bench: bulk steps, filters, search, and a constant cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registry.admin import due, paging
from registry.admin.paging import CappedPaginator
from registry.directory.staff import Role
from registry.models import AuditLog, Record, RecordEvent, Subject
from registry.records import drafting, workflow
from registry.records.parsing import Door
from registry.records.statuses import Action, Status
from tests import factories, samples
from tests.admin import pages

pytestmark = pytest.mark.django_db

LIST = reverse("admin:registry_record_changelist")


@pytest.fixture
def many(organisation, clerk):
    """Drafts in any number, in one go."""

    def make(count: int, kind: str = "licence", **changes) -> list[Record]:
        raws = [samples.of(kind, **changes, document_number=f"石许〔2026〕{n}号") for n in range(1, count + 1)]
        done = drafting.draft_many(
            kind, raws, organisation=organisation, by=clerk, at=factories.NOON, today=factories.TODAY, door=Door.FORM
        )
        return list(done.records.values())

    return make


def take_all(browser: pages.Browser, action: str, records: list[Record]) -> tuple:
    """Choose the records in the list, and confirm on the page that follows."""
    asked = browser.post(LIST, {"action": action, "index": "0", "_selected_action": [r.pk for r in records]})
    return asked, browser.send(asked, "/record/", {})


def test_many_are_submitted_and_then_published_by_another_in_one_go(many, at_entry, at_review):
    records = many(5)
    asked, _ = take_all(at_entry, "submit_many", records)
    assert "确认批量提交审核" in asked.content.decode()
    assert set(Record.objects.values_list("status", flat=True)) == {Status.SUBMITTED}
    _, answer = take_all(at_review, "publish_many", records)
    assert answer.status_code == 302
    assert set(Record.objects.values_list("status", flat=True)) == {Status.PUBLISHED}
    assert "通过并公示：5条已办理，0条未办理" in pages.text(at_review.get(LIST))
    assert AuditLog.objects.filter(action="record.publish", succeeded=True).count() == 5


def test_those_that_cannot_are_named_and_the_others_go_on(many, clerk, at_review):
    first, second, draft = many(3)
    workflow.move_many([first, second], Action.SUBMIT, by=clerk, at=factories.NOON)
    take_all(at_review, "publish_many", [first, second, draft])
    told = pages.text(at_review.get(LIST))
    assert "2条已办理，1条未办理" in told and "草稿的记录不能通过并公示" in told
    assert Record.objects.get(pk=draft.pk).status == Status.DRAFT


def test_what_changed_after_the_confirmation_page_is_left_alone(many, clerk, reviewer, at_review):
    records = many(2)
    workflow.move_many(records, Action.SUBMIT, by=clerk, at=factories.NOON)
    asked = at_review.post(LIST, {"action": "publish_many", "index": "0", "_selected_action": [r.pk for r in records]})
    workflow.move(records[0], Action.RETURN, by=reviewer, at=factories.NOON, reason="有误")
    workflow.move(records[0], Action.SUBMIT, by=clerk, at=factories.NOON)
    at_review.send(asked, "/record/", {})
    assert [Record.objects.get(pk=r.pk).status for r in records] == [Status.SUBMITTED, Status.PUBLISHED]


def test_a_bulk_step_nobody_confirmed_moves_nothing(many, at_entry):
    records = many(2)
    at_entry.post(LIST, {"action": "submit_many", "index": "0", "_selected_action": [r.pk for r in records]})
    at_entry.post(LIST, {"action": "submit_many", "confirmed": "1", "_selected_action": [r.pk for r in records]})
    assert not RecordEvent.objects.exists()


@pytest.mark.parametrize(
    ("role", "action"),
    [(Role.CLERK, "publish_many"), (Role.REVIEWER, "submit_many"), (Role.CREDIT_OFFICE, "publish_many")],
)
def test_a_bulk_step_of_another_role_is_not_offered(role, action, many, staff, sign_in):
    record = many(1)[0]
    browser = sign_in(staff(role))
    assert action not in browser.get(LIST).content.decode()
    seen = {"action": action, "confirmed": "1", "_selected_action": [record.pk], "seen": f"{record.pk}:0"}
    assert browser.post(LIST, seen).status_code == 302
    assert Record.objects.get().status == Status.DRAFT


@pytest.mark.parametrize("wrong", ["abc", "9" * 40, "1;drop", ""])
def test_chosen_keys_that_are_none_are_no_server_error(wrong, many, at_entry):
    many(1)
    for body in ({"index": "0"}, {"confirmed": "1", "seen": f"{wrong}:{wrong}"}):
        answer = at_entry.post(LIST, {"action": "submit_many", "_selected_action": [wrong], **body})
        assert answer.status_code in (200, 302, 400)
    assert Record.objects.get().status == Status.DRAFT


def test_the_list_costs_the_same_for_three_and_for_fifty(many, staff, sign_in):
    def queries() -> int:
        browser.get(LIST)  # the session and the content types are known from here on
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(LIST, overdue="1").status_code == 200
        return len(caught)

    browser = sign_in(staff(Role.CREDIT_OFFICE))
    changes = {"decided_on": "2026-01-20", "valid_from": "2026-01-20", "late_reason": "补报"}
    many(3, **changes)
    few = queries()
    Record.objects.all().delete()
    many(50, **changes)
    assert queries() == few


def test_the_page_of_a_record_costs_the_same_however_long_its_history(published, at_review, at_entry, clerk, reviewer):
    def queries(record: Record) -> int:
        path = reverse("admin:registry_record_change", args=[record.pk])
        at_review.get(path)
        with CaptureQueriesContext(connection) as caught:
            at_review.get(path)
        return len(caught)

    record = published()
    few = queries(record)
    for number in range(4):
        drafting.propose_correction(
            record, {"content": f"内容{number}"}, reason="更正", by=clerk, at=factories.NOON + timedelta(hours=number),
            today=factories.TODAY, door=Door.FORM,
        )  # fmt: skip
        workflow.move(record, Action.CORRECT, by=reviewer, at=factories.NOON + timedelta(hours=number))
    assert queries(record) == few


def test_no_list_is_counted_beyond_the_cap(many, monkeypatch, at_entry):
    monkeypatch.setattr(paging, "CAP", 4)
    many(6)
    found = CappedPaginator(Record.objects.order_by("-pk"), 2)
    assert (found.count, found.num_pages, found.is_capped) == (4, 2, True)
    assert "只列出前4条" in pages.text(at_entry.get(LIST))
    assert CappedPaginator(Record.objects.filter(pk=0).order_by("pk"), 2).is_capped is False


@pytest.mark.parametrize("page", ["0", "-1", "abc", "10000000", "9" * 30])
def test_a_page_that_does_not_exist_is_no_server_error(page, many, at_entry):
    many(1)
    assert at_entry.get(LIST, p=page).status_code in (200, 302)


@pytest.mark.parametrize(
    "query", ["%", "_", "a'b", "\\", "(", "𠮷", "x" * 3000, "公司\u202e", "安 康 市 商 贸 有 限 公 司 甲 乙 丙"]
)
def test_nothing_typed_into_the_search_box_is_a_server_error_or_finds_everything(query, many, at_entry):
    record = many(1)[0]
    page = at_entry.get(LIST, q=query)
    assert page.status_code == 200 and f"/record/{record.pk}/" not in page.content.decode()


def test_a_record_is_found_by_code_number_and_name_before_and_after_publication(submitted, at_entry, at_review):
    record = submitted(counterparty_name="石泉县后柳试例水产专业合作社")
    queries = (record.subject.uscc.lower(), "石食药监许[2026]9001号", "后柳")
    for _ in ("waiting", "published"):
        for query in queries:
            assert f"/record/{record.pk}/" in at_entry.get(LIST, q=query).content.decode(), query
        if record.status == Status.SUBMITTED:
            at_review.send(at_review.record(record), "/move/", {"action": "publish"})
            record.refresh_from_db()


@pytest.mark.parametrize(
    ("query", "count"),
    [({"status": "draft"}, 3), ({"status": "published"}, 0), ({"kind": "licence"}, 3), ({"kind": "penalty"}, 0),
     ({"year": "2026"}, 3), ({"year": "2025"}, 0), ({"year": "x"}, 3), ({"overdue": "1"}, 0)],
)  # fmt: skip
def test_filters_narrow_the_list(query, count, many, at_entry):
    many(3)
    assert f"共{count}条" in pages.text(at_entry.get(LIST, **query))


@pytest.mark.sqlite
@pytest.mark.parametrize("query", [{"status": "draft"}, {"status": "submitted"}, {"overdue": "1"}])
def test_unfinished_records_of_all_bodies_are_found_through_the_index_of_work_lists(query, many, staff):
    request = RequestFactory().get(LIST, query)
    request.user = staff(Role.CREDIT_OFFICE)
    shown = admin.site.get_model_admin(Record).get_changelist_instance(request)
    plan = shown.queryset[:50].explain()
    assert "record_of_organisation (organisation_id=? AND status=?)" in plan, plan


def test_the_late_filter_agrees_with_the_mark_on_each_record(organisation, clerk):
    limits = due.known()
    days = [factories.TODAY - timedelta(days=n) for n in range(0, 40)]
    for day in days:
        drafting.draft(
            "licence",
            samples.licence(decided_on=str(day), valid_from=str(day), document_number=f"{day}号", late_reason="补报"),
            organisation=organisation, by=clerk, at=factories.NOON, today=factories.TODAY, door=Door.FORM,
        )  # fmt: skip
    late = set(Record.objects.filter(due.late(limits, on=factories.TODAY)).values_list("pk", flat=True))
    marked = {r.pk for r in Record.objects.all() if due.is_late(r, limits, on=factories.TODAY)}
    assert late == marked and 0 < len(late) < 40


def test_the_work_bench_puts_what_is_late_first(submitted, at_review, at_entry, drafted):
    fresh = submitted(document_number="新1号")
    late = submitted(
        document_number="旧1号", decided_on="2026-01-20", valid_from="2026-01-20", late_reason="补报",
        counterparty_uscc=fresh.subject.uscc,
    )  # fmt: skip
    html = at_review.get(reverse("admin:index")).content.decode()
    assert html.index(late.document_number) < html.index(fresh.document_number)
    assert "已逾期" in html and "待审核" in html
    draft = drafted(document_number="稿1号", counterparty_uscc=fresh.subject.uscc)
    bench = pages.text(at_entry.get(reverse("admin:index")))
    assert draft.document_number in bench and "被退回，待修改" in bench and "待审核的更正" not in bench
    assert Subject.objects.count() == 1
