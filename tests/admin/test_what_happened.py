"""What was done, by whom, when, and what it said before: on the page of each row, and in the audit log."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from registry.directory.staff import Role
from registry.models import AuditLog, Organisation, TermRule
from registry.records.statuses import Action
from registry.records.workflow import move
from tests import factories
from tests.admin import pages

pytestmark = pytest.mark.django_db

LOG = reverse("admin:registry_auditlog_changelist")


def test_the_history_of_a_record_shows_each_change_with_its_old_and_new_value(
    drafted, clerk, reviewer, at_entry, at_review
):
    """Row S1.3.9: a revision of the draft, a return with its reason, and a correction of what was published."""
    record = drafted("licence")
    at_entry.fill(at_entry.record(record), {"content": "散装食品销售"}, button="_submit")
    record.refresh_from_db()
    move(record, Action.RETURN, by=reviewer, at=factories.NOON, reason="请核对有效期")
    at_entry.fill(at_entry.record(record), {"valid_to": "2030-02-26"}, button="_submit")
    record.refresh_from_db()
    move(record, Action.PUBLISH, by=reviewer, at=factories.NOON)
    correct = reverse("admin:registry_record_correct", args=[record.pk])
    form = pages.forms(at_entry.get(correct))[-1].values
    at_entry.post(correct, form | {"f-content": "冷藏食品销售", "reason": "按决定书更正"})
    at_review.send(at_review.record(record), "/accept/", {})

    told = pages.text(at_review.record(record, "history"))
    for words in (
        "许可内容 食品经营（预包装食品销售） 散装食品销售", "有效期至 2031-02-26 2030-02-26", "许可内容 散装食品销售 冷藏食品销售",
        "请核对有效期", "按决定书更正", "试例录入员", "试例审核员",
    ):  # fmt: skip
        assert words in told, words


@pytest.fixture
def office(sign_in):
    return sign_in(factories.UserFactory(role=Role.CREDIT_OFFICE, full_name="试例信用办"))


def test_the_history_of_every_other_row_does_so_too(office, organisation):
    page = office.get(reverse("admin:registry_organisation_change", args=[organisation.pk]))
    form = next(form for form in pages.forms(page) if "_save" in form.buttons)
    answer = office.post(
        reverse("admin:registry_organisation_change", args=[organisation.pk]), form.values | {"short_name": "石市监"}
    )
    assert answer.status_code == 302
    told = pages.text(office.get(reverse("admin:registry_organisation_history", args=[organisation.pk])))
    assert "修改单位" in told and "试例信用办" in told and "简称 — 石市监" in told.replace("  ", " ")
    assert Organisation.objects.get(pk=organisation.pk).short_name == "石市监"
    rule = TermRule.objects.get(pk="R36-GENERAL")
    page = office.get(reverse("admin:registry_termrule_history", args=[rule.pk]))
    assert page.status_code == 200  # nothing yet, and no error


@pytest.fixture
def watcher(staff, sign_in):
    return sign_in(staff(Role.AUDITOR))


@pytest.fixture
def lines(published, clerk, reviewer):
    """Two people, two records, three days."""
    first, second = published("licence"), published("penalty")
    AuditLog.objects.bulk_create(
        AuditLog(at=datetime(2026, 1, day, 4, tzinfo=UTC), by=by, action="record.export", object_type="registry.record",
                 object_key=str(record.pk), detail={"mark": f"第{day}日"})
        for day, by, record in ((1, clerk, first), (2, clerk, second), (3, reviewer, first))
    )  # fmt: skip
    return first, second


def found(watcher, **query) -> set[int]:
    """The days of January whose lines the list shows."""
    page = watcher.get(LOG, **query)
    assert page.status_code == 200, query
    text = pages.text(page)
    return {day for day in (1, 2, 3) if f"2026年1月{day}日" in text}


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ({}, {1, 2, 3}),
        ({"q": "试例录入员"}, {1, 2}),
        ({"q": "{first.document_number}"}, {1, 3}),
        ({"q": "{first.uid}"}, {1, 3}),
        ({"q": "http://127.0.0.1:8000/records/{first.uid}/"}, {1, 3}),
        ({"q": "试例录入员 {first.document_number}"}, {1}),
        ({"q": "试例审核员 {second.document_number}"}, set()),
        ({"from": "2026-01-02"}, {2, 3}),
        ({"to": "2026-01-02"}, {1, 2}),
        ({"from": "2026-01-02", "to": "2026-01-02"}, {2}),
        ({"from": "", "to": ""}, {1, 2, 3}),
        ({"q": "试例录入员", "from": "2026-01-02", "to": "2026-01-31"}, {2}),
        ({"q": "没有这个人"}, set()),
    ],
)
def test_the_log_is_narrowed_by_record_by_person_and_by_day(query, days, lines, watcher):
    """Row SX.2"""
    first, second = lines
    assert found(watcher, **{name: value.format(first=first, second=second) for name, value in query.items()}) == days


@pytest.mark.parametrize("wrong", ["2026-02-30", "01/02/2026", "x", "２０２６-01-01"])
def test_a_day_that_is_none_leads_back_to_the_plain_list(wrong, lines, watcher):
    answer = watcher.client.get(LOG, {"from": wrong})
    assert answer.status_code == 302 or wrong == "２０２６-01-01"


def test_a_day_begins_at_midnight_in_ankang(lines, watcher, clerk):
    AuditLog.objects.create(at=datetime(2026, 1, 9, 16, 0, tzinfo=UTC), by=clerk, action="midnight")
    assert "midnight" in pages.text(watcher.get(LOG, **{"from": "2026-01-10", "to": "2026-01-10"}))
    assert "midnight" not in pages.text(watcher.get(LOG, to="2026-01-09"))


def test_the_filter_keeps_what_was_asked_besides(lines, watcher):
    page = watcher.get(LOG, q="试例录入员", **{"from": "2026-01-02"})
    form = next(form for form in pages.forms(page) if "from" in form.names)
    assert form.values["q"] == ["试例录入员"] and form.values["from"] == ["2026-01-02"]
