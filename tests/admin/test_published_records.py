"""After publication: no direct edit, no deletion; corrections with four eyes; withdrawal with a reason."""

from __future__ import annotations

import pytest
from django.urls import reverse

from registry.directory.catalogue import CatalogueItem
from registry.directory.staff import Role
from registry.models import AuditLog, Correction, Record
from registry.records.statuses import Action, Status
from tests import factories, samples
from tests.admin import pages

pytestmark = pytest.mark.django_db


def address(record: Record, name: str) -> str:
    return reverse(f"admin:registry_record_{name}", args=[record.pk])


@pytest.mark.parametrize("who", ["clerk", "reviewer", "superuser"])
def test_a_published_record_is_neither_edited_nor_deleted_by_anybody(who, published, staff, sign_in, clerk, reviewer):
    record = published()
    before = Record.objects.filter(pk=record.pk).values().get()
    person = {"clerk": clerk, "reviewer": reviewer}.get(who) or staff(is_superuser=True)
    browser = sign_in(person)
    page = browser.record(record)
    assert page.status_code == 200 and "f-content" not in page.content.decode()
    edited = browser.post(address(record, "change"), {"f-content": "改了", "status": "draft", "seen": "x"})
    assert edited.status_code == 403 and "请用“更正”" in pages.text(edited)
    for answer in (browser.get(address(record, "delete")), browser.post(address(record, "delete"), {"post": "yes"})):
        assert answer.status_code == 403 and "从未提交过的草稿" in pages.text(answer)
    assert Record.objects.filter(pk=record.pk).values().get() == before


def test_a_draft_is_deleted_by_its_clerk_and_by_no_reviewer(drafted, at_entry, at_review):
    record = drafted()
    assert at_review.post(address(record, "delete"), {}).status_code == 403
    assert "删除草稿" in pages.text(at_entry.get(address(record, "delete")))
    assert at_entry.post(address(record, "delete"), {}).status_code == 302
    assert not Record.objects.exists() and AuditLog.objects.filter(action="record.discard").exists()


def test_what_was_once_submitted_is_not_deleted(submitted, at_entry, at_review):
    record = submitted()
    at_review.send(at_review.record(record), "/move/", {"action": "return", "reason": "文书号有误"})
    assert at_entry.post(address(record, "delete"), {}).status_code == 403
    assert Record.objects.get().status == Status.RETURNED


def test_a_returned_record_says_why_and_is_mended_and_submitted_again(submitted, at_entry, at_review):
    record = submitted()
    at_review.send(at_review.record(record), "/move/", {"action": "return", "reason": "许可内容不完整"})
    page = at_entry.record(record)
    assert "许可内容不完整" in pages.text(page)
    at_entry.fill(page, {"content": "食品经营（含冷藏冷冻食品）"}, button="_submit")
    record.refresh_from_db()
    assert record.status == Status.SUBMITTED
    history = pages.text(at_review.get(address(record, "history")))
    for words in ("食品经营（预包装食品销售）", "食品经营（含冷藏冷冻食品）", "退回修改", "修改内容", "录入草稿"):
        assert words in history


def test_a_correction_is_proposed_by_one_and_published_by_another(published, clerk, at_entry, at_review):
    record = published("penalty")
    page = at_entry.get(address(record, "correct"))
    assert "f-counterparty_name" not in page.content.decode()  # the subject is never corrected
    answer = at_entry.fill(page, {"content": "罚款人民币500元", "fine": "0.05"}, button="_propose")
    assert answer.status_code == 200 and "更正理由：必填" in pages.text(answer)
    form = {"reason": "漏写小数点"}
    page = at_entry.get(address(record, "correct"))
    changes = pages.forms(page)[-1].values | {"f-content": "罚款人民币500元", "f-fine": "0.05"} | form
    assert at_entry.post(address(record, "correct"), changes).status_code == 302
    correction = Correction.objects.get()
    assert set(correction.changes) == {"content", "fine"}

    assert "通过更正" not in pages.text(at_entry.record(record))
    page = at_review.record(record)
    shown = pages.text(page)
    assert "罚款人民币5000元" in shown and "罚款人民币500元" in shown and "漏写小数点" in shown
    assert at_review.send(page, "/accept/", {}).status_code == 302
    record.refresh_from_db()
    assert record.edition == 2 and record.detail.content == "罚款人民币500元"
    assert "第2版" in pages.text(at_review.record(record))


@pytest.fixture
def proposed(published, at_entry):
    record = published()
    page = at_entry.get(address(record, "correct"))
    form = pages.forms(page)[-1].values | {"f-content": "另一内容", "reason": "内容有误"}
    assert at_entry.post(address(record, "correct"), form).status_code == 302
    return record


