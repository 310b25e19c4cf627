"""How quickly bodies list: by body and year, late ones by name, the wrong ones nowhere (S3.1.7)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blacklist.timeliness import of_year
from registry.models import Delivery
from registry.records.models import DeliveryState
from registry.records.statuses import Action
from tests.admin.pages import text
from tests.factories import NOON, TODAY, make_uscc

pytestmark = pytest.mark.django_db

ADDRESS = "/blacklist/timeliness/"
LATE = {"acted_on": "2025-11-20", "document_date": "2026-01-05"}


def another(number: int) -> dict[str, str]:
    return {"document_number": f"平市监罚〔2026〕{number}号", "counterparty_uscc": make_uscc("91", "610926")}


def test_days_are_counted_from_the_day_the_document_takes_effect(listed, client) -> None:
    quick, slow = listed(), listed(**another(2), **LATE)
    Delivery.objects.filter(record=quick).update(state=DeliveryState.ACKED, settled_at=NOON)
    (body,) = of_year(TODAY.year)
    since = quick.listing.effective_on or quick.listing.document_date
    assert [entry.to_listing for entry in body.entries] == [(TODAY - since).days, 56]
    assert [entry.is_late for entry in body.entries] == [False, True]
    assert [entry.to_receipt for entry in body.entries] == [0, None] and body.longest == 56
    page = client.get(ADDRESS)
    shown = text(page)
    assert body.name in shown and "56天" in shown and slow.get_absolute_url() in page.content.decode()
    assert quick.get_absolute_url() not in page.content.decode(), "who was quick is not named as late"
    assert "没有列入的信息" in text(client.get(ADDRESS, {"year": "2025"}))


def test_what_was_revoked_as_wrong_counts_nowhere(listed, step, client) -> None:
    step(listed(**LATE), Action.REVOKE, reason="复议决定〔2026〕1号认定列入有误")
    assert of_year(TODAY.year) == []
    assert "没有列入的信息" in text(client.get(ADDRESS))


@pytest.mark.parametrize("year", ["x", "1900", "2027", "20266", "2026'"])
def test_a_year_that_is_none_is_refused_in_words(year, client) -> None:
    answer = client.get(ADDRESS, {"year": year})
    assert answer.status_code == 400 and "四位年份" in text(answer)


def test_more_entries_cost_no_more_questions(listed, client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(ADDRESS).status_code == 200
        return len(asked)

    listed(**LATE)
    client.get(ADDRESS)
    few = cost()
    for number in range(3, 7):
        listed(**another(number), **LATE)
    assert cost() == few
