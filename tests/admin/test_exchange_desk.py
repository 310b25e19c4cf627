"""Deliveries and connections at the credit office's desk."""

from __future__ import annotations

import pytest
from django.urls import reverse

from exchange.models import Onboarding, OnboardingState
from registry.directory.staff import Role
from registry.models import AuditLog, Delivery
from registry.records.models import DeliveryState
from tests import factories
from tests.admin import pages

pytestmark = pytest.mark.django_db

DELIVERIES, PORTS = reverse("admin:registry_delivery_changelist"), reverse("admin:exchange_onboarding_changelist")


@pytest.fixture
def office(organisation, sign_in):
    return sign_in(factories.UserFactory(role=Role.CREDIT_OFFICE))


def test_the_record_page_shows_what_the_province_was_told(published, at_entry):
    page = pages.text(at_entry.record(published()))
    assert "省公共信用信息平台" in page and "待推送" in page


def test_what_was_given_up_is_sent_again(published, office):
    delivery = published().deliveries.get()
    Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.DEAD, error_code="E1")
    office.post(DELIVERIES, {"action": "send_again", "index": "0", "_selected_action": [delivery.pk]})
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.PENDING
    assert AuditLog.objects.filter(action="exchange.revive").exists()


def test_a_body_is_connected_and_its_port_closed_for_a_reason(office, organisation):
    add = {"organisation": organisation.pk, "port_number": "610922-01"}
    assert office.post(reverse("admin:exchange_onboarding_add"), add).status_code == 302
    port = Onboarding.objects.get()
    assert port.state == OnboardingState.ONBOARDED and port.port_key() not in office.get(PORTS).content.decode()
    asked = {"action": "stop", "index": "0", "_selected_action": [port.pk]}
    office.post(PORTS, asked | {"reason": ""})
    port.refresh_from_db()
    assert port.state == OnboardingState.ONBOARDED
    office.post(PORTS, asked | {"reason": "机构改革，职能划转"})
    port.refresh_from_db()
    assert port.state == OnboardingState.STOPPED


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.RESEARCHER, Role.AUDITOR])
def test_the_desk_is_the_offices_alone(role, staff, sign_in):
    browser = sign_in(staff(role))
    for path in (
        DELIVERIES,
        PORTS,
        reverse("admin:exchange_channel_changelist"),
        reverse("admin:exchange_onboarding_add"),
    ):
        assert browser.get(path).status_code == 403, path


def test_deliveries_are_changed_and_deleted_by_nobody(published, staff, sign_in):
    root, delivery = sign_in(staff(is_superuser=True)), published().deliveries.get()
    path = reverse("admin:registry_delivery_change", args=[delivery.pk])
    assert root.get(path).status_code == 200 and root.post(path, {"state": "acked"}).status_code == 403
    assert root.post(reverse("admin:registry_delivery_delete", args=[delivery.pk]), {"post": "yes"}).status_code == 403