def test_its_author_neither_accepts_nor_declines_a_correction(proposed, clerk, sign_in):
    reviewers = factories.UserFactory(role=Role.REVIEWER, organisation=clerk.organisation).groups.all()
    clerk.groups.add(*reviewers)
    browser, correction = sign_in(clerk), Correction.objects.get()
    asked = {"correction": correction.pk, "expecting": proposed.seq, "reason": "不同意"}
    assert browser.post(address(proposed, "accept"), asked).status_code == 409
    assert browser.post(address(proposed, "decline"), asked).status_code == 403
    step = {"action": Action.CORRECT, "expecting": proposed.seq}
    assert browser.post(address(proposed, "move"), step).status_code == 409
    assert Correction.objects.get().decided_at is None
    proposed.refresh_from_db()
    assert proposed.edition == 1


def test_a_declined_correction_leaves_the_record_as_it_was(proposed, at_review, at_entry):
    page = at_review.record(proposed)
    assert at_review.send(page, "/decline/", {}).status_code == 409  # without a reason
    assert at_review.send(page, "/decline/", {"reason": "原内容无误"}).status_code == 302
    correction = Correction.objects.get()
    assert correction.is_accepted is False and correction.decided_by is not None
    proposed.refresh_from_db()
    assert proposed.edition == 1 and proposed.seq == 2
    assert "更正未通过" in pages.text(at_entry.record(proposed)) and "原内容无误" in pages.text(
        at_entry.record(proposed)
    )


def test_a_correction_nobody_has_seen_is_not_accepted_for_another(proposed, at_entry, at_review):
    seen = at_review.record(proposed)
    at_review.send(seen, "/decline/", {"reason": "原内容无误"})
    form = pages.forms(at_entry.get(address(proposed, "correct")))[-1].values
    at_entry.post(address(proposed, "correct"), form | {"f-content": "第三种内容", "reason": "再次更正"})
    assert at_review.send(seen, "/accept/", {}).status_code == 409
    proposed.refresh_from_db()
    assert proposed.edition == 1 and Correction.objects.filter(decided_at=None).count() == 1


def test_a_second_correction_waits_for_the_first(proposed, at_entry):
    form = pages.forms(at_entry.get(address(proposed, "correct")))[-1].values
    page = at_entry.post(address(proposed, "correct"), form | {"f-content": "另一种", "reason": "理由"})
    assert page.status_code == 200 and "已有一份待审核的更正" in pages.text(page)


def test_a_correction_without_any_change_is_refused(published, at_entry):
    record = published()
    form = pages.forms(at_entry.get(address(record, "correct")))[-1].values
    page = at_entry.post(address(record, "correct"), form | {"reason": "没有改"})
    assert "没有任何改动" in pages.text(page) and not Correction.objects.exists()


def test_a_record_is_withdrawn_for_a_reason_only(published, at_review, at_entry):
    record = published()
    page = at_review.record(record)
    assert at_review.send(page, "/move/", {"action": "withdraw"}).status_code == 409
    assert at_review.send(page, "/move/", {"action": "withdraw", "reason": "许可决定被撤销"}).status_code == 302
    assert not Record.objects.public(on=factories.TODAY).exists()
    assert "许可决定被撤销" in pages.text(at_entry.record(record))
    assert at_entry.get(address(record, "correct")).status_code == 403


def test_every_step_leaves_a_line_with_person_and_address_in_the_audit_log(submitted, reviewer, at_review):
    record = submitted()
    at_review.send(at_review.record(record), "/move/", {"action": "publish"})
    line = AuditLog.objects.get(action="record.publish", object_key=str(record.pk))
    assert (line.by, line.address, line.succeeded) == (reviewer, "127.0.0.1", True)
    assert line.detail == {"seq": 2, "status": "published"}


def test_the_deadline_is_shown_with_its_working(drafted, at_entry):
    page = pages.text(at_entry.record(drafted("penalty", decided_on="2026-02-10", late_reason="材料移送迟延")))
    for words in ("最迟于 2026-02-26 公示", "国发〔2016〕33号", "春节", "已逾期"):
        assert words in page, words


def test_a_late_decision_needs_its_reason_and_is_marked(organisation, at_entry):
    item = CatalogueItem.objects.get(organisation=organisation, kind="penalty").code
    late = samples.penalty(decided_on="2026-02-06")
    page = at_entry.enter("penalty", item, late)
    assert "迟报原因：必填" in pages.text(page) and not Record.objects.exists()
    at_entry.enter("penalty", item, late | {"late_reason": "材料移送迟延"})
    listing = reverse("admin:registry_record_changelist")
    assert "已逾期" in pages.text(at_entry.get(listing))
    assert "汉建罚" in pages.text(at_entry.get(listing, overdue="1"))
