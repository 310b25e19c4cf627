"""Whatever the path, search answers what a plain scan over `Record.objects.public` answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from registry.identifiers.normalise import name_key
from registry.models import FormerName, Record, Subject
from registry.records.statuses import LIVE, Status
from registry.search import frequencies, index
from registry.search.asking import USUAL, Limits
from registry.search.models import TokenFrequency
from tests.factories import TODAY
from tests.search import town

pytestmark = pytest.mark.django_db

# So small that every way of finding is taken, and falls back to the next, on a thousand records.
SHORT = {
    "walks": Limits(cap=20, walk=2_000),
    "walks too short": Limits(cap=60, walk=70),
    "hardly any": Limits(cap=20, walk=3),
}


def test_pages_and_totals_are_those_of_a_plain_scan(the_town, random):
    assert town.differences(random, 250, on=TODAY, cap=USUAL.cap) == []


@pytest.mark.parametrize("limits", SHORT.values(), ids=SHORT.keys())
def test_they_are_on_every_path(the_town, random, limits):
    assert town.differences(random, 150, on=TODAY, cap=limits.cap, limits=limits) == []


@pytest.mark.parametrize("days", [-1, 1, 400])
def test_they_are_on_any_other_day(the_town, random, days):
    assert town.differences(random, 60, on=TODAY + timedelta(days=days), cap=USUAL.cap) == []


def test_wrong_frequencies_make_no_answer_wrong(the_town, random):
    for row in TokenFrequency.objects.exclude(pk=0):
        row.frequency = random.randrange(2_000)
        row.save()
    frequencies.forget()
    limits = Limits(cap=30, walk=100)
    assert town.differences(random, 100, on=TODAY, cap=limits.cap, limits=limits) == []


def test_no_frequencies_at_all_make_no_answer_wrong(the_town, random):
    TokenFrequency.objects.all().delete()
    frequencies.forget()
    assert town.differences(random, 60, on=TODAY, cap=USUAL.cap) == []


def test_they_are_after_every_sort_of_write(the_town, random):
    for changes in (
        {"status": Status.WITHDRAWN},
        {"status": Status.EXPIRED},
        {"status": Status.PUBLISHED},
        {"openness": 2},
        {"openness": 0},
        {"decided_on": TODAY - timedelta(days=3)},
        {"public_until": TODAY - timedelta(days=1)},
        {"public_until": None},
    ):
        chosen = random.sample(list(Record.objects.all()), 60)
        Record.objects.filter(pk__in=[record.pk for record in chosen]).update(**changes)
        index.refresh(chosen)
    assert town.differences(random, 150, on=TODAY, cap=USUAL.cap) == []


def test_they_are_after_names_and_regions_have_changed(the_town, random):
    chosen = random.sample(list(Subject.objects.filter(person=None)), 80)
    for subject in chosen:
        FormerName.objects.get_or_create(subject=subject, name_key=subject.name_key, defaults={"name": subject.name})
        subject.name = town.name(random)
        subject.name_key = name_key(subject.name)
        subject.region_id = random.choice(town.REGIONS)
        subject.published_on = random.choice((TODAY, None))
        subject.save()
    index.refresh_subjects(chosen)
    assert town.differences(random, 150, on=TODAY, cap=USUAL.cap) == []


def test_refreshing_leads_to_the_same_index_as_rebuilding(the_town):
    chosen = list(Record.objects.all())
    Record.objects.filter(status__in=LIVE, pk__in=[r.pk for r in chosen[::3]]).update(status=Status.WITHDRAWN)
    index.refresh(chosen)
    kept = _everything()
    index.rebuild()
    assert kept == _everything()


def _everything() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM registry_searchentry ORDER BY id")
        return cursor.fetchall()
