"""Following a case: opened by number and code alone, guessed by nobody; what the applicant reads and does there."""

from __future__ import annotations

import base64
import re
import statistics
import time
from datetime import timedelta
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from objections import budgets, codes, numbers, receipts, tracking, workflow
from objections.filing import submitting
from objections.life import Decision
from objections.models import Allowance, Case
from objections.numbers import ALPHABET
from objections.statuses import CaseAction, CaseStatus, Outcome
from registry.records.models.holds import HoldGround
from tests.admin.pages import forms, text
from tests.factories import NOON, TODAY
from tests.objections import answers as said
from tests.objections.files import pdf
from tests.objections.visiting import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_day_is_known(settings):
    settings.CREDIT_TODAY = TODAY


@pytest.fixture
def visitor():
    return Visitor(Client())


def opened(visitor, case):
    return visitor.send(visitor.get("/track/"), number=case.number, code=codes.grouped(case.code))


# Numbers and codes


def test_a_number_finds_every_wrong_character_and_every_swap():
    right = numbers.written("AKYY", TODAY, 17)
    assert re.fullmatch(r"AKYY-20260302-000017-[0-9A-Z]", right) and numbers.read(right) == right
    bare = right.replace("-", "")
    for place in range(4, len(bare)):
        for character in "0123456789" + ALPHABET:
            wrong = bare[:place] + character + bare[place + 1 :]
            assert wrong == bare or numbers.read(wrong) is None, wrong
    for place in range(4, len(bare) - 2):
        swapped = bare[:place] + bare[place + 1] + bare[place] + bare[place + 2 :]
        assert swapped == bare or numbers.read(swapped) is None, swapped


@pytest.mark.parametrize(
    "typed", [" akyy-20260302-000017-{} ", "AKYY20260302000017{}", "ＡＫＹＹ－２０２６０３０２－０００017-{}"]
)
def test_a_number_is_read_however_it_is_typed(typed):
    right = numbers.written("AKYY", TODAY, 17)
    assert numbers.read(typed.format(right[-1])) in (right, None)
    assert numbers.read(typed.format(right[-1]).translate(str.maketrans("ＡＫＹ", "AKY"))) == right


def test_numbers_of_a_day_follow_each_other_and_each_procedure_has_its_own(objected, complained):
    first, second, other = objected(), objected(ground="missing"), complained()
    assert (first.number[14:20], second.number[14:20], other.number[:20]) == (
        "000001",
        "000002",
        "AKTS-20260302-000001",
    )


def test_a_code_has_130_bits_and_is_read_as_it_was_meant():
    code = codes.code_of(codes.new_key())
    assert len(code) == 26 and set(code) <= set(codes.ALPHABET) and len(codes.ALPHABET) == 32
    assert codes.read(codes.grouped(code).lower()) == code
    assert codes.read(code.replace("0", "O").replace("1", "l")) == code
    assert codes.read(code[:-1]) == codes.read(code + "0") == codes.read("U" * 26) == ""
    assert len({codes.code_of(codes.new_key()) for _ in range(200)}) == 200


# Nobody gets in by guessing (P23, BI-W06)


def test_every_failure_gets_one_answer(visitor, objected, settings):
    settings.GUESSES = settings.GUESSES | {"address": 1000, "target": 1000}
    case = objected()
    unknown = numbers.written("AKYY", TODAY, 999)
    guesses = [
        (case.number, codes.code_of("x")), (unknown, case.code), (unknown, codes.code_of("y")), ("AKYY-1", case.code),
        (case.number, "12345"), ("' OR 1=1 --", "' OR 1=1 --"), (case.number.replace("YY", "XF"), case.code),
    ]  # fmt: skip
    pages = [visitor.send(visitor.get("/track/"), number=number, code=code) for number, code in guesses]
    bare = {re.sub(r'value="[^"]*"', "", page.content.decode()) for page in pages}
    assert len(bare) == 1 and {page.status_code for page in pages} == {400}
    assert "编号或查询码不正确" in text(pages[0])


@pytest.mark.sqlite
def test_ten_thousand_guesses_from_a_whole_network_open_nothing(objected):
    cases = [objected(), objected(ground="missing")]
    chance = Random(23)
    hits = refused = 0
    for guess in range(10_000):
        address = f"203.0.113.{chance.randrange(256)}"
        code = "".join(chance.choice(codes.ALPHABET) for _ in range(26))
        try:
            tracking.open_case(chance.choice(cases).number, code, address=address)
            hits += 1
        except (tracking.NotFound, budgets.Exhausted):
            refused += 1
        if guess == 500:
            Allowance.objects.all().delete()  # ten minutes later; on the true clock that is as fast as they get
    assert (hits, refused) == (0, 10_000)


