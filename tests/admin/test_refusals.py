"""S-01, steps 4 and 5: what must not be entered or approved is refused in words, and nothing is stored."""

from __future__ import annotations

import pytest
from django.urls import reverse

from registry.directory.catalogue import CatalogueItem
from registry.directory.staff import Role
from registry.models import AuditLog, Record, Subject
from registry.records.statuses import Status
from tests import samples
from tests.admin import pages

pytestmark = pytest.mark.django_db

REFUSED = [  # what is typed, and what the clerk is told
    ({"counterparty_uscc": "93610922XXAK00023L"}, "校验码"),
    ({"valid_to": "2017-01-01"}, "有效期至：不能早于有效期自"),
    ({"decided_on": "2026-03-03", "valid_from": "2026-03-03"}, "许可决定日期：不能晚于今天（2026-03-02）"),
    ({"document_number": ""}, "行政许可决定文书号：必填"),
    ({"decided_on": "01/02/2024"}, "日期格式有歧义"),
    ({"decided_on": "1900-02-29"}, "没有这一天"),
    ({"counterparty_uscc": "9161O900MA7OABC19T"}, "第5"),
    ({"counterparty_uscc": "612401199001010011"}, "请勿在此输入身份证号"),
    ({"counterparty_name": "公司\u202e有限"}, "U+202E"),
    ({"counterparty_name": "安" * 201}, "最多200个字，现为201个字"),
    ({"counterparty_name": "a" + "\u0301" * 20}, "组合符号"),
    ({"category": "不存在"}, "不在可选范围内"),
    ({"content": "许可人身份证612401199001010011"}, "本栏不得填写居民身份证号码"),
]


def licences(organisation) -> str:
    return CatalogueItem.objects.get(organisation=organisation, kind="licence").code


@pytest.mark.parametrize(("changes", "told"), REFUSED)
def test_what_is_wrong_is_refused_by_name_and_nothing_is_stored(changes, told, organisation, at_entry):
    page = at_entry.enter("licence", licences(organisation), samples.licence(**changes), button="_submit")
    assert page.status_code == 200
    assert told in pages.text(page)
    assert not Record.objects.exists() and not Subject.objects.exists()


@pytest.mark.parametrize("amount", ["1e999999", "NaN", "Infinity", "-1", "1,234.50", "￥１２３", "0.1234567", "9" * 40])
def test_an_amount_that_is_none_is_refused_beside_its_field(amount, organisation, at_entry):
    item = CatalogueItem.objects.get(organisation=organisation, kind="penalty").code
    page = at_entry.enter("penalty", item, samples.penalty(fine=amount))
    assert "罚款金额（万元）：" in pages.text(page) and not Record.objects.exists()


def test_the_same_document_for_the_same_subject_is_refused_the_second_time(organisation, at_entry):
    values = samples.licence()
    assert at_entry.enter("licence", licences(organisation), values).status_code == 302
    page = at_entry.enter("licence", licences(organisation), values)
    assert "已有同一文书号、同一相对人的记录" in pages.text(page)
    assert Record.objects.count() == 1


def test_a_class_outside_the_catalogue_is_refused(organisation, elsewhere, at_entry):
    add = reverse("admin:registry_record_add")
    foreign = CatalogueItem.objects.create(
        catalogue=CatalogueItem.objects.first().catalogue, organisation=elsewhere, code="EL-1", kind="licence", name="x"
    )
    for query in (
        {"kind": "enforcement"},
        {"kind": "licence", "item": "no-such"},
        {"kind": "licence", "item": foreign.code},
    ):
        page = at_entry.get(add, **query)
        assert page.status_code == 400 and "不在目录内" in pages.text(page), query
    answer = at_entry.post(f"{add}?kind=licence&item={foreign.code}", {"f-document_name": "x"})
    assert answer.status_code == 400 and not Record.objects.exists()


def test_what_was_typed_is_shown_again_but_never_an_id_number(organisation, at_entry):
    number = "610902190001050014"
    values = samples.licence(
        legal_representative_document_type="身份证",
        legal_representative_id_number=number,
        document_number="",
        remarks=f"联系人{number}",
        document_name="食品经营许可之一",
    )
    page = at_entry.enter("licence", licences(organisation), values)
    assert "食品经营许可之一" in page.content.decode()
    assert number not in page.content.decode() and "联系人610902************" in page.content.decode()


def test_the_error_list_leads_to_the_fields(organisation, at_entry):
    page = at_entry.enter("licence", licences(organisation), samples.licence(document_number=""))
    html = page.content.decode()
    assert '<a href="#id_f-document_number">' in html and 'id="id_f-document_number"' in html
    assert "<title>错误：" in html.replace("\n", "")


def test_values_are_folded_and_the_clerk_is_told(organisation, at_entry):
    values = samples.licence()
    typed = values["counterparty_uscc"].lower()
    at_entry.enter(
        "licence", licences(organisation), values | {"counterparty_uscc": typed, "decided_on": "2026年2月27日"}
    )
    record = Record.objects.select_related("subject").get()
    assert record.subject.uscc == values["counterparty_uscc"]
    assert "已将小写字母转为大写" in pages.text(at_entry.record(record))


