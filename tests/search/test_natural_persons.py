"""No name leads to a natural person, whether there is one of that name or not (BI-S05)."""

from __future__ import annotations

import pytest

from registry.models import CatalogueItemVersion, Record, SearchEntry
from registry.search.find import counts_by_kind, find
from tests.factories import TODAY

pytestmark = pytest.mark.django_db

PERSON = {
    "counterparty_name": "柯试明",
    "counterparty_kind": "自然人",
    "counterparty_uscc": "",
    "counterparty_document_type": "身份证",
    "counterparty_id_number": "610902190001050014",
    "legal_representative": "",
}


@pytest.fixture
def about_a_person(published):
    CatalogueItemVersion.objects.update(persons_are_public=True)
    return lambda: published("penalty", **PERSON)


def test_a_public_record_about_a_person_is_not_found_by_the_name(about_a_person):
    CatalogueItemVersion.objects.update(persons_are_public=True)
    record = about_a_person()
    assert record in Record.objects.public(on=TODAY)
    for kind in (None, 1, 11):
        assert find("柯试明", on=TODAY, kind=kind) == find("柯试朗", on=TODAY, kind=kind)
    assert set(counts_by_kind("柯试明", on=TODAY).values()) == {(0, False)}
    assert not SearchEntry.objects.exists()


def test_it_is_found_by_its_document_number(about_a_person):
    CatalogueItemVersion.objects.update(persons_are_public=True)
    record = about_a_person()
    assert find(record.document_number, on=TODAY).record_ids == [record.pk]


@pytest.mark.parametrize("q", ["610902190001050014", "６１０９０２１９０００１０５００１４", "610902 1900 0105 0014",
                               "柯试明 610902190001050014", "61090219000105OO14"])  # fmt: skip
def test_a_resident_id_is_never_searched_and_never_echoed(q, about_a_person, django_assert_num_queries):
    with django_assert_num_queries(0):
        found = find(q, on=TODAY)
    assert (found.total, found.notice) == (0, "请勿在此输入身份证号")
