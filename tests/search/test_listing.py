"""A list that is only filtered shows its newest first, counts to the cap and refuses what lies behind it."""

from __future__ import annotations

import pytest

from registry.models import Record
from registry.search.asking import BeyondCap
from registry.search.listing import browse
from tests.factories import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def public(the_town):
    return Record.objects.public(on=TODAY)


def test_its_pages_are_the_queryset_cut_into_pieces(public):
    expected = list(public.order_by("-decided_on", "-pk").values_list("pk", flat=True))
    pages = [browse(public, page=number, per_page=40) for number in range(1, len(expected) // 40 + 2)]
    assert [key for page in pages for key in page.keys] == expected
    assert {(page.total, page.capped) for page in pages} == {(len(expected), False)}
    assert [page.has_next for page in pages] == [True] * (len(pages) - 1) + [False]


def test_a_page_takes_two_statements_whatever_its_rows_bring_along(public, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert len(browse(public.select_related("subject"), page=1).keys) == 20


def test_beyond_the_cap_it_says_so(public):
    page = browse(public, page=2, per_page=20, cap=40)
    assert (page.total, page.capped, page.has_next) == (40, True, False)
    with pytest.raises(BeyondCap):
        browse(public, page=3, per_page=20, cap=40)


def test_an_empty_list_has_one_empty_page(public):
    page = browse(public.none(), page=1)
    assert (page.keys, page.total, page.has_next) == ([], 0, False)
