"""What may be seen follows from state and date when it is read; no forgotten job can break it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from registry.directory.staff import Role
from registry.models import Record
from registry.records import kinds
from registry.records.statuses import Action, Status
from registry.records.visibility import Audience
from registry.records.workflow import move
from tests.factories import NOON, TODAY, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_the_last_day_counts_and_the_day_after_hides_before_any_job_has_run(published):
    record = published("licence")
    assert record in Record.objects.public(on=date(2031, 2, 26))
    assert record not in Record.objects.public(on=date(2031, 2, 27))
    assert record in Record.objects.lapsed(on=date(2031, 2, 27))
    assert record.status == Status.PUBLISHED


def test_a_record_was_not_public_before_it_was_published(published):
    assert published() not in Record.objects.public(on=TODAY - timedelta(days=1))


@pytest.mark.parametrize("status", [s for s in Status if s not in (Status.PUBLISHED, Status.LISTED)])
def test_no_other_status_is_public(status, published):
    record = published()
    Record.objects.filter(pk=record.pk).update(status=status)
    assert not Record.objects.visible(to=Audience.AUTHORISED, on=TODAY).exists()


@pytest.mark.parametrize(
    ("openness", "seen_by"),
    [(0, {Audience.PUBLIC, Audience.ORGANISATION, Audience.AUTHORISED}),
     (1, {Audience.ORGANISATION, Audience.AUTHORISED}), (2, {Audience.AUTHORISED})],
)  # fmt: skip
def test_each_degree_of_openness_has_its_audience(openness, seen_by, published):
    record = published()
    Record.objects.filter(pk=record.pk).update(openness=openness)
    assert {a for a in Audience if Record.objects.visible(to=a, on=TODAY).exists()} == seen_by


@pytest.fixture
def yielding():
    """Licences that yield to penalties, as honours will to listings."""
    with kinds.standing_in(replace(kinds.get("licence"), yields_to=frozenset({"penalty"}))):
        yield


@pytest.fixture
def both(published, yielding):
    def make(**penalty):
        licence = published("licence")
        subject = licence.subject
        other = published("penalty", counterparty_name=subject.name, counterparty_uscc=subject.uscc, **penalty)
        return licence, other

    return make


def test_a_kind_that_yields_is_hidden_from_the_same_instant_and_the_province_hears_of_it(both):
    licence, penalty = both()
    assert licence not in Record.objects.public(on=TODAY)
    assert penalty in Record.objects.public(on=TODAY)
    licence.refresh_from_db()
    assert (licence.status, licence.events.last().action) == (Status.PUBLISHED, Action.HIDE)
    assert list(licence.deliveries.values_list("operation", "state_code")) == [("add", 0), ("update", 3)]


def test_it_comes_back_when_the_other_is_taken_back_as_wrong_and_not_when_it_merely_ends(both, reviewer):
    licence, penalty = both()
    later = penalty.public_until + timedelta(days=1)
    assert licence not in Record.objects.public(on=later)
    move(penalty, Action.EXPIRE, by=None, at=NOON)
    assert licence not in Record.objects.public(on=TODAY)
    Record.objects.filter(pk=penalty.pk).update(status=Status.PUBLISHED)
    move(penalty, Action.WITHDRAW, by=reviewer, at=NOON, reason="处罚对象有误")
    assert licence in Record.objects.public(on=TODAY)
    assert licence.events.last().action == Action.SHOW


def test_staff_see_their_own_organisations_records_and_no_others(published, clerk, reviewer):
    record = published()
    assert record in Record.objects.visible_to(clerk)
    assert not Record.objects.visible_to(UserFactory(organisation=OrganisationFactory(), role=Role.CLERK))
    assert record in Record.objects.visible_to(UserFactory(role=Role.CREDIT_OFFICE))
    near = UserFactory(organisation=OrganisationFactory(region_id="610922"), role=Role.COUNTY_OFFICE)
    far = UserFactory(organisation=OrganisationFactory(region_id="610921"), role=Role.COUNTY_OFFICE)
    assert record in Record.objects.visible_to(near)
    assert record not in Record.objects.visible_to(far)
    assert not Record.objects.visible_to(UserFactory(organisation=None))
