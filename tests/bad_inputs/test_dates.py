"""Days: one table of forms, today as it is in Ankang, and a calendar that knows what it does not know."""

from __future__ import annotations

import time
from datetime import date, datetime

import pytest
import time_machine

from registry import clock
from registry.directory import calendar
from registry.directory.calendar import CalendarDay, CalendarYear, YearState
from registry.models import Record
from tests import samples
from tests.bad_inputs.conftest import nothing_stored

pytestmark = pytest.mark.django_db

DAY = date(2026, 2, 27)
# How a day may be written at a form or in a workbook; the API takes the first alone.
FORMS = ["2026-02-27", "２０２６-02-27", "2026年2月27日", "2026/2/27", "2026.2.27", "20260227", " 2026-02-27 "]


@pytest.mark.parametrize("written", FORMS)
def test_people_write_days_in_many_forms_and_machines_in_one(written, writing):
    """BI-D02"""
    for number, door in enumerate(("form", "import")):
        said = writing[door]("licence", samples.licence(decided_on=written, document_number=f"期〔2026〕{number}号"))
        assert said.taken, (door, said.words)
    assert set(Record.objects.values_list("decided_on", flat=True)) == {DAY}
    said = writing["api"]("licence", samples.licence(decided_on=written, document_number="期〔2026〕9号"))
    assert said.taken is (written == FORMS[0])
    assert said.taken or "日期须写成 2024-01-05" in said.words


@pytest.mark.parametrize("written", ["01/02/2024", "1-2-2024", "1.2.24"])
def test_a_day_in_an_order_nobody_can_know_is_refused(written, refused):
    """BI-D03"""
    refused("licence", "日期格式有歧义", decided_on=written, doors=("form", "import"))
    refused("licence", "许可决定日期：日期", decided_on=written, doors=("api",))


@pytest.mark.parametrize("written", ["1900-02-29", "2026-02-30", "2026-13-01"])
def test_a_day_that_never_was_is_refused_and_not_moved(written, refused):
    """BI-D05: Excel's sixtieth day became neither the 28th of February nor the first of March."""
    refused("licence", "没有这一天", decided_on=written)


@pytest.mark.parametrize("written", ["60", "45000", "0000-00-00", "1899-12-31", "2100-01-01", "昨天", "2026-W09-5"])
def test_what_is_no_day_is_refused_by_its_field(written, refused):
    """BI-D05: a serial number of Excel is no day either."""
    refused("licence", "许可决定日期：", decided_on=written)


@pytest.fixture(params=["Asia/Shanghai", "UTC", "America/New_York", "Pacific/Kiritimati"])
def server_in(request, monkeypatch):
    """A server that keeps this zone."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_today_is_a_day_in_ankang_wherever_the_server_stands(server_in, settings, writing, refused):
    """BI-D06: half past midnight in Ankang is still yesterday in UTC."""
    settings.CREDIT_TODAY = None
    with time_machine.travel(datetime.fromisoformat("2026-03-03T16:30:00+00:00"), tick=False):
        assert clock.today() == date(2026, 3, 4)
        refused("licence", "不能晚于今天（2026-03-04）", decided_on="2026-03-05", doors=("form", "api"))
        for number, door in enumerate(("form", "api")):
            values = samples.licence(decided_on="2026-03-04", document_number=f"今〔2026〕{number}号")
            said = writing[door]("licence", values)
            assert said.taken, (door, said.words)


SAME_MOMENT = ["2024-01-01T23:30:00+00:00", "2024-01-02T07:30:00+08:00", "2024-01-02T13:30:00+14:00"]


@pytest.mark.parametrize("written", [*SAME_MOMENT, "2024-01-02T07:30:00", "2024-01-01T23:30:00Z"])
def test_a_moment_is_no_day(written, refused):
    """BI-D08: which day it falls on is not left to a reader; no door takes moments."""
    refused("licence", "许可决定日期：日期须写成", decided_on=written)


def test_one_moment_falls_on_one_day_however_it_is_written():
    """BI-D08: and a moment without a zone falls on none."""
    assert {clock.day_of(datetime.fromisoformat(each)) for each in SAME_MOMENT} == {date(2024, 1, 2)}
    with pytest.raises(ValueError, match="no day"):
        clock.day_of(datetime(2024, 1, 2, 7, 30))


def test_a_deadline_beyond_the_calendar_says_so_and_is_reckoned_again(writing, settings, at_entry):
    """BI-D09: counted by weekdays until the State Council has spoken, then anew."""
    settings.CREDIT_TODAY = date(2026, 12, 30)
    values = samples.licence(decided_on="2026-12-30", valid_from="2026-12-30")
    assert writing["form"]("licence", values).taken
    record = Record.objects.get()
    page = at_entry.record(record).content.decode()
    assert "待日历发布" in page and "2027年1月8日" in page

    CalendarDay.objects.create(day=date(2027, 1, 4), is_workday=False, name="元旦", source="国务院办公厅通知")
    CalendarYear.objects.update_or_create(
        year=2027, defaults={"state": YearState.OFFICIAL, "source": "国务院办公厅通知"}
    )
    assert 2027 in calendar.current().official_years
    page = at_entry.record(record).content.decode()
    assert "待日历发布" not in page and "2027年1月11日" in page


def test_nothing_is_entered_for_a_day_the_api_cannot_read(at_entry, organisation):
    """BI-D02: numbers, lists and truth values are no days."""
    for value in (20260227, ["2026-02-27"], True, {"day": 27}, 1.5):
        with nothing_stored():
            answer = at_entry.client.post(
                "/api/v1/licences/", samples.licence(decided_on=value), content_type="application/json"
            )
        assert answer.status_code == 400 and "decided_on" in answer.json()["errors"], value
