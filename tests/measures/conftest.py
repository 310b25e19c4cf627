"""Bodies with their measure lists, put in force the way a body does it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from measures import lists
from measures.models import Colour, LegalBasis, Measure, MeasureList
from registry.directory.organisations import Organisation
from registry.directory.staff import Role
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
