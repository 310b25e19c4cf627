"""What is typed is read once: a code, a document number, or literal words; never a pattern, never a person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.models import SubjectIdentifier
from registry.search import query
from registry.search.asking import BeyondCap
from registry.search.find import find
from tests.factories import TODAY

NAME = "石泉县后柳试例水产专业合作社"


@given(st.text(max_size=300))
def test_any_text_at_all_is_read_without_an_error(typed):
    read = query.read(typed, on=TODAY)
    assert len(read.terms) <= query.MAX_TERMS
    assert all(term and "|" not in term and not term.isspace() for term in read.terms)


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("汉滨 建筑", ("汉滨", "建筑")),
        ("（东坝）　ＡＢc", ("(东坝)", "ABC")),
        ("阿•买 阿・买", ("阿·买",)),
        ("100% a_b (a+)+$ [ *", ("100%", "A_B", "(A+)+$", "(", "*")),
    ],
)
def test_words_are_folded_like_names_and_stay_literal(typed, terms):
    assert query.read(typed, on=TODAY).terms == terms


def test_too_much_is_cut_and_said(db):
    assert query.read("宏达" * 5000, on=TODAY).notice == query.TOO_LONG
    assert len(query.read("宏达" * 5000, on=TODAY).terms[0]) == query.MAX_CHARACTERS
    many = query.read(" ".join("甲乙丙丁戊己庚辛壬癸子丑"), on=TODAY)
    assert (len(many.terms), many.notice) == (query.MAX_TERMS, query.TOO_MANY)


@pytest.mark.parametrize("typed", ["", "   ", "\u200b", "|"])
def test_nothing_typed_finds_nothing_and_asks_for_something(typed, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert find(typed, on=TODAY).notice == query.NOTHING


def test_a_code_with_a_wrong_check_is_named_and_not_looked_up(published, django_assert_num_queries):
    code = published().subject.uscc
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    with django_assert_num_queries(0):
        found = find(wrong, on=TODAY)
    assert found.total == 0
    assert "校验码错误" in found.notice


@pytest.mark.django_db
@pytest.mark.parametrize("change", [str.lower, lambda code: f" {code[:8]} {code[8:]} ",
                                    lambda code: code.replace("9", "９")])  # fmt: skip
def test_a_code_leads_to_its_subject_however_it_is_typed(change, published):
    record = published()
    typed = change(record.subject.uscc)
    assert find(typed, on=TODAY).record_ids == [record.pk]
    assert find(typed, on=TODAY, kind=1).subject_ids == [record.subject_id]
    assert find(typed, on=TODAY, kind=11).total == 0


@pytest.mark.django_db
@pytest.mark.parametrize("old", ["610902100012346", "610902700000018", "700001-4", "事证161090000001"])
def test_an_old_number_keeps_leading_to_its_subject(old, published):
    record = published()
    value = old.removeprefix("事证").replace("-", "")
    SubjectIdentifier.objects.create(subject=record.subject, scheme="tax-number", value=value)
    assert find(value, on=TODAY).record_ids == [record.pk]


@pytest.mark.django_db
def test_a_code_nobody_bears_is_said_to_be_unknown(published):
    code = published().subject.uscc
    assert find("91610902MA70BXAK08", on=TODAY).record_ids == []
    assert find(code, on=TODAY, region="610981").record_ids == []


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["石食药监许〔2026〕9001号", "石食药监许[2026]第09001号", "石食药监许（2026）9001号"])
def test_a_document_number_finds_its_record_however_it_is_bracketed(typed, published):
    record = published()
    found = find(typed, on=TODAY)
    assert (found.record_ids, found.path) == ([record.pk], "document")
    assert find(typed, on=TODAY, kind=11).total == 0


@pytest.mark.django_db
@pytest.mark.parametrize("q", ["%", "_", "%%", "__", ".*", "(a+)+$", "[", "\\", "'; DROP TABLE x; --",
                               "<script>", '"', "OR", "* AND", "NEAR(后 柳)"])  # fmt: skip
def test_signs_of_patterns_and_languages_find_only_themselves(q, published):
    published()
    assert find(q, on=TODAY).total == 0
    published(counterparty_name=f"石泉县{q}试例商行", document_number="石食药监许〔2026〕9002号")
    assert find(q, on=TODAY).total == 1


@pytest.mark.django_db
@pytest.mark.parametrize("q", ["（东坝）商行", "(东坝)商行", "东 坝 商行", "ＤＯＮＧ坝", "dong坝"])
def test_width_case_and_brackets_make_no_difference(q, published):
    record = published(counterparty_name="石泉县（东坝）商行Dong坝试例部 东 坝")
    assert find(q, on=TODAY).record_ids == [record.pk]


@pytest.mark.django_db
def test_a_single_character_is_answered_like_any_word(published):
    record = published()
    assert find("柳", on=TODAY).record_ids == [record.pk]
    assert find("茶", on=TODAY).total == 0


@pytest.mark.django_db
@pytest.mark.parametrize("filters", [{"kind": 10**12}, {"kind": -1}, {"organisation": 10**30}, {"year": 0},
                                     {"year": 10**6}, {"region": "abc"}, {"region": "9" * 40}])  # fmt: skip
def test_a_filter_no_entry_can_have_finds_nothing(filters, published):
    published()
    assert find(NAME, on=TODAY, **filters).total == 0


@pytest.mark.django_db
def test_a_page_behind_the_cap_is_refused_with_a_hint(published):
    published()
    assert find(NAME, on=TODAY, page=500).entries == []
    with pytest.raises(BeyondCap, match="只能翻看前10000条"):
        find(NAME, on=TODAY, page=501)
