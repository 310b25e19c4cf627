"""A subject as a visitor finds it: under every way its code was ever written, and only while it is public."""

import pytest

from registry.models import Subject, SubjectIdentifier
from tests import factories


@pytest.fixture
def subject(published) -> Subject:
    return published("licence").subject


def test_it_names_the_subject_and_lists_what_is_public_by_kind(subject, published, read):
    same = {"counterparty_name": subject.name, "counterparty_uscc": subject.uscc}
    published("penalty", **same)
    page = read(f"/subjects/{subject.uscc}/")
    for words in (subject.name, subject.uscc, "石泉县", "全部（2条）", "行政许可（1条）", "行政处罚（1条）", "存续"):
        assert words in page
    only_penalties = read(f"/subjects/{subject.uscc}/", kind="penalty")
    assert "未按规定设置施工围挡" in only_penalties
    assert "食品经营许可" not in only_penalties


@pytest.mark.parametrize("written", ["lower", "blanks", "wide", "hyphens", "zero width"])
def test_every_way_of_writing_a_code_leads_to_the_one_address(subject, client, written):
    code = subject.uscc
    forms = {
        "lower": code.lower(),
        "blanks": f" {code[:8]} {code[8:]} ",
        "wide": "".join(chr(ord(character) + 0xFEE0) for character in code),
        "hyphens": f"{code[:8]}-{code[8:]}",
        "zero width": f"\ufeff{code[:9]}\u200b{code[9:]}",
    }
    response = client.get(f"/subjects/{forms[written]}/")
    assert response.status_code == 302
    assert response.url == f"/subjects/{code}/"


def test_an_old_number_leads_to_the_code_of_today(subject, client):
    SubjectIdentifier.objects.create(subject=subject, scheme="registration-number", value="610922NA900001X")
    assert client.get("/subjects/610922na900001x/").url == f"/subjects/{subject.uscc}/"


def test_a_valid_code_nobody_bears_is_not_found_and_says_so(client, rules):
    code = factories.make_uscc()
    response = client.get(f"/subjects/{code}/")
    assert response.status_code == 404
    assert "格式正确，但本网站没有该主体" in response.content.decode()


def test_a_malformed_code_is_not_found_and_says_what_is_wrong(client, rules):
    code = factories.make_uscc()
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    response = client.get(f"/subjects/{wrong}/")
    assert response.status_code == 404
    assert f"校验码错误：第18位应为 {code[-1]}" in response.content.decode()


def test_a_resident_id_is_neither_looked_up_nor_echoed(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/subjects/612401199001010011/")
    assert response.status_code == 404
    assert "请勿在此输入身份证号" in response.content.decode()
    assert "612401199001010011" not in response.content.decode()


def test_a_subject_only_a_draft_names_has_no_page(drafted, client):
    subject = drafted("licence").subject
    response = client.get(f"/subjects/{subject.uscc}/")
    assert response.status_code == 404
    assert subject.name not in response.content.decode()


def test_hidden_records_are_not_counted(subject, submitted, read):
    submitted("penalty", counterparty_name=subject.name, counterparty_uscc=subject.uscc)
    assert "行政处罚（0条）" in read(f"/subjects/{subject.uscc}/")


def test_the_operator_of_a_business_and_where_it_lives_stay_unnamed(published, read):
    code = factories.make_uscc("92", "610902")
    record = published(
        "licence", counterparty_uscc=code, counterparty_kind="个体工商户", counterparty_name="汉滨区老城试例餐馆"
    )
    Subject.objects.filter(pk=record.subject_id).update(legal_representative="唐试兰", address="老城街试例巷1号")
    SubjectIdentifier.objects.create(subject=record.subject, scheme="tax-number", value="610902000622006")
    page = read(f"/subjects/{code}/")
    assert "汉滨区老城试例餐馆" in page
    for hidden in ("唐试兰", "试例巷", "610902000622006"):
        assert hidden not in page