def test_after_ten_failures_an_address_waits_and_a_number_still_opens_to_its_own_code(visitor, objected):
    case = objected()
    for _ in range(10):
        assert visitor.send(visitor.get("/track/"), number=case.number, code="0" * 26).status_code == 400
    page = visitor.send(visitor.get("/track/"), number=case.number, code="0" * 26)
    assert page.status_code == 429 and int(page["Retry-After"]) <= 600
    assert opened(visitor, case).status_code == 429
    assert "待受理" in text(opened(Visitor(Client(), "203.0.113.5"), case)), "nobody can shut another out"


def test_looking_often_with_the_right_code_costs_nothing(visitor, objected):
    case = objected()
    assert all(opened(visitor, case).status_code == 200 for _ in range(15))


@pytest.mark.sqlite
def test_a_hit_takes_no_longer_than_a_miss(objected, settings):
    settings.GUESSES = settings.GUESSES | {"address": 10**6, "target": 10**6}
    case = objected()
    unknown = numbers.written("AKYY", TODAY, 999)

    def median(number, code):
        taken = []
        for _ in range(60):
            begun = time.perf_counter()
            with pytest.raises(tracking.NotFound):
                tracking.open_case(number, code, address="203.0.113.7")
            taken.append(time.perf_counter() - begun)
        return statistics.median(taken)

    known, unheard = median(case.number, "0" * 26), median(unknown, "0" * 26)
    assert abs(known - unheard) < 0.005


def test_a_ticket_runs_out_and_cannot_be_made_up(objected, settings):
    case = objected()
    assert tracking.by_ticket(tracking.ticket(case)) == case
    for forged in ("", "1", str(case.pk), tracking.ticket(case)[:-1] + "x"):
        assert tracking.by_ticket(forged) is None


# What stands there


def test_the_page_shows_what_is_done_what_runs_and_how_it_was_reckoned(visitor, objected, office):
    case = objected()
    workflow.move(case, CaseAction.ACCEPT, by=office, at=NOON)
    page = text(opened(visitor, case))
    assert "提交 已完成 2026-03-02" in page and "核查 办理中 最迟2026-03-11" in page and "办结 待办" in page
    assert "自2026年3月2日次日起7个工作日，至2026年3月11日止" in page and "2026-03-07（周六）" in page
    assert "山东、河南社会信用条例" in page
    assert "试例信用办" not in page.replace("安康市试例信用办", ""), "the office is named, not who sits there"


def test_internal_remarks_stay_inside(visitor, objected, office):
    case = objected()
    workflow.move(case, CaseAction.ACCEPT, by=office, at=NOON, remark="当事人情绪激动，注意方式")
    assert "情绪激动" not in text(opened(visitor, case))


def test_what_is_asked_for_is_handed_in_there(visitor, objected, office):
    case = objected()
    workflow.move(case, CaseAction.ASK, by=office, at=NOON, text="请补充决定书全文的复印件")
    page = opened(visitor, case)
    assert "请补充决定书全文的复印件" in text(page) and "停止" not in text(page)
    place = next(n for n, form in enumerate(posting(page)) if "files" in form.names)
    file = SimpleUploadedFile("决定书.pdf", pdf("决定书"))
    page = visitor.send(page, place, act="supplement", text="现补充决定书全文", purpose="facts", files=file)
    case.refresh_from_db()
    assert case.status == CaseStatus.SUBMITTED and "决定书.pdf" in text(page)


def posting(page):
    return [form for form in forms(page) if form.method == "post"]


def act(visitor, page, name, **values):
    """Press a button of the page of a case; its form is known by the ticket alone."""
    ticket = posting(page)[0].values["ticket"][0]
    return visitor.client.post("/track/", {"ticket": ticket, "act": name, **values}, REMOTE_ADDR=visitor.address)


def test_an_applicant_withdraws_and_the_measures_resume(visitor, objected, office):
    case = objected()
    workflow.move(case, CaseAction.ACCEPT, by=office, at=NOON)
    page = opened(visitor, case)
    assert act(visitor, page, "withdraw").status_code == 409, "it has to be meant"
    page = act(visitor, page, "withdraw", sure="yes")
    case.refresh_from_db()
    assert case.status == CaseStatus.WITHDRAWN and "已撤回" in text(page)
    assert not case.record.holds.filter(ground=HoldGround.OBJECTION, closed_at=None).exists()
    page = act(visitor, page, "withdraw", sure="yes")
    assert page.status_code == 409, "BI-W08: not after the decision"


def upheld(case, office, officer):
    workflow.move(case, CaseAction.ACCEPT, by=office, at=NOON)
    workflow.move(
        case, CaseAction.CONCLUDE, by=officer, at=NOON, text="与决定书一致", decision=Decision(outcome=Outcome.UPHELD)
    )
    workflow.move(case, CaseAction.FEED_BACK, by=office, at=NOON, text="经核查，公示内容与决定书一致。")


