"""Connecting an organisation is a decision of the credit office, and leaves a trace."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from exchange import onboarding
from exchange.models import Onboarding, OnboardingState
from registry.directory.staff import Role
from registry.models import AuditLog
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(organisation):
    office = factories.OrganisationFactory(name="安康市试例信用办", is_credit_office=True)
    return factories.UserFactory(organisation=office, role=Role.CREDIT_OFFICE)


def test_an_onboarded_organisation_has_a_port_and_a_key_of_its_own(organisation, officer):
    onboarded = onboarding.onboard(organisation, by=officer, at=factories.NOON)
    assert onboarded.state == OnboardingState.ONBOARDED
    assert onboarded.port_number.startswith("610922")
    assert (onboarded.confirmed_by, onboarded.opened_on) == (officer, factories.TODAY)
    assert AuditLog.objects.filter(action="exchange.onboard", by=officer).count() == 1


def test_the_port_key_is_stored_encrypted(organisation):
    onboarded = onboarding.onboard(organisation, by=None, at=factories.NOON)
    key = Onboarding.objects.get().port_key()
    assert len(key) >= 40
    assert key not in str(Onboarding.objects.values().get()) and key not in str(onboarded)
    assert key not in str(list(AuditLog.objects.values()))


def test_onboarding_again_changes_nothing(organisation):
    first = onboarding.onboard(organisation, by=None, at=factories.NOON)
    onboarding.onboard(organisation, by=None, at=factories.NOON)
    assert Onboarding.objects.get().port_key_cipher == first.port_key_cipher
    assert AuditLog.objects.filter(action="exchange.onboard").count() == 1


@pytest.mark.parametrize("verb", [onboarding.onboard, lambda *a, **k: onboarding.stop(*a, reason="停用", **k)])
def test_nobody_else_decides(organisation, clerk, reviewer, verb):
    onboarding.onboard(organisation, by=None, at=factories.NOON)
    for person in (clerk, reviewer):
        with pytest.raises(PermissionDenied):
            verb(organisation, by=person, at=factories.NOON)
