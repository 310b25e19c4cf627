"""A listing hides the honours of its subject, and of whoever it names in a position that loses honours (三（三）, Q1, Q2).

The red list is not here yet: the kind of the tests yields to the black list in its place.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from registry.directory.persons import Person
from registry.directory.subjects import SubjectKind
from registry.models import CatalogueItemVersion, Record, Subject
from registry.records import kinds
from registry.records.expiry import expire
from registry.records.statuses import Action
from registry.search.find import find
from tests import samples
from tests.awards.kind import AWARD
from tests.factories import NOON, TODAY, make_uscc

pytestmark = pytest.mark.django_db
LUO, WANG = "罗试华 61092619000212002X", "汪试兵 610902190005210054"


@pytest.fixture(autouse=True)
def honours():
    with kinds.standing_in(replace(AWARD, yields_to=frozenset({"blacklist"}))):
        yield


@pytest.fixture
def honour(published, listing_subject) -> Record:
    return published("award", **listing_subject)


@pytest.fixture
def listing_subject() -> dict[str, str]:
    raw = samples.listing()
    return {name: raw[name] for name in ("counterparty_name", "counterparty_uscc")}


@pytest.fixture
def honour_of_luo(published) -> Record:
    """罗试华's own honour: the small kind of the tests knows no persons, so its subject is put in his place."""
    CatalogueItemVersion.objects.update(persons_are_public=True)
    record = published("award", document_number="安政奖〔2026〕9002号")
    luo = Person.objects.remember(name="罗试华", document_type="身份证", number=LUO.split()[1])
    subject = Subject.objects.create(kind=SubjectKind.NATURAL, name="罗试华", name_key="罗试华", person=luo)
    Record.objects.filter(pk=record.pk).update(subject=subject)
    return Record.objects.get(pk=record.pk)


def shown(record: Record, on: date = TODAY) -> bool:
    return Record.objects.public(on=on).filter(pk=record.pk).exists()


def acts(record: Record) -> list[str]:
    return [event.action for event in record.events.order_by("seq")]


def told(record: Record) -> list[tuple[str, int]]:
    return [(each.operation, each.state_code) for each in record.deliveries.order_by("seq")]


def test_the_honour_of_the_subject_is_hidden_in_the_very_act(honour, listed, listing_subject, client) -> None:
    assert shown(honour) and client.get(honour.get_absolute_url()).status_code == 200
    listed(**listing_subject)
    assert not shown(honour)
    assert client.get(honour.get_absolute_url()).status_code == 404
    assert "提名奖" not in client.get("/api/v1/awards/").content.decode()
    assert find("绞股", on=TODAY, kind=AWARD.number).record_ids == []
    assert acts(honour)[-1] == Action.HIDE and told(honour)[-1] == ("update", 3)


@pytest.mark.parametrize(
    ("persons", "hides"),
    [
        (f"{LUO} 法定代表人", True),
        (f"{LUO} 高级管理人员\n{WANG} 法定代表人", True),
        (f"{LUO} 直接责任人员", False),  # not on the second list of persons
    ],
)
def test_so_is_that_of_a_person_named_in_a_position_that_loses_honours(honour_of_luo, listed, persons, hides) -> None:
    listed(persons=persons)
    assert shown(honour_of_luo) is not hides
    assert (acts(honour_of_luo)[-1] == Action.HIDE) is hides
    assert (told(honour_of_luo)[-1] == ("update", 3)) is hides


def test_only_revocation_brings_them_back(honour, honour_of_luo, listed, listing_subject, step) -> None:
    record = listed(**listing_subject)
    expire(on=date(2028, 3, 3), at=NOON + timedelta(days=732))
    later = date(2028, 3, 3)
    assert not shown(honour, later) and not shown(honour_of_luo, later)
    step(Record.objects.get(pk=record.pk), Action.REVOKE, reason="法院判决撤销原处罚决定", days=733)
    for each in (honour, honour_of_luo):
        assert shown(each, later)
        assert acts(each)[-2:] == [Action.HIDE, Action.SHOW] and told(each)[-1] == ("update", 0)


def test_whoever_is_named_at_two_enterprises_stays_hidden_by_the_other(honour_of_luo, listed, step) -> None:
    first = listed()
    listed(document_number="汉市监罚〔2026〕9300号", counterparty_name="安康试例饮品有限公司",
           counterparty_uscc=make_uscc("91"))  # fmt: skip
    step(first, Action.REVOKE, reason="复议决定〔2026〕1号认定列入有误")
    assert not shown(honour_of_luo)
