"""Rules of the files and rules of the people: who wrote last, and what is on record about it (P54)."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from registry import workdays
from registry.directory import calendar
from registry.directory.staff import Role
from registry.models import AuditLog, CalendarDay, CalendarYear
from tests import factories
from tests.admin import pages

pytestmark = pytest.mark.django_db


def lines() -> list[dict]:
    """What the log says of each file that was loaded, the newest first."""
    return [line.detail for line in AuditLog.objects.filter(action="rules.load")]


def load() -> str:
    out = StringIO()
    call_command("load_rules", stdout=out)
    return out.getvalue()


@pytest.fixture
def office() -> Client:
    client = Client()
    client.force_login(factories.UserFactory(role=Role.CREDIT_OFFICE))
    return client


def change(office: Client, row, **values) -> None:
    path = reverse(f"admin:registry_{row._meta.model_name}_change", args=[row.pk])
    form = next(form for form in pages.forms(office.get(path)) if "_save" in form.buttons)
    data = {name: value for name, value in (form.values | values).items() if value is not None}
    assert office.post(path, data).status_code == 302


def test_the_first_loading_is_on_record_and_a_second_does_nothing():
    CalendarDay.objects.all().delete()  # the tests' database holds the rules already
    assert "holidays.csv：772行（新增772，更新0，保留人工修改0）" in load()
    (added,) = (line["added"] for line in lines() if line["file"] == "holidays.csv")
    assert len(added) == 772 and "2026-02-14" in added
    before = lines()
    assert "holidays.csv：772行（新增0，更新0，保留人工修改0）" in load()
    assert lines() == before


def test_a_file_that_says_something_new_is_followed_and_the_change_is_on_record():
    load()
    CalendarDay.objects.filter(pk="2026-02-14").delete()
    CalendarDay.objects.filter(pk="2026-02-16").update(is_workday=True)
    load()
    assert lines()[0] == {"file": "holidays.csv", "added": ["2026-02-14"], "changed": ["2026-02-16"]}
    assert not CalendarDay.objects.get(pk="2026-02-16").is_workday


def test_what_a_person_entered_outlives_the_next_start(office):
    """The office turns 2027 official and enters its days: the file still says that nobody knows them."""
    load()
    start = date(2026, 12, 28)
    assert workdays.add_workdays(start, 7, calendar.current()).provisional
    notice = "国务院办公厅关于2027年部分节假日安排的通知"
    change(office, CalendarYear.objects.get(pk=2027), state="official", source=notice)
    day = {"day": "2027-01-01", "is_workday": "", "name": "元旦", "source": notice}
    assert office.post(reverse("admin:registry_calendarday_add"), day).status_code == 302
    change(office, CalendarDay.objects.get(pk="2026-02-14"), name="调休", source=notice)

    said = load()
    assert "calendar_years.csv：24行（新增0，更新0，保留人工修改1）" in said
    due = workdays.add_workdays(start, 7, calendar.current())
    assert (due.last_day, due.provisional) == (date(2027, 1, 7), False)
    assert CalendarDay.objects.get(pk="2026-02-14").name == "调休"


def test_each_change_of_the_calendar_says_who_changed_what(office):
    """P54: with its old and its new value."""
    load()
    change(office, CalendarDay.objects.get(pk="2026-02-14"), is_workday=None, name="春节")
    line = AuditLog.objects.filter(object_type="registry.calendarday").get()
    assert line.action == "calendarday.change" and line.by is not None and line.object_key == "2026-02-14"
    page = pages.text(office.get(reverse("admin:registry_calendarday_history", args=["2026-02-14"])))
    assert "调休上班" in page and "春节" in page
    assert office.post(reverse("admin:registry_calendarday_delete", args=["2026-02-14"])).status_code in (403, 404)
