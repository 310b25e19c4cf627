"""Bodies with their measure lists, put in force the way a body does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from typing import Any

import pytest

from measures import lists, triggering
from measures.models import Colour, LegalBasis, Measure, MeasureList
from registry.directory.organisations import Organisation
from registry.directory.staff import Role
from registry.models import Hold, Person, PersonalItem, Record
from registry.records import holds, kinds, personal_items
from registry.records.kinds import Facts
from registry.records.models.holds import HoldGround
from registry.records.publication import extended
from registry.records.statuses import Action
from tests import factories
from tests.factories import NOON, TODAY


@pytest.fixture(autouse=True)
def the_day_is_known(settings: Any) -> None:
    settings.CREDIT_TODAY = TODAY


@pytest.fixture
def founding(rules: None) -> LegalBasis:
    return LegalBasis.objects.get(pk="AZF-2017-8")


def people(body: Organisation) -> tuple[Any, Any]:
    """A clerk and a reviewer of that body."""
    return tuple(factories.UserFactory(organisation=body, role=role) for role in (Role.CLERK, Role.REVIEWER))


@pytest.fixture
def listing(founding: LegalBasis) -> Callable[..., MeasureList]:
    """Put a list of these measures in force for a body: drafted by one person, approved by another."""

    def make(
        body: Organisation, *codes: str, basis: LegalBasis | None = None, at: Any = NOON, today: date = TODAY,
        valid_from: date | None = None, **said: Any,
    ) -> MeasureList:  # fmt: skip
        clerk, reviewer = people(body)
        measures = list(Measure.objects.filter(code__in=codes))
        drafted = lists.begin(body, Colour(measures[0].colour), by=clerk, at=at, today=today)
        drafted.lines.all().delete()
        if valid_from is not None:
            drafted.valid_from = valid_from
            drafted.save()
        for measure in measures:
            lists.put_line(
                drafted, measure, basis=basis or founding, by=clerk, today=today,
                **{"clause": measure.section, "procedure": "核对后办理", "contact": "法规科 0915-0000000"} | said,
            )  # fmt: skip
        return lists.approve(drafted, by=reviewer, at=at, today=today)

    return make


@dataclass
class Said:
    """What the kind of the tests announces of its records, by key, and whom they name."""

    facts: dict[str, Any]
    named: list[dict[str, Any]]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[Said]:
    """Penalties stand in for entries of severe dishonesty: they bite, carry an item and name persons."""
    held = Said({"taxonomy_item": "A01"}, [])
    penalty = kinds.get("penalty")
    rule_book = {
        **penalty.rule_book,
        Action.PUBLISH: extended(penalty.rule_book[Action.PUBLISH], effects=(triggering.trigger,)),
        Action.CORRECT: extended(penalty.rule_book[Action.CORRECT], effects=(triggering.trigger,)),
    }
    biting = replace(penalty, bites=True, rule_book=rule_book, facts=lambda record, on: Facts(**held.facts))
    monkeypatch.setattr(personal_items, "named_in", lambda record: held.named if record.kind == "penalty" else [])
    with kinds.standing_in(biting):
        yield held


@pytest.fixture
def entry(said: Said, published: Callable[..., Record]) -> Callable[..., Record]:
    """List somebody: the measures of the lists in force follow in the same transaction."""
    numbers = count(1)

    def make(**changes: Any) -> Record:
        record = published("penalty", document_number=f"汉试罚〔2026〕9{next(numbers):03d}号", **changes)
        for one in said.named:
            PersonalItem.objects.create(
                record=record, person=Person.objects.get(number_index=one["index"]), role_id=one["role"],
                held_from=one["held_from"], held_until=one["held_until"],
            )  # fmt: skip
        return record

    return make


def named(person: Person, role: str, since: str | None = None, until: str | None = None) -> dict[str, Any]:
    """A person as a record names him."""
    return {
        "index": person.number_index, "mask": person.number_mask, "name": person.name, "role": role,
        "held_from": since, "held_until": until,
    }  # fmt: skip


@pytest.fixture
def bureau(rules: None) -> Organisation:
    """A body that controls food licences."""
    return factories.OrganisationFactory(name="白河县试例市场监督管理局")


@pytest.fixture
def hold(reviewer: Any) -> Callable[[Record], Hold]:
    return lambda record: holds.open_hold(record, HoldGround.OBJECTION, by=reviewer, at=NOON)
