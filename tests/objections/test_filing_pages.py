"""The three forms, page by page, as somebody without an account and without scripts fills them in."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from objections import budgets, codes, identity, workflow
from objections.filing import doors
from objections.life import Decision
from objections.models import Allowance, Case, Evidence, FilingDraft
from objections.statuses import CaseAction, CaseStatus, Outcome, Procedure, RepairWay
from registry import clock
from registry.directory.terms import RepairRule
from registry.models import Person
from registry.records.statuses import Action
from registry.records.workflow import move
from tests.admin.pages import forms, text
from tests.factories import NOON, TODAY
from tests.objections import answers as said
from tests.objections.visiting import Visitor, begin, number_and_code, walk, where

pytestmark = pytest.mark.django_db

ID_NUMBER = "610902190003190037"  # of 邓试强, who represents the company of the sample penalty
WITH_NUMBER = {"legal_representative_document_type": "身份证", "legal_representative_id_number": ID_NUMBER}


@pytest.fixture(autouse=True)
def the_day_is_known(settings):
    settings.CREDIT_TODAY = TODAY
    settings.FORMS = settings.FORMS | {"quickest": 0}


def test_an_objection_from_the_line_that_is_wrong(visitor, published):
    record = published("penalty")
    page = visitor.get(record.get_absolute_url())
    assert f"/objections/new/?record={record.uid}&amp;field=fine" in page.content.decode()
    page = visitor.get(f"/objections/new/?record={record.uid}&field=fine")
    assert "未按规定设置施工围挡" in text(page) and "2个工作日" in text(page)
    page = visitor.send(page)
    answers, papers = said.of(Procedure.OBJECTION, record)
    page = visitor.send(page, **answers["who"])
    assert where(page) == "wrong" and 'value="fine" selected' in page.content.decode()
    page = walk(visitor, page, answers, papers, until="check")
    assert "决定书上的罚款金额是五百元" in text(page) and not re.search(r"\b0037\b", text(page))
    page = walk(visitor, page, answers, papers)
    number, code = number_and_code(page)
    case = Case.objects.get()
    assert case.number == number and "2026年3月4日" in text(page) and "受理" in text(page)
    assert case.query_code_sha256 == codes.digest(codes.read(code)), "only the digest of the code is kept"
    page = visitor.send(visitor.get("/track/"), number=number, code=code)
    assert "待受理" in text(page)


def test_without_the_page_of_the_record_its_document_number_leads_to_it(visitor, published):
    record = published("penalty")
    pages = {"record": {"document_number": "汉建罚[2026]第9301号"}}
    answers, papers = said.of(Procedure.OBJECTION, record)
    page = visitor.send(visitor.get("/objections/new/"))
    assert where(page) == "record"
    walk(visitor, page, answers | pages, papers)
    assert Case.objects.get().record == record


def test_a_repair_says_from_which_day_under_which_conditions_with_which_papers(visitor, published, old_penalty):
    fresh = published("penalty", document_number="石罚〔2026〕9001号")
    page = visitor.get(fresh.get_absolute_url())
    assert "自2026-09-02起可以申请" in text(page)
    page = text(visitor.get(f"/repairs/new/?record={fresh.uid}"))
    assert "公示满6个月" in page and "信用承诺书" in page and "第十三、十四条" in page
    assert "自2026-09-02起方可申请修复" in page and "开始填写" not in page
    answers, papers = said.of(Procedure.REPAIR, fresh)
    pages = answers | {"record": {"document_number": fresh.document_number}}
    page = walk(visitor, visitor.send(visitor.get("/repairs/new/")), pages, papers, until="repair")
    page = visitor.send(page, **answers["repair"])
    assert "自2026-09-02起方可申请修复" in text(page) and page.status_code == 400
    record = old_penalty(document_number="石罚〔2025〕9002号")
    assert "现在可以申请" in text(visitor.get(record.get_absolute_url()))
    page = begin(visitor, Procedure.REPAIR, record, until="done")
    case = Case.objects.get()
    assert case.repair.rule_id == "R58-GENERAL-REPAIR" and case.regime == "NDRC-58"
    assert "2026年3月5日" in text(page)


def test_a_company_cannot_repair_by_public_service(visitor, old_penalty):
    record = old_penalty()
    RepairRule.objects.update(service_hours=60)
    page = begin(visitor, Procedure.REPAIR, record, until="repair")
    page = visitor.send(
        page, way=RepairWay.SERVICE, correction="参加义务劳动等公益服务", effect_removal="已向周边居民公开致歉并整改"
    )
    assert "只适用于自然人" in text(page)


def test_a_complaint_is_anonymous_or_named_and_nothing_of_it_is_public(visitor, rules):
    page = begin(visitor, Procedure.COMPLAINT, None, until="reporter")
    page = visitor.send(page, manner="anonymous", name="忘了删的名字", phone="13900000002")
    page = visitor.send(page, promise="on")
    case = Case.objects.get()
    assert case.contact() == {"name": "", "phone": "", "email": ""} and case.complaint.is_anonymous
    assert "已受理登记" in text(
        visitor.send(visitor.get("/track/"), **dict(zip(("number", "code"), number_and_code(page), strict=True)))
    )
    for address in ("/", "/search/?q=工资", "/objections/statistics/", "/objections/clarifications/"):
        shown = text(visitor.get(address))
        assert "拖欠三十名工人" not in shown and "试例置业" not in shown, address
    assert "投诉举报 1 已受理登记1" in text(visitor.get("/objections/statistics/"))


def test_a_named_complainant_is_stored_encrypted_and_told(visitor, rules):
    page = begin(visitor, Procedure.COMPLAINT, None, until="reporter")
    page = visitor.send(page, manner="named", name="谢试军", phone="", email="")
    assert "电话和邮箱至少填写一项" in text(page)
    page = visitor.send(page, manner="named", name="谢试军", phone="139 0000 0002", email="")
    visitor.send(page, promise="on")
    case = Case.objects.get()
    assert "谢试军" not in str(Case.objects.values().get()) and "13900000002" not in str(Case.objects.values().get())
    assert case.contact()["phone"] == "13900000002"
    assert [notice.channel for notice in case.notices.all()] == ["sms"]


def test_a_commitment_or_any_record_may_be_reported_from_its_page(visitor, published):
    record = published()
    begin(visitor, Procedure.COMPLAINT, record, until="done")
    case = Case.objects.get()
    assert case.record == record and case.subject == record.subject
    shown = text(visitor.get(record.get_absolute_url()))
    assert case.number not in shown and "拖欠三十名工人" not in shown, "what is not proved stands beside nothing"


# What is refused, and how it is said


def wrong_page(visitor, published, **changes):
    record = published("penalty")
    page = begin(visitor, Procedure.OBJECTION, record, until="wrong")
    answers, _ = said.of(Procedure.OBJECTION, record)
    return visitor.send(page, **(answers["wrong"] | changes))


@pytest.mark.parametrize(
    "words", ["", "   ", "\u200b" * 20, "." * 30, "。" * 12, "太短了", "\u202e" + "字" * 20, "字" * 2001]
)
def test_a_statement_that_states_nothing_is_refused(words, visitor, published):
    """BI-T01."""
    page = wrong_page(visitor, published, statement=words)
    assert page.status_code == 400 and where(page) == "wrong"
    assert re.search(r'<a href="#id_statement">哪里不对：', page.content.decode())
    assert "<title>错误：" in page.content.decode()
    assert not Case.objects.exists()


def test_an_id_number_in_a_statement_is_not_taken(visitor, published):
    page = wrong_page(visitor, published, statement=f"我的身份证是{ID_NUMBER}，信息有误请更正")
    assert "请勿填写身份证号码" in text(page)
    draft = FilingDraft.objects.get()
    assert "wrong" not in draft.answers()


@pytest.mark.parametrize(
    "markup", ["<script>alert(1)</script>公示内容有误，请核对", '"><img src=x onerror=alert(1)>公示内容有误，请核对']
)
def test_markup_in_a_statement_is_shown_as_text(markup, visitor, published):
    page = wrong_page(visitor, published, statement=markup)
    page = visitor.get(page.request["PATH_INFO"].replace("papers", "wrong"))
    assert "<script>alert" not in page.content.decode() and "<img src=x" not in page.content.decode()


def test_errors_stand_above_with_links_and_beside_their_field(visitor, published):
    record = published("penalty")
    page = visitor.send(visitor.get(f"/objections/new/?record={record.uid}"))
    page = visitor.send(page, capacity="representative", name="", id_last4="12")
    shown = page.content.decode()
    assert 'role="alert"' in shown and "autofocus" in shown
    for name in ("name", "id_last4", "representative"):
        assert f'<a href="#id_{name}">' in shown and f'id="id_{name}_error"' in shown
        assert re.search(rf'aria-describedby="[^"]*id_{name}_error', shown), name
    assert "法定代表人（负责人、经营者）或本人姓名：必填" in text(page)


def test_required_papers_are_asked_for_by_name(visitor, published):
    record = published("penalty")
    page = begin(visitor, Procedure.OBJECTION, record, until="papers")
    assert "还需要：证明材料、身份证明" in text(page)
    page = visitor.send(page)
    assert page.status_code == 400 and "还缺少：证明材料、身份证明" in text(page)
    page = visitor.upload(page, "facts", "x.exe", b"MZ")
    assert "请上传PDF、JPG" in text(page) and not Evidence.objects.exists()


def test_a_representative_brings_a_letter_of_authority(visitor, published):
    record = published("penalty")
    answers, papers = said.of(Procedure.OBJECTION, record, capacity="representative", representative="庞试伟")
    page = visitor.send(visitor.get(f"/objections/new/?record={record.uid}"))
    page = walk(visitor, page, answers, papers, until="papers")
    for purpose in papers:
        page = visitor.upload(page, purpose.value)
    page = visitor.send(page)
    assert "还缺少：授权委托书或关系证明" in text(page)


def test_a_file_may_be_taken_back(visitor, published):
    page = begin(visitor, Procedure.OBJECTION, published("penalty"), until="papers")
    page = visitor.upload(page, "facts", "错的.pdf")
    page = visitor.send(page, 0)
    assert "错的.pdf" not in text(page) and not Evidence.objects.exists()


# Who somebody is


def who_page(visitor, record, **changes):
    page = visitor.send(visitor.get(f"/objections/new/?record={record.uid}"))
    answers, _ = said.of(Procedure.OBJECTION, record)
    return visitor.send(page, **(answers["who"] | changes))


def test_the_number_on_file_proves_who_files(visitor, published):
    record = published("penalty", **WITH_NUMBER)
    assert where(who_page(visitor, record)) == "wrong"
    assert FilingDraft.objects.get().answers()["who"]["is_identified"] is True


@pytest.mark.parametrize(
    "changes", [{"name": "邓试弱"}, {"id_last4": "0038"}, {"subject_code": "91610900MA70ABC19T"}, {"subject_code": ""}]
)
def test_whatever_does_not_fit_gets_the_same_answer(changes, visitor, published):
    page = who_page(visitor, published("penalty", **WITH_NUMBER), **changes)
    assert page.status_code == 400 and identity.NOT_IDENTIFIED in text(page)


def test_five_wrong_claims_lock_that_record_for_that_address(visitor, published):
    record = published("penalty", **WITH_NUMBER)
    for _ in range(5):
        assert identity.NOT_IDENTIFIED in text(who_page(visitor, record, id_last4="9999"))
    assert identity.LOCKED in text(who_page(visitor, record)), "the right answer no longer helps"
    assert where(who_page(Visitor(Client(), "203.0.113.9"), record)) == "wrong"
    other = published("penalty", document_number="汉建罚〔2026〕9302号", **WITH_NUMBER)
    assert where(who_page(visitor, other)) == "wrong"


def test_without_a_number_on_file_the_papers_decide(visitor, published):
    assert where(who_page(visitor, published("penalty"))) == "wrong"
    assert FilingDraft.objects.get().answers()["who"]["is_identified"] is False


def test_a_natural_person_objects_to_what_only_offices_see(visitor, published):
    person = {
        "counterparty_name": "柯试明", "counterparty_kind": "自然人", "counterparty_uscc": "", "legal_representative": "",
        "counterparty_document_type": "身份证", "counterparty_id_number": "610902190001050014",
    }  # fmt: skip
    record = published("penalty", **person)
    assert visitor.get(f"/objections/new/?record={record.uid}").status_code == 404
    answers, papers = said.of(Procedure.OBJECTION, record, name="柯试明", id_last4="0014")
    pages = answers | {"record": {"document_number": record.document_number}}
    walk(visitor, visitor.send(visitor.get("/objections/new/")), pages, papers)
    case = Case.objects.get()
    assert case.record == record and case.is_identified
    assert Person.objects.count() == 1


# Nothing is lost, nothing is doubled


def test_a_stale_page_comes_back_with_everything_that_was_typed(published):
    """BI-W11."""
    visitor = Visitor(Client(enforce_csrf_checks=True))
    record = published("penalty")
    page = visitor.get(f"/objections/new/?record={record.uid}")
    page = visitor.send(page)
    answers, _ = said.of(Procedure.OBJECTION, record)
    page = visitor.send(page, **answers["who"])
    assert where(page) == "wrong"
    visitor.client.cookies.clear()  # the browser was closed for the night
    page = visitor.send(page, **answers["wrong"])
    assert page.status_code == 403 and "您填写的内容已保留" in text(page)
    assert answers["wrong"]["statement"] in page.content.decode()
    page = visitor.send(page)
    assert where(page) == "papers"


def test_the_form_can_be_left_and_gone_on_with_elsewhere(visitor, published):
    page = begin(visitor, Procedure.OBJECTION, published("penalty"), until="papers")
    address = page.request["PATH_INFO"]
    elsewhere = Visitor(Client())
    page = elsewhere.get(address.replace("papers", "wrong"))
    assert "决定书上的罚款金额是五百元" in page.content.decode()
    FilingDraft.objects.update(started_at=clock.now() - timedelta(hours=25))
    assert elsewhere.get(address).status_code == 404


def test_an_answer_is_changed_from_the_last_page_and_leads_back_to_it(visitor, published):
    page = begin(visitor, Procedure.OBJECTION, published("penalty"), until="check")
    address = re.search(r'href="([^"]+/reach/\?back=check)"', page.content.decode())[1]
    page = visitor.send(visitor.get(address), phone="13800000009", email="")
    assert where(page) == "check" and "13800000009" in text(page)


def test_twenty_identical_submissions_make_one_case_and_get_equal_answers(visitor, published):
    page = begin(visitor, Procedure.OBJECTION, published("penalty"), until="check")
    answers = {re.sub(r'name="csrf[^>]+>', "", visitor.send(page, promise="on").content.decode()) for _ in range(20)}
    assert len(answers) == 1 and Case.objects.count() == 1


def test_after_two_hours_the_confirmation_no_longer_shows_the_code(visitor, published):
    page = begin(visitor, Procedure.OBJECTION, published("penalty"), until="done")
    Case.objects.update(filed_at=NOON - timedelta(days=1))
    page = visitor.get(page.request["PATH_INFO"])
    assert "不再显示" in text(page) and Case.objects.get().number in text(page)


def test_what_is_typed_after_sending_changes_nothing(visitor, published):
    """BI-W08."""
    page = begin(visitor, Procedure.OBJECTION, published("penalty"), until="done")
    before = list(Case.objects.values())
    address = page.request["PATH_INFO"].replace("done", "wrong")
    assert where(visitor.get(address)) == "done"
    visitor.client.post(address, {"ground": "facts", "statement": "改成别的内容，再改一次试试"})
    assert list(Case.objects.values()) == before
    assert FilingDraft.objects.get().answers() == {}


# One at a time, and not the same again


def test_one_procedure_at_a_time_on_a_record(visitor, published, objected):
    """BI-W05."""
    case = objected()
    for address in (f"/objections/new/?record={case.record.uid}", f"/repairs/new/?record={case.record.uid}"):
        page = visitor.get(address)
        assert "一次只办理一件" in text(page) and "开始填写" not in text(page)


def test_who_began_before_another_was_faster_hears_of_it_at_the_end(visitor, published, objected):
    record = published("penalty")
    page = begin(visitor, Procedure.OBJECTION, record, until="check")
    objected(record)
    page = visitor.send(page, promise="on")
    assert page.status_code == 400 and "一次只办理一件" in text(page) and Case.objects.count() == 1


def test_the_same_question_is_not_answered_twice(objected, visitor, office, officer):
    case = objected()
    workflow.move(case, CaseAction.ACCEPT, by=office, at=NOON)
    workflow.move(
        case, CaseAction.CONCLUDE, by=officer, at=NOON, text="与决定书一致", decision=Decision(outcome=Outcome.UPHELD)
    )
    workflow.move(case, CaseAction.FEED_BACK, by=office, at=NOON, text="经核查与决定书一致")
    page = begin(visitor, Procedure.OBJECTION, case.record, until="wrong")
    answers, _ = said.of(Procedure.OBJECTION, case.record)
    page = visitor.send(page, **answers["wrong"])
    assert "不再重复受理" in text(page) and case.number in text(page)
    page = visitor.send(page, **(answers["wrong"] | {"field_name": "violation"}))
    assert where(page) == "papers"


def test_what_has_ended_has_no_page_to_object_from_but_may_be_objected_to(visitor, published, reviewer):
    record = published("penalty")
    move(record, Action.WITHDRAW, by=reviewer, at=NOON, reason="决定已被撤销")
    assert visitor.get(f"/objections/new/?record={record.uid}").status_code == 404
    answers, papers = said.of(Procedure.OBJECTION, record)
    pages = answers | {"record": {"document_number": record.document_number}}
    walk(visitor, visitor.send(visitor.get("/objections/new/")), pages, papers)
    assert Case.objects.get().status == CaseStatus.SUBMITTED


# Against machines


def test_a_machine_is_asked_a_question_in_words_and_a_person_answers_it(visitor, published, settings):
    settings.FORMS = settings.FORMS | {"quickest": 3600}
    page = begin(visitor, Procedure.OBJECTION, published("penalty"), until="check")
    page = visitor.send(page, promise="on")
    assert "等于几" in text(page) and not Case.objects.exists()
    page = visitor.send(page, promise="on", answer="九十九")
    assert not Case.objects.exists()
    one, other = (doors._DIGITS.index(digit) for digit in re.search(r"回答：(.)加(.)等于", text(page)).groups())
    page = visitor.send(page, promise="on", answer=str(one + other))
    assert where(page) == "done"


def test_the_trap_and_a_missing_seal_only_lead_to_the_question(visitor, published):
    record = published("penalty")
    page = visitor.get(f"/objections/new/?record={record.uid}")
    visitor.send(page, website="http://spam.example/")
    assert FilingDraft.objects.get().is_suspicious


def test_floods_wait_and_are_told_how_long(visitor, rules, settings):
    settings.FORMS = settings.FORMS | {"posts": (3, 5)}
    for _ in range(5):
        assert visitor.send(visitor.get("/complaints/new/")).status_code == 200
    page = visitor.send(visitor.get("/complaints/new/"))
    assert page.status_code == 429 and int(page["Retry-After"]) <= 600 and "分钟后再试" in text(page)
    assert FilingDraft.objects.filter(is_suspicious=True).count() == 2
    assert Visitor(Client(), "203.0.113.9").send(visitor.get("/complaints/new/")).status_code == 200


def test_no_address_is_stored_only_a_digest_that_goes(visitor, rules):
    """S3.7.3."""
    visitor.address = "198.51.100.77"
    begin(visitor, Procedure.COMPLAINT, None, until="done")
    rows = (
        str(list(Allowance.objects.values()))
        + str(list(Case.objects.values()))
        + str(list(FilingDraft.objects.values()))
    )
    assert "198.51.100" not in rows
    assert budgets.clear(before=max(Allowance.objects.values_list("until", flat=True)) + timedelta(hours=1)) > 0


# Addresses that mean nothing


@pytest.mark.parametrize("prefix", ["objections", "repairs", "complaints"])
@pytest.mark.parametrize(
    "rest", ["x/who/", "x/done/", "x/receipt.pdf", "' OR 1=1/who/", "%00/who/", f"{'a' * 3000}/check/"]
)
def test_an_address_that_means_nothing_is_not_found(prefix, rest, visitor, rules):
    assert visitor.get(f"/{prefix}/new/{rest}").status_code in (400, 404)


@pytest.mark.parametrize("record", ["x", "1", "' OR 1=1", "00000000-0000-4000-8000-000000000000", "é" * 300])
def test_a_record_nobody_may_see_is_not_found(record, visitor, rules):
    assert visitor.client.get("/objections/new/", {"record": record}).status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_not_for_forms(method, visitor, rules):
    assert getattr(visitor.client, method)("/objections/new/").status_code == 405


def test_every_page_carries_no_store_and_the_policy(visitor, published):
    page = begin(visitor, Procedure.OBJECTION, published("penalty"), until="papers")
    assert "no-store" in page["Cache-Control"] and "unsafe" not in page["Content-Security-Policy"]
    assert 'name="robots" content="noindex"' in page.content.decode()
    assert all(form.action.startswith("/") for form in forms(page) if form.method == "post")
