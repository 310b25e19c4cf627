"""What counts in a campaign: entries of its items, by its bodies, in its time, unless they were wrong (S3.2.3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blacklist.campaigns import counted, of_campaign
from blacklist.models import Campaign
from registry.models import DishonestyItem, Record
from registry.records.statuses import Action
from tests import factories
from tests.admin import pages
from tests.factories import TODAY, make_uscc

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(organisation) -> Campaign:
    made = Campaign.objects.create(
        title="2026年食品安全专项整治", lead=organisation, begins=TODAY, ends=TODAY + timedelta(days=90),
        goal="查处一批，公布一批",
    )  # fmt: skip
    made.bodies.add(organisation)
    made.items.set(DishonestyItem.objects.filter(pk__in=["A01", "B10"]))
    return made


def numbers(campaign: Campaign) -> tuple[int, int]:
    found = counted().get(pk=campaign.pk)
    assert found.listed == of_campaign(campaign).count()
    return found.listed, found.repaired


def another(number: int) -> dict[str, str]:
    return {"document_number": f"平市监罚〔2026〕{number}号", "counterparty_uscc": make_uscc("91", "610926")}


def test_listed_and_repaired_entries_count_and_wrong_ones_do_not(campaign, listed, step) -> None:
    first, second, third = listed(), listed(**another(1)), listed(**another(2), item="A02")
    assert numbers(campaign) == (2, 0)  # A02 is another matter
    step(Record.objects.get(pk=first.pk), Action.REVOKE, reason="复议决定〔2026〕1号认定列入有误")
    assert numbers(campaign) == (1, 0)
    Record.objects.filter(pk=second.pk).update(status="repaired")
    assert numbers(campaign) == (1, 1)
    assert third.listing.item_id == "A02"


@pytest.mark.parametrize("changes", [{"begins": TODAY + timedelta(days=1)}, {"ends": TODAY - timedelta(days=1)}])
def test_what_was_listed_outside_of_its_time_does_not_count(campaign, listed, changes) -> None:
    listed()
    Campaign.objects.filter(pk=campaign.pk).update(**{"begins": TODAY - timedelta(days=9)} | changes)
    assert numbers(Campaign.objects.get(pk=campaign.pk)) == (0, 0)


def test_nor_what_another_body_listed(campaign, listed) -> None:
    listed()
    campaign.bodies.set([factories.OrganisationFactory()])
    assert numbers(campaign) == (0, 0)


def test_anybody_reads_it_and_the_office_sums_it_up(campaign, listed, officer, client, settings) -> None:
    listed()
    page = pages.text(client.get("/campaigns/"))
    assert "2026年食品安全专项整治" in page and "进行中" in page and "1个，其中已修复0个" in page and "A01" in page
    client.force_login(officer)
    address = reverse("admin:blacklist_campaign_change", args=[campaign.pk])
    said = {
        "title": campaign.title, "lead": campaign.lead.pk, "bodies": [campaign.lead.pk], "items": ["A01"],
        "begins": "2026-03-02", "ends": "2026-03-01", "goal": campaign.goal, "summary": "共列入1个主体。",
    }  # fmt: skip
    assert "结束日期不能早于开始日期" in pages.text(client.post(address, said))
    assert client.post(address, said | {"ends": "2026-03-31"}).status_code == 302
    settings.CREDIT_TODAY = TODAY + timedelta(days=60)
    page = pages.text(client.get("/campaigns/"))
    assert "已结束" in page and "共列入1个主体" in page


def test_more_campaigns_cost_no_more_questions(campaign, client) -> None:
    client.get("/campaigns/")
    with CaptureQueriesContext(connection) as few:
        client.get("/campaigns/?1")
    for number in range(5):
        Campaign.objects.create(title=f"整治{number}", lead=campaign.lead, begins=TODAY, ends=TODAY, goal="试例")
    with CaptureQueriesContext(connection) as many:
        client.get("/campaigns/?2")
    assert len(many) <= len(few)


def test_a_campaign_does_not_end_before_it_begins(campaign) -> None:
    campaign.ends = TODAY - timedelta(days=1)
    with pytest.raises(ValidationError, match="不能早于"):
        campaign.full_clean()
