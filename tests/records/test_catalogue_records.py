"""One class of information that no code describes: 欠缴社会保险费公告, fields and all from the catalogue."""

from __future__ import annotations

import pytest

from registry.models import CatalogueItemVersion, Record
from registry.records.visibility import Audience
from registry.search.find import find
from tests.factories import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def arrears(organisation, published):
    CatalogueItemVersion.objects.filter(item__kind="catalogue-record").update(openness=1)
    return published("catalogue-record")


def test_it_is_entered_reviewed_and_kept_with_its_own_fields(arrears):
    assert arrears.detail.data == {"owed_from": "2025-07-01", "owed_to": "2025-12-31", "amount": "12.86"}
    assert arrears.editions.get().data["amount"] == "12.86"


def test_departments_see_it_and_the_public_does_not(arrears):
    assert arrears in Record.objects.visible(to=Audience.ORGANISATION, on=TODAY)
    assert arrears not in Record.objects.public(on=TODAY)
    assert find(arrears.subject.name, on=TODAY).total == 0


def test_a_later_version_of_the_item_leaves_old_records_as_they_were(arrears):
    old = arrears.item_version
    CatalogueItemVersion.objects.create(
        item=old.item, version=2, openness=1, nature=old.nature, update_cycle=old.update_cycle,
        fields=[{"name": "note", "label": "说明", "required": True}], legal_basis="新依据", valid_from=TODAY,
    )  # fmt: skip
    spec = arrears.the_kind.spec(arrears.item_version)
    assert "amount" in spec and "note" not in spec