def test_the_letter_is_delivered_by_being_read_and_names_both_remedies(visitor, objected, office, officer):
    case = objected()
    upheld(case, office, officer)
    page = opened(visitor, case)
    assert "六十日" not in text(page), "nobody is told to have read what they have not opened"
    page = act(visitor, page, "read")
    shown = text(page)
    assert "行政复议" in shown and "六十日" in shown and "六个月" in shown and "处理结论：维持" in shown
    letter = case.letters.get()
    assert (letter.delivered_on, letter.delivery) == (TODAY, "申请人在网上查阅")
    file = act(visitor, page, "letter", letter="1")
    assert file.content.startswith(b"%PDF") and file["Content-Disposition"].startswith("attachment")


def test_not_solved_brings_it_back_once_and_in_time(visitor, objected, office, officer):
    case = objected()
    upheld(case, office, officer)
    page = act(visitor, opened(visitor, case), "contest", text="决定书的附件你们没有看")
    case.refresh_from_db()
    assert case.status == CaseStatus.CONCLUDED and "将重新办理" in text(page)
    workflow.move(case, CaseAction.SEND_BACK, by=office, at=NOON, text="请核对决定书附件")
    assert case.record.holds.filter(closed_at=None).exists()
    with pytest.raises(workflow.MoveRefused, match="原结论的人不能"):
        workflow.move(
            case,
            CaseAction.CONCLUDE,
            by=officer,
            at=NOON,
            text="还是与决定书一致",
            decision=Decision(outcome=Outcome.UPHELD),
        )
    late = objected(ground="missing")
    upheld(late, office, officer)
    with pytest.raises(workflow.MoveRefused, match="现已届满"):
        workflow.move(
            late, CaseAction.CONTEST, by=workflow.Party.APPLICANT, at=NOON + timedelta(days=40), text="没有解决的问题"
        )


def test_a_complainant_reads_the_answer_and_may_say_it_is_not_solved(
    visitor, complained, office, officer, organisation
):
    case = complained()
    workflow.move(case, CaseAction.ASSIGN, by=office, at=NOON, decision=Decision(organisation=organisation.pk))
    workflow.move(case, CaseAction.FIND_FALSE, by=officer, at=NOON, text="未发现欠薪")
    workflow.move(case, CaseAction.REPLY, by=officer, at=NOON, text="经查，工资已于上月付清。")
    page = opened(visitor, case)
    assert "经查，工资已于上月付清。" in text(page) and "谢试军" not in text(page)
    act(visitor, page, "contest", text="还有十人没有拿到工资")
    case.refresh_from_db()
    assert (case.status, case.body) == (CaseStatus.FILED, None)


@pytest.mark.parametrize("what", ["", "close", "accept", "conclude", "x" * 500])
def test_nothing_else_can_be_done_with_a_ticket(what, visitor, objected):
    case = objected()
    assert act(visitor, opened(visitor, case), what).status_code == 400
    assert act(visitor, opened(visitor, case), "letter", letter="9" * 30).status_code == 404
    case.refresh_from_db()
    assert case.status == CaseStatus.SUBMITTED and case.seq == 1


# Proof of filing


def test_the_receipt_is_a_pdf_with_every_digest_and_is_checked_by_number_and_seal(visitor, objected, client):
    case = objected()
    file = act(visitor, opened(visitor, case), "receipt")
    assert file.content.startswith(b"%PDF") and case.number in file["Content-Disposition"]
    page = visitor.get(f"/track/verify/?number={case.number}&seal={receipts.seal(case)}")
    assert "回执真实" in text(page) and case.filing_sha256 in text(page)
    for wrong in ("0000-0000-0000-0000", "", receipts.seal(objected(ground="missing"))):
        assert "不是本网站出具的回执" in text(visitor.get(f"/track/verify/?number={case.number}&seal={wrong}"))


def test_the_signature_is_checked_offline_with_the_public_key_and_covers_the_contents(objected, settings):
    case = objected()
    signed = receipts.signature(case)
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(receipts.public_key()))
    key.verify(
        base64.b64decode(signed), f"信用安康|{case.number}|2026-03-02T12:00:00+08:00|{case.filing_sha256}".encode()
    )
    assert receipts.is_signed(case, signed)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-secret-" * 5
    settings.SECRET_KEY_FALLBACKS = [old]
    assert receipts.is_signed(case, signed) and not receipts.is_signed(case, "bm9uc2Vuc2U=")
    Case.objects.filter(pk=case.pk).update(filing_sha256="0" * 64)
    case.refresh_from_db()
    assert not receipts.is_signed(case, signed)


def test_equal_filings_have_equal_digests_and_one_changed_word_another(begun):
    answers, _ = said.of("complaint")
    one, _ = begun("complaint", answers, [])
    assert submitting.digest(one, answers) == submitting.digest(one, dict(reversed(answers.items())))
    changed = {**answers, "facts": {**answers["facts"], "place": "别处"}}
    assert submitting.digest(one, answers) != submitting.digest(one, changed)
