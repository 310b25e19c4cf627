"""Until when a decision is shown: dated rule rows decide, and the record keeps which one did."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from registry.directory.catalogue import Openness
from registry.directory.terms import TermRule
from registry.identifiers import resident_id
from registry.models import Record
from registry.records.statuses import Action
from registry.records.visibility import Audience
from registry.records.workflow import MoveRefused, move
from tests.factories import NOON, TODAY

pytestmark = pytest.mark.django_db

APRIL = datetime(2026, 4, 1, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "changes", "rule", "until"),
    [
        (NOON, {}, "R58-GENERAL", date(2029, 2, 27)),
        (APRIL, {}, "R36-GENERAL", date(2027, 2, 27)),
        (APRIL, {"severity": "严重"}, "R36-SERIOUS", date(2029, 2, 27)),
        (APRIL, {"category": "罚款;责令停产停业"}, "R36-SERIOUS", date(2029, 2, 27)),
        (APRIL, {"public_until": "2026-12-31"}, "R36-GENERAL", date(2026, 12, 31)),
    ],
)
def test_the_rule_in_force_at_publication_decides_and_is_kept(at, changes, rule, until, submitted, reviewer):
    record = submitted("penalty", **changes)
    move(record, Action.PUBLISH, by=reviewer, at=at)
    assert (record.term_rule_id, record.public_until) == (rule, until)


def test_what_the_rule_does_not_publish_is_shared_and_not_public(submitted, reviewer):
    record = submitted("penalty", category="警告", fine="", content="警告")
    move(record, Action.PUBLISH, by=reviewer, at=APRIL)
    assert (record.term_rule_id, record.openness) == ("R36-MINOR", Openness.SHARED)
    assert not Record.objects.public(on=date(2026, 4, 1)).exists()
    assert record.deliveries.exists()


@pytest.mark.parametrize(("category", "severity"), [("警告", ""), ("通报批评", ""), ("罚款", "轻微")])
def test_a_minor_penalty_is_kept_and_told_though_order_58_shows_it_to_nobody(category, severity, submitted, reviewer):
    fine = "0.05" if category == "罚款" else ""
    record = submitted("penalty", category=category, severity=severity, fine=fine, content="当场处罚")
    move(record, Action.PUBLISH, by=reviewer, at=NOON)
    assert (record.term_rule_id, record.openness) == ("R58-MINOR", Openness.SHARED)
    assert record.public_until == date(2029, 2, 27)  # no longer than that order's outer limit for any penalty
    assert not Record.objects.public(on=TODAY).exists()
    assert record in Record.objects.visible(to=Audience.ORGANISATION, on=TODAY)
    assert record.deliveries.exists()


def test_no_rule_ends_on_the_day_it_begins(rules):
    assert not TermRule.objects.filter(max_months=0).exists()
    TermRule.objects.update(max_months=0)
    with pytest.raises(ValidationError, match="最长公示月数至少为1"):
        TermRule.objects.first().full_clean()


def test_no_term_without_a_rule(submitted, reviewer):
    record = submitted("penalty")
    TermRule.objects.filter(kind="penalty").delete()
    with pytest.raises(MoveRefused, match="没有适用的公示期限规则"):
        move(record, Action.PUBLISH, by=reviewer, at=NOON)


def test_a_date_beyond_the_rule_is_refused(submitted, reviewer):
    record = submitted("penalty", public_until="2040-01-01")
    with pytest.raises(MoveRefused, match="晚于规则允许的最后一日2029-02-27"):
        move(record, Action.PUBLISH, by=reviewer, at=NOON)


def test_what_is_already_over_is_not_published(submitted, reviewer):
    record = submitted("penalty", decided_on="2022-01-05", late_reason="补报")
    with pytest.raises(MoveRefused, match="公示期已于2025-01-05届满"):
        move(record, Action.PUBLISH, by=reviewer, at=NOON)


def test_a_licence_is_shown_as_long_as_it_is_valid(published):
    assert published("licence").public_until == date(2031, 2, 26)


PERSON = {
    "counterparty_kind": "自然人", "counterparty_uscc": "", "legal_representative": "",
    "counterparty_document_type": "身份证",
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "number", "openness"),
    [
        ("penalty", "61090219000622006X", Openness.SHARED),
        ("licence", "61090219000622006X", Openness.SHARED),
        ("penalty", "610902201503010031", Openness.AUTHORISED),
    ],
)
def test_nothing_about_a_person_is_public_by_default_and_nothing_about_a_minor_ever(
    kind, number, openness, published, organisation
):
    if openness is Openness.AUTHORISED:
        organisation.catalogue_items.get(kind=kind).versions.update(persons_are_public=True)
    number = number[:17] + resident_id.check_character(number[:17])
    record = published(kind, **PERSON, counterparty_name="唐试兰", counterparty_id_number=number)
    assert record.openness == openness
    assert not Record.objects.public(on=TODAY).exists()


def test_a_persons_licence_may_be_public_where_the_catalogue_says_so_with_the_name_masked(
    published, organisation, client
):
    organisation.catalogue_items.get(kind="licence").versions.update(persons_are_public=True)
    record = published("licence", **PERSON, counterparty_name="唐试兰", counterparty_id_number="61090219000622006X")
    assert record in Record.objects.public(on=TODAY)
    page = client.get(record.get_absolute_url()).content.decode()
    assert "唐*" in page and "唐试兰" not in page and "61090219000622" not in page


@pytest.mark.parametrize("secrecy", ["国家秘密", "商业秘密", "个人隐私"])
def test_what_is_secret_is_never_public(secrecy, published):
    assert published("penalty", secrecy=secrecy).openness == Openness.AUTHORISED
