"""`check_integrity` finds each breach that somebody planted past the workflow, and nothing where there is none."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from blacklist.integrity import CHECKS
from blacklist.models import Listing, ListingNotice
from registry.models import PersonalItem, Record
from registry.records import drafting, kinds
from registry.records.parsing import Door
from registry.records.statuses import Action
from tests import samples
from tests.awards.kind import AWARD
from tests.factories import NOON, TODAY

pytestmark = pytest.mark.django_db


def found(name: str) -> list[str]:
    return list(CHECKS[name]())


def test_a_right_list_is_right(listed, published) -> None:
    published()
    listed()
    assert all(found(name) == [] for name in CHECKS)


PLANTED: list[tuple[str, Callable[[Record], object], str]] = [
    ("listing-basis", lambda record: Listing.objects.update(list_rule=None), "认定规则"),
    ("listing-basis", lambda record: Listing.objects.update(number=""), "编号"),
    ("responsible-persons", lambda record: PersonalItem.objects.all().delete(), "不一致"),
    ("responsible-persons", lambda record: PersonalItem.objects.update(role="主要负责人"), "不一致"),
    ("responsible-persons", lambda record: (PersonalItem.objects.all().delete(), Listing.objects.update(persons=[])),
     "没有责任人员"),
    ("listing-term", lambda record: Record.objects.update(public_until=date(2029, 3, 2)), "不符"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "plant", "said"), PLANTED)
def test_what_was_planted_is_found(listed, name, plant, said) -> None:
    record = listed()
    plant(record)
    (line,) = found(name)
    assert said in line and str(record.uid) in line
    with pytest.raises(CommandError):
        call_command("check_integrity")


def test_a_term_put_off_without_a_basis_is_found(listed, clerk, step) -> None:
    record = listed()
    drafting.propose_correction(
        record, {"term_months": "36", "term_basis": "二审判决"}, reason="判决", by=clerk, at=NOON, today=TODAY,
        door=Door.FORM,
    )  # fmt: skip
    step(Record.objects.get(pk=record.pk), Action.CORRECT)
    assert found("listing-term") == []
    edition = record.editions.get(edition=2)
    forged = edition.data | {"term_basis": None}
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {edition._meta.db_table} SET data = %s WHERE id = %s", [json.dumps(forged), edition.pk])
    assert "无依据延长" in found("listing-term")[0]


def test_a_defence_answered_by_the_author_is_found(submitted, step, clerk) -> None:
    step(submitted("blacklist", exempt_basis=""), Action.NOTIFY)
    ListingNotice.objects.update(statement="不服", answer="驳回", answered_by=clerk)
    assert len(found("defence")) == 1


def test_an_honour_made_public_during_a_listing_is_found(published, listed) -> None:
    with kinds.standing_in(replace(AWARD, yields_to=frozenset({"blacklist"}))):
        raw = samples.listing()
        same = {name: raw[name] for name in ("counterparty_name", "counterparty_uscc")}
        honour = published("award", **same)
        listed(**same)
        assert found("red-black") == []  # it was there before, and is hidden
        Record.objects.filter(pk=honour.pk).update(published_at=NOON + timedelta(hours=1))
        assert "有效期间公示" in found("red-black")[0]
