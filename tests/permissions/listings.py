"""Entries of the severe dishonesty list on which due process is tried, and a row of each of its lists."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Model

from blacklist.models import Campaign, ListingNotice, ListingTermRule, ListRule
from registry.directory.staff import User
from registry.models import Record
from registry.records import workflow
from registry.records.statuses import Action
from tests.factories import NOON, TODAY


def rows(submitted: Callable[..., Record], reviewer: User) -> dict[str, Model]:
    """What the acts are tried on, under short names."""
    made = {}
    for number, name in enumerate(("state", "answer")):
        record = submitted("blacklist", document_number=f"权罚〔2026〕{number}号", exempt_basis="")
        workflow.move(record, Action.NOTIFY, by=reviewer, at=NOON)
        made[f"listing.{name}"] = record.listing
    ListingNotice.objects.filter(pk=made["listing.answer"].pk).update(statement="货值不足", stated_on=TODAY)
    open_ended = submitted("blacklist", document_number="权罚〔2026〕9号", item="A99", other_behaviour="非法行医")
    return made | {
        "listing.consent": open_ended.listing,
        "blacklist.listing": open_ended.listing,
        "blacklist.campaign": Campaign.objects.create(
            title="试例整治", lead=reviewer.organisation, begins=TODAY, ends=TODAY, goal="试例"
        ),
        "blacklist.listrule": ListRule.objects.first(),
        "blacklist.listingtermrule": ListingTermRule.objects.first(),
    }
