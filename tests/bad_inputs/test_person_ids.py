"""Numbers of persons: nowhere searched in public, one row however they are written, never seen in clear."""

from __future__ import annotations

import json
import logging

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from registry.models import AuditLog, CatalogueItemVersion, Person, Record
from tests import samples
from tests.bad_inputs.conftest import READING

pytestmark = pytest.mark.django_db

NUMBER = "61090219000622006X"
UNKNOWN = "610902190002280042"  # of nobody here


def of_a_person(number: str = NUMBER, **changes):
    return {
        "counterparty_name": "唐试兰", "counterparty_kind": "自然人", "counterparty_uscc": None,
        "legal_representative": None, "counterparty_document_type": "身份证", "counterparty_id_number": number,
    } | changes  # fmt: skip


PUBLIC = [door for door in READING if not door.startswith("admin")]


def test_nobody_learns_from_a_search_whether_a_number_is_known(published, looked_for, caplog):
    """BI-I01: the same answer, after the same queries, for the number of a person of a public record and of nobody."""
    caplog.set_level(logging.DEBUG)
    CatalogueItemVersion.objects.update(persons_are_public=True)
    published("penalty", **of_a_person())
    for door in PUBLIC:
        looked_for(door, UNKNOWN)  # what is asked once a minute for everybody is asked now
        answers, queries = [], []
        for number in (NUMBER, UNKNOWN):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                answer = looked_for(door, number)
            answers.append((answer.status_code, answer.content))
            queries.append(len(asked))
            assert number not in answer.content.decode() + str(answer.headers), door
            assert not any(number in query["sql"] for query in asked), door
        assert answers[0] == answers[1], door
        assert queries[0] == queries[1], door
    assert NUMBER not in caplog.text and UNKNOWN not in caplog.text


def test_a_number_posted_where_nobody_posts_is_not_searched_either(published):
    """BI-I01: there is no search of persons to be posted to."""
    for path in ("/search/", "/codes/", "/api/v1/codes/"):
        answer = Client().post(path, {"q": NUMBER})
        assert answer.status_code in (403, 405, 415), path
        assert NUMBER not in answer.content.decode()


@pytest.mark.parametrize("number", ["610902900622006", "６１０９０２９００６２２００６"])
def test_the_old_form_is_refused_and_matched_with_nobody(number, writing, refused):
    """BI-I03: what stood for the twentieth century alone is not guessed to be somebody's new number."""
    assert writing["form"]("penalty", samples.penalty(**of_a_person())).taken
    refused("penalty", "请录入18位", **of_a_person(number, document_number="另〔2026〕1号"))


SPELLINGS = {
    "BI-I04": "61090219000622006x",
    "BI-I06-wide": "６１０９０２１９０００６２２００６Ｘ",
    "BI-I06-blanks": "610902 1900 0622 006X",
    "BI-I06-hyphens": "610902-19000622-006x",
}


@pytest.mark.parametrize("case", SPELLINGS)
def test_one_person_however_the_number_is_written(case, drafted, writing):
    person = drafted("penalty", **of_a_person()).subject.person
    for place, door in enumerate(writing):
        said = writing[door](
            "penalty", samples.penalty(**of_a_person(SPELLINGS[case], document_number=f"另〔{place}〕1号"))
        )
        assert said.taken, (door, said.words)
        assert "610902190" not in said.words and SPELLINGS[case] not in said.words, door
    assert Person.objects.get() == person
    assert set(Record.objects.values_list("subject__person", flat=True)) == {person.pk}
    kept = json.dumps([list(AuditLog.objects.values()), list(Person.objects.values())], default=str, ensure_ascii=False)
    assert "00622006" not in kept and SPELLINGS[case] not in kept


def test_a_number_that_is_none_is_refused_and_not_repeated(refused, writing):
    """BI-I03: nor a mistyped one."""
    for number, told in (("610902190006220061", "校验码"), ("610902190013320061", "证件号码")):
        refused("penalty", told, **of_a_person(number))
        for door in writing:
            assert number not in writing[door]("penalty", samples.penalty(**of_a_person(number))).words, door
