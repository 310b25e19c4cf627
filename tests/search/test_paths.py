"""Which way a search takes is decided by how common its tokens are; each way is really taken."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.models import Subject
from registry.search import frequencies, statistics, tokens
from registry.search.asking import USUAL, Limits
from registry.search.find import find
from registry.search.models import TokenFrequency
from tests.factories import TODAY

pytestmark = pytest.mark.django_db

FORM, SHOP = "有限公司", "公司"
FEW = Limits(cap=20)
# What is asked, how far a search may go, what the frequencies wrongly say, and the path to be taken.
WAYS = {
    "postgresql": [
        ("旬阳宏达建筑", USUAL, {}, "gin"),
        (SHOP, FEW, {}, "walk"),
        (FORM, Limits(cap=200), {"有限": 400, "限公": 400, "公司": 400}, "walk, count"),
        (SHOP, FEW, {"公司": 3}, "gin, walk"),
        (SHOP, Limits(cap=20, walk=2), {"公司": 3}, "gin, all"),
    ],
    "sqlite": [
        (FORM, USUAL, {}, "fts"),
        ("安康市汉滨区宏达建筑有限公司", USUAL, {"宏达": 3}, "fts+row"),
        ("公司 茶", USUAL, {}, "fts+row"),
    ],
}


def test_every_way_is_taken_where_it_should_be(the_town):
    for q, limits, said, path in WAYS[connection.vendor]:
        _say(said)
        assert (q, find(q, on=TODAY, limits=limits).path) == (q, path)


def _say(said: dict[str, int]) -> None:
    statistics.refresh(force=True)
    for term, frequency in said.items():
        TokenFrequency.objects.filter(pk__in=tokens.of_term(term)).update(frequency=frequency)
    frequencies.forget()


def test_the_number_of_queries_does_not_grow_with_the_page(the_town):
    find(SHOP, on=TODAY)
    with CaptureQueriesContext(connection) as few:
        assert len(find(SHOP, on=TODAY, per_page=5).entries) == 5
    with CaptureQueriesContext(connection) as many:
        assert len(find(SHOP, on=TODAY, per_page=100).entries) == 100
    assert len(few) == len(many) <= 3


def test_a_hundred_terms_make_no_more_queries_than_one(the_town, django_assert_max_num_queries):
    find("公司", on=TODAY)
    with django_assert_max_num_queries(3):
        find(" ".join(Subject.objects.values_list("name", flat=True)[:100]), on=TODAY)
