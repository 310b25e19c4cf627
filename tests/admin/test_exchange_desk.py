"""Deliveries and connections at the credit office's desk."""

from __future__ import annotations

import pytest
from django.urls import reverse

from exchange.models import Onboarding
from registry.directory.staff import Role
from registry.models import AuditLog, Delivery
from registry.records.models import DeliveryState
from tests import factories
from tests.admin import pages
from tests.exchange.conftest import mock_process, platform

__all__ = ["mock_process", "platform"]

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


def page_of(port) -> str:
    return reverse("admin:exchange_onboarding_change", args=[port.pk])


def test_a_body_is_connected_step_by_step_and_its_key_is_shown_once(office, organisation, clerk, reviewer, platform):
    """Rows S1.2.2, S1.2.3, with the mock province in a process of its own."""
    shown = office.post(reverse("admin:exchange_onboarding_add"), {"organisation": organisation.pk, "port_number": ""})
    port = Onboarding.objects.get()
    key = port.port_key()
    assert shown.status_code == 200 and key in shown.content.decode()
    assert "县区级" in pages.text(shown) and "no-store" in shown.headers["Cache-Control"]
    page = office.get(page_of(port))
    assert "还不能确认接入：没有通过联调测试" in pages.text(page)

    refused = office.send(page, "/confirm/", {})
    assert refused.status_code == 409 and "没有通过联调测试" in pages.text(refused)
    assert office.send(page, "/test/", {}).status_code == 302
    page = office.get(page_of(port))
    assert "联调通过" in pages.text(page) and "SXT610922" in pages.text(page)
    assert office.send(page, "/confirm/", {"note": "材料齐全"}).status_code == 302

    page = office.get(page_of(port))
    told = pages.text(page)
    assert "联调通过 → 已接入" in told and "材料齐全" in told
    refused = office.send(page, "/stop/", {"note": ""})
    assert refused.status_code == 409 and "必须说明理由" in pages.text(refused)
    assert office.send(page, "/stop/", {"note": "机构改革，职能划转"}).status_code == 302
    again = office.send(office.get(page_of(port)), "/open/", {})
    assert again.status_code == 200 and Onboarding.objects.get().port_key() in again.content.decode()
    assert Onboarding.objects.get().port_key() != key
    seen = "".join(office.get(path).content.decode() for path in (PORTS, page_of(port), reverse("admin:index")))
    assert Onboarding.objects.get().port_key() not in seen and key not in seen


def test_a_platform_in_trouble_is_told_on_the_page(office, organisation, platform):
    office.post(reverse("admin:exchange_onboarding_add"), {"organisation": organisation.pk, "port_number": ""})
    platform.fail("500")
    page = office.send(office.get(page_of(Onboarding.objects.get())), "/test/", {})
    assert page.status_code == 409 and "联调测试未通过：省平台没有登记该端口（HTTP 500" in pages.text(page)


def test_a_county_sees_who_is_missing_in_it_and_of_others_how_many(organisation, elsewhere, sign_in):
    """Row S1.2.4, and scenario S-01, step 1."""
    report = reverse("admin:exchange_onboarding_report")
    county = sign_in(factories.UserFactory(organisation=organisation, role=Role.COUNTY_OFFICE))
    told = pages.text(county.get(report))
    assert f"未接入：{organisation.name}" in told
    assert elsewhere.name not in told and "尚有1个部门未接入" in told
    assert report in county.get(reverse("admin:index")).content.decode()
    city = sign_in(factories.UserFactory(role=Role.RESEARCHER))
    assert elsewhere.name in pages.text(city.get(report))
    assert sign_in(factories.UserFactory(role=Role.CLERK)).get(report).status_code == 403


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
