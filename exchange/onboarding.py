"""Connecting organisations to the platform (安政发〔2017〕8号 一（三）). First cut: open the port and let them push."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from exchange.models import Onboarding, OnboardingState
from registry import clock
from registry.audit import log
from registry.directory.organisations import Organisation
from registry.directory.staff import Role, User

KEY_BYTES = 32


@transaction.atomic
def onboard(organisation: Organisation, *, by: User | None, at: datetime, port_number: str = "") -> Onboarding:
    """Connect the organisation: from now on its records leave, those that waited too. Repeats are harmless.

    `by` is somebody of the credit office, or None for the system (demo and tests).
    """
    _may_confirm(by)
    onboarding, _ = Onboarding.objects.select_for_update().get_or_create(organisation=organisation)
    if onboarding.state == OnboardingState.ONBOARDED:
        return onboarding
    onboarding.state = OnboardingState.ONBOARDED
    onboarding.port_number = onboarding.port_number or port_number or _port_number(organisation)
    if not onboarding.port_key_cipher:
        onboarding.keep_port_key(secrets.token_urlsafe(KEY_BYTES))
    onboarding.opened_on, onboarding.closed_on = clock.day_of(at), None
    onboarding.confirmed_by, onboarding.confirmed_at = by, at
    onboarding.save()
    log.write("exchange.onboard", by=by, at=at, about=organisation, port=onboarding.port_number)
    return onboarding


@transaction.atomic
def stop(organisation: Organisation, *, by: User | None, at: datetime, reason: str) -> Onboarding:
    """Close the organisation's port: nothing of it leaves, nothing of it is lost."""
    _may_confirm(by)
    onboarding = Onboarding.objects.select_for_update().get(organisation=organisation)
    onboarding.state, onboarding.closed_on = OnboardingState.STOPPED, clock.day_of(at)
    onboarding.save()
    log.write("exchange.stop", by=by, at=at, about=organisation, reason=reason)
    return onboarding


def _may_confirm(by: User | None) -> None:
    if by is not None and not by.has_role(Role.CREDIT_OFFICE):
        raise PermissionDenied("只有市信用办可以确认接入或停用端口")


def _port_number(organisation: Organisation) -> str:
    """Region and a number of its own within the city."""
    return f"{organisation.region_id}{organisation.pk:06d}"
