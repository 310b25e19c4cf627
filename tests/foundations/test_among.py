"""`among`: one of very many values, given to the database as one array."""

from __future__ import annotations

import pytest

from registry.models import Record, Subject
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def subjects():
    return [factories.SubjectFactory() for _ in range(5)]


@pytest.mark.parametrize("given", [list, set, tuple])
def test_it_finds_what_in_finds(given, subjects, django_assert_num_queries):
    codes = given([subjects[0].uscc, subjects[3].uscc, "没有", "'; DROP TABLE", ""])
    with django_assert_num_queries(1):
        found = set(Subject.objects.filter(uscc__among=codes))
    assert found == {subjects[0], subjects[3]} == set(Subject.objects.filter(uscc__in=codes))


def test_of_nothing_it_finds_nothing_and_can_be_turned_round(subjects):
    assert not Subject.objects.filter(uscc__among=[]).exists()
    assert not Subject.objects.filter(pk__among=()).exists()
    assert set(Subject.objects.exclude(pk__among={subjects[0].pk})) == set(subjects[1:])


def test_keys_of_other_rows_are_taken_as_numbers(published):
    record, _ = published("licence"), published("penalty")
    assert list(Record.objects.filter(subject__among={record.subject_id})) == [record]
    assert list(Record.objects.filter(subject__region__among={record.subject.region_id, "0"})) == [
        each for each in Record.objects.all() if each.subject.region_id == record.subject.region_id
    ]
    with pytest.raises((TypeError, ValueError)):
        list(Record.objects.filter(subject__among=["甲"]))


def test_a_quarter_of_a_million_values_are_one_question(subjects):
    codes = {f"91610900XXZZ{number:06d}" for number in range(260_000)} | {subjects[1].uscc}
    assert list(Subject.objects.filter(uscc__among=codes)) == [subjects[1]]
