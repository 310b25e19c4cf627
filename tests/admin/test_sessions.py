"""When somebody who is in comes to be out: by time, and by everything that changes who he is (P32)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from registry.directory.staff import Role
from registry.models import AuditLog
from tests import factories, samples
from tests.admin import pages

pytestmark = pytest.mark.django_db

LOGIN, RECORDS = reverse("admin:login"), reverse("admin:registry_record_changelist")
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
def clock_at():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def inside(clock_at, clerk) -> Client:
    client = Client()
    client.force_login(clerk)
    return client


def is_in(client: Client) -> bool:
    return client.get(RECORDS).status_code == 200


def test_half_an_hour_without_a_click_ends_it(clock_at, inside):
    clock_at.shift(timedelta(minutes=29))
    assert is_in(inside)
    clock_at.shift(timedelta(minutes=31))
    assert not is_in(inside)


def test_twelve_hours_end_it_however_busy_it_was(clock_at, inside, organisation):
    for _ in range(35):
        clock_at.shift(timedelta(minutes=20))
        assert is_in(inside)
    clock_at.shift(timedelta(minutes=20))
    assert not is_in(inside)
    answer = inside.post("/api/v1/licences/", samples.licence(), content_type="application/json")
    assert answer.status_code in (401, 403)
    page = inside.get(RECORDS, follow=True)
    assert "登录已满12小时，请重新登录" in pages.text(page)
    assert "sessionid" not in inside.cookies or inside.cookies["sessionid"].value == ""


@pytest.fixture
def office(clock_at) -> Client:
    client = Client()
    client.force_login(factories.UserFactory(role=Role.CREDIT_OFFICE))
    return client


def change(office: Client, clerk, **values) -> None:
    """Change an account through the page of the credit office."""
    path = reverse("admin:registry_user_change", args=[clerk.pk])
    form = next(form for form in pages.forms(office.get(path)) if "_save" in form.buttons)
    data = {name: value for name, value in (form.values | values).items() if value is not None}
    assert office.post(path, data).status_code == 302


def test_a_disabled_account_is_out_with_its_next_request_and_stays_out(inside, office, clerk):
    assert is_in(inside)
    change(office, clerk, is_active=None)
    assert not is_in(inside)
    change(office, clerk, is_active="on")
    assert not is_in(inside), "the old session does not come back to life"


def test_another_role_or_body_is_another_session(inside, office, clerk, elsewhere):
    factories.UserFactory(role=Role.REVIEWER)
    change(office, clerk, groups=[Group.objects.get(name=Role.REVIEWER.value).pk])
    assert not is_in(inside)
    inside.force_login(clerk)
    change(office, clerk, organisation=elsewhere.pk)
    assert not is_in(inside)


def test_what_changes_no_right_ends_no_session(inside, office, clerk):
    change(office, clerk, full_name="试例更名")
    assert is_in(inside)


def test_a_new_password_ends_every_other_session(inside, clerk, clock_at):
    clerk.set_password("Stone-Spring-922")
    clerk.save()
    here, there = Client(), Client()
    for client in (here, there):
        client.force_login(clerk)
    new = {"old_password": "Stone-Spring-922", "new_password1": "River-Cloud-417", "new_password2": "River-Cloud-417"}
    assert here.post(reverse("admin:password_change"), new).status_code == 302
    assert is_in(here) and not is_in(there) and not is_in(inside)


def test_a_session_ends_at_the_door(inside):
    inside.post(reverse("admin:logout"))
    assert not is_in(inside)


def test_each_refusal_is_on_record_with_who_and_where(inside, clerk, elsewhere, drafted):
    """P35: a page without the right, and the row of another body."""
    assert inside.get(reverse("admin:registry_organisation_add")).status_code == 403
    line = AuditLog.objects.filter(action="denied").first()
    assert (line.by, line.succeeded, line.address) == (clerk, False, "127.0.0.1")
    assert line.detail["route"] == "admin/registry/organisation/add/"
    record = drafted()
    stranger = Client()
    stranger.force_login(factories.UserFactory(organisation=elsewhere, role=Role.CLERK))
    assert stranger.get(reverse("admin:registry_record_change", args=[record.pk])).status_code == 404
    line = AuditLog.objects.filter(action="denied").first()
    assert (line.object_type, line.object_key) == ("registry.record", str(record.pk))
    stranger.get(reverse("admin:registry_record_change", args=[10**9]))
    stranger.get("/admin/registry/record/abc/change/")
    assert AuditLog.objects.filter(action="denied").count() == 2, "what does not exist was denied to nobody"