@pytest.mark.parametrize(
    "name", ["安康市𠮷顺商贸有限公司", "<script>alert(1)</script>", "=HYPERLINK(1)", "../../etc/passwd"]
)
def test_a_strange_name_is_kept_as_typed_and_shown_escaped(name, organisation, at_entry):
    at_entry.enter("licence", licences(organisation), samples.licence(counterparty_name=name))
    record = Record.objects.select_related("subject").get()
    assert record.subject.name == name
    html = at_entry.get(reverse("admin:registry_record_changelist")).content.decode()
    html += at_entry.record(record).content.decode()
    assert "<script>alert" not in html


@pytest.mark.parametrize("typed", ["a\x00b", "a\ud800b"])
def test_what_no_database_holds_is_no_server_error(typed, organisation, at_entry):
    page = at_entry.enter("licence", licences(organisation), samples.licence())
    record = Record.objects.get()
    edit = at_entry.record(record)
    body = {"f-counterparty_name": typed.encode("utf-8", "surrogatepass")}
    answer = at_entry.client.post(edit.request["PATH_INFO"], body)
    assert page.status_code == 302 and answer.status_code in (200, 400, 409)
    record.refresh_from_db()
    assert record.seq == 0


def test_nobody_approves_what_he_entered(staff, organisation, sign_in):
    both = staff(Role.CLERK)
    both.groups.add(*staff(Role.REVIEWER).groups.all())
    browser = sign_in(both)
    browser.enter("licence", licences(organisation), samples.licence(), button="_submit")
    record = Record.objects.get()
    page = browser.record(record)
    assert "通过并公示" not in pages.text(page)
    answer = browser.post(
        reverse("admin:registry_record_move", args=[record.pk]), {"action": "publish", "expecting": 1}
    )
    assert answer.status_code == 403 and "录入人不能审核自己录入的记录" in pages.text(answer)
    record.refresh_from_db()
    assert record.status == Status.SUBMITTED
    attempt = AuditLog.objects.filter(action="record.publish").get()
    assert not attempt.succeeded and attempt.by == both and attempt.address == "127.0.0.1"


def test_the_technical_administrator_approves_nothing_of_his_own_either(staff, organisation, sign_in):
    browser = sign_in(staff(is_superuser=True))
    browser.enter("licence", licences(organisation), samples.licence(), button="_submit")
    record = Record.objects.get()
    answer = browser.post(
        reverse("admin:registry_record_move", args=[record.pk]), {"action": "publish", "expecting": 1}
    )
    assert answer.status_code == 403
    record.refresh_from_db()
    assert record.status == Status.SUBMITTED


def test_review_is_not_skipped_by_posting_to_its_address(drafted, at_review):
    record = drafted()
    answer = at_review.post(
        reverse("admin:registry_record_move", args=[record.pk]), {"action": "publish", "expecting": 0}
    )
    assert answer.status_code == 409 and "草稿的记录不能通过并公示" in pages.text(answer)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"action": "return", "expecting": 1}, "退回修改必须说明理由"),
        ({"action": "return", "expecting": 1, "reason": "\u200b "}, "不可见字符"),
        ({"action": "return", "expecting": 1, "reason": "见612401199001010011"}, "理由中不得填写居民身份证号码"),
        ({"action": "no-such", "expecting": 1}, "操作"),
        ({"action": "publish", "expecting": "9" * 5000}, "事件序号"),
        ({"action": "publish"}, "事件序号"),
    ],
)
def test_a_step_asked_for_wrongly_is_refused_in_words(asked, told, submitted, at_review):
    record = submitted()
    answer = at_review.post(reverse("admin:registry_record_move", args=[record.pk]), asked)
    assert answer.status_code in (400, 409) and told in pages.text(answer)
    assert "612401199001010011" not in answer.content.decode()
    record.refresh_from_db()
    assert record.status == Status.SUBMITTED


def test_a_page_gone_stale_decides_nothing(submitted, staff, sign_in, at_review):
    record = submitted()
    seen = at_review.record(record)
    sign_in(staff(Role.REVIEWER, full_name="另一审核员")).send(
        at_review.record(record), "/move/", {"action": "return", "reason": "文书号有误"}
    )
    answer = at_review.send(seen, "/move/", {"action": "publish"})
    assert answer.status_code == 409
    record.refresh_from_db()
    assert record.status == Status.RETURNED


def test_the_second_of_two_reviewers_is_told_who_was_faster(published, at_review, staff, sign_in):
    record = published()
    seen = at_review.record(record)
    at_review.send(seen, "/move/", {"action": "withdraw", "reason": "撤销决定"})
    answer = sign_in(staff(Role.REVIEWER)).send(seen, "/move/", {"action": "withdraw", "reason": "撤销决定"})
    assert answer.status_code == 409 and "已撤回的记录不能撤回" in pages.text(answer)


def test_of_two_clerks_with_one_draft_open_the_second_is_told(drafted, staff, sign_in, at_entry):
    record = drafted()
    mine = at_entry.record(record)
    colleague = sign_in(staff(Role.CLERK))
    colleague.fill(colleague.record(record), {"content": "同事的内容"})
    answer = at_entry.fill(mine, {"content": "我的内容"})
    assert answer.status_code == 409 and "已被他人修改" in pages.text(answer)
    assert Record.objects.get().detail.content == "同事的内容"
    assert "我的内容" in answer.content.decode()  # what was typed is not lost
    assert at_entry.fill(answer, {}).status_code == 302
    assert Record.objects.get().detail.content == "我的内容"
