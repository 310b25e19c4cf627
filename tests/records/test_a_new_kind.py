"""The measure of the design: a kind that one folder announces lives the whole life, and no line changes elsewhere.

The folder is `tests/awards`; every test that walks the registered kinds meets it too.
"""

from __future__ import annotations

import pytest

from registry.models import Record
from registry.records.statuses import Action
from registry.records.workflow import move
from registry.search.find import find
from tests.factories import NOON, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def award(published):
    return published("award")


def test_it_is_published_searched_and_promised(award):
    assert award in Record.objects.public(on=TODAY)
    assert find("云岭", on=TODAY, kind=99).record_ids == [award.pk]
    assert award.deliveries.get().operation == "add"


def test_it_has_its_page(award, client):
    page = client.get(award.get_absolute_url()).content.decode()
    assert "提名奖" in page and "市长质量奖" in page


def test_it_has_its_collection_in_the_api(award, client):
    answer = client.get("/api/v1/awards/").json()
    assert [row["uid"] for row in answer["results"]] == [str(award.uid)]


def test_it_is_withdrawn_like_any_other(award, reviewer, client):
    move(award, Action.WITHDRAW, by=reviewer, at=NOON, reason="有误")
    assert find("云岭", on=TODAY, kind=99).total == 0
    assert client.get(award.get_absolute_url()).status_code == 410


def test_a_clerk_finds_its_form_in_the_admin(organisation, clerk, client):
    client.force_login(clerk)
    assert "奖项" in client.get("/admin/registry/record/add/?kind=award").content.decode()
