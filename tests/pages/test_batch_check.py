"""Twenty partners at once: each answered for itself, by code only, with what is public today (S3.1.6, S-03 step 7)."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal import batch_check
from registry.models import CatalogueItemVersion, SubjectIdentifier
from registry.records import holds, workflow
from registry.records.models.holds import HoldGround
from registry.records.statuses import Action
from tests import samples
from tests.factories import NOON, make_uscc

ADDRESS = "/search/batch/"
VALID, WRONG = "91610900MA70ABC19T", "9161O900MA7OABC19T"
CODE = {"counterparty_uscc": make_uscc("91", "610900")}
PERSON = {
    "counterparty_name": "柯试明", "counterparty_kind": "自然人", "counterparty_uscc": None,
    "counterparty_document_type": "身份证", "counterparty_id_number": "610902190001050014",
    "legal_representative": None,
}  # fmt: skip
FIRM = {name: samples.listing()[name] for name in ("counterparty_name", "counterparty_uscc")}


@pytest.fixture
def check(client, db):
    def ask(text: str, status: int = 200) -> str:
        response = client.post(ADDRESS, {"codes": text})
        page = response.content.decode()
        assert response.status_code == status and "no-store" in response["Cache-Control"]
        return page

    return ask


def cards(page: str) -> list[str]:
    """The text of each answer."""
    found = re.findall(r'<li class="card">(.*?)</li>\s*(?=<li class="card">|</ol>)', page, re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", card).split()) for card in found]


def test_each_code_gets_its_own_answer_with_its_day(check, published):
    published("blacklist", **FIRM)
    clean = published("licence").subject
    page = check(f"{FIRM['counterparty_uscc']}\n{clean.uscc}，{VALID}\t{WRONG}")
    known, nothing, unknown, malformed = cards(page)
    assert "严重失信主体名单 1 守信红名单 无 行政处罚 无" in known and FIRM["counterparty_name"] in known
    assert "严重失信主体名单 无 守信红名单 无 行政处罚 无" in nothing and clean.name in nothing
    assert VALID in unknown and "没有该主体的公示信息" in unknown
    assert WRONG in malformed and "第5位" in malformed and VALID in malformed  # what it should be
    assert "截至 2026-03-02" in page


@pytest.mark.parametrize(
    "typed",
    ["罗试华", "612401199001010011", "6124 0119 9001 0100 11", "张试三612401199001010011", "612401199001010012",
     "安康试例建设工程有限公司", "610902190001050", "zhang shisan"],
)  # fmt: skip
def test_a_name_or_an_id_number_is_refused_and_not_shown_again(check, typed, caplog):
    page = check(f"{VALID}\n{typed}")
    assert all(part not in page for part in [typed, *typed.split()])
    assert "不再显示" in page or "代码有误" in page
    assert VALID in page and typed not in caplog.text


def test_what_was_pasted_never_becomes_markup(check):
    page = check('<script>alert(1)</script>\n"><img src=x onerror=alert(1)>91610900MA70ABC19X')
    assert "<script" not in page and "<img src=x" not in page


def test_a_person_is_not_found_by_any_number(check, published, client):
    CatalogueItemVersion.objects.filter(item__kind="licence").update(persons_are_public=True)
    record = published("licence", **PERSON)
    SubjectIdentifier.objects.create(subject=record.subject, scheme="registration-number", value="610922000009009")
    (answer,) = cards(check("610922000009009"))
    assert "代码有误" in answer and "柯" not in answer


def test_only_what_is_public_counts_and_what_rests_is_said(check, published, submitted, reviewer):
    record, gone = (published("penalty", document_number=f"汉建罚〔2026〕{n}号", **CODE) for n in range(2))
    published("penalty", document_number="汉建罚〔2026〕3号", secrecy="商业秘密", **CODE)
    submitted("penalty", document_number="汉建罚〔2026〕4号", **CODE)
    workflow.move(gone, Action.WITHDRAW, by=reviewer, at=NOON, reason="有误")
    for ground in (HoldGround.OBJECTION, HoldGround.COURT):
        holds.open_hold(record, ground, by=reviewer, at=NOON)
    (answer,) = cards(check(CODE["counterparty_uscc"]))
    assert "行政处罚 1 （其中1条核实中）" in answer


def test_an_old_number_and_groups_of_characters_lead_to_the_same_subject(check, published):
    subject = published("licence").subject
    SubjectIdentifier.objects.create(subject=subject, scheme="registration-number", value="610922000009009")
    grouped = f"{subject.uscc[:8].lower()} {subject.uscc[8:]}"
    for pasted in (f"{grouped}\n{subject.uscc}\n610922000009009\n{VALID}", f"{subject.uscc} {VALID}"):
        found = cards(check(pasted))
        assert [subject.name in answer for answer in found] == [True] * (len(found) - 1) + [False]


def test_more_than_twenty_and_nothing_are_refused(check, db):
    codes = {make_uscc("91", "610900") for _ in range(21)}
    assert "最多核查20个" in check("\n".join(codes), status=400)
    assert len(cards(check("\n".join([*list(codes)[:20], next(iter(codes))])))) == 20  # the same one again counts once
    assert "请填写" in check(" \n,，", status=400)
    assert "内容过长" in check("9" * 4001, status=400)


def test_it_costs_as_many_queries_for_twenty_as_for_one(check, publish_many):
    def cost(codes: list[str]) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert "行政处罚 <strong>1" in check("\n".join(codes))
        return len(queries)

    codes = [record.subject.uscc for record in publish_many("penalty", 20)]
    cost(codes[:1])
    assert cost(codes) == cost(codes[:2]) <= 6


def test_a_client_that_asks_again_and_again_has_to_wait(check, monkeypatch):
    monkeypatch.setattr(batch_check, "POSTS", 2)
    check(VALID), check(VALID)
    assert "操作过于频繁" in check(VALID, status=429)


def test_the_search_page_leads_there_and_no_code_stands_in_an_address(read, db):
    assert f'href="{ADDRESS}"' in read("/search/")
    page = read(ADDRESS)
    assert 'method="post"' in page and "<script" not in page
