"""What must not be approved is not approved, by whichever door; and the attempt is on record."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from registry.directory.staff import Role, User
from registry.models import AuditLog, Record
from registry.records import workflow
from registry.records.statuses import Action, Status
from registry.records.workflow import MoveRefused
from tests import factories, samples
from tests.admin import pages
from tests.records.test_races import decide, race

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(organisation, clerk) -> User:
    """The clerk, who has become a reviewer as well."""
    clerk.groups.add(*factories.UserFactory(organisation=organisation, role=Role.REVIEWER).groups.all())
    return User.objects.get(pk=clerk.pk)


@pytest.fixture
def approve(client):
    """Try to approve by each door as this person; the answers by door, 403 and 409 alone among them."""

    def tried(record: Record, by: User, *, expecting: int | None = None) -> dict[str, int]:
        client.force_login(by)
        seen = record.seq if expecting is None else expecting
        move = reverse("admin:registry_record_move", args=[record.pk])
        listing = reverse("admin:registry_record_changelist")
        bulk = {
            "action": "publish_many", "_selected_action": [record.pk], "confirmed": "1", "seen": f"{record.pk}:{seen}",
        }  # fmt: skip
        body = json.dumps({"action": "publish", "expecting": seen})
        found = {
            "form": client.post(move, {"action": "publish", "expecting": seen}).status_code,
            "api": client.post(
                f"/api/v1/licences/{record.uid}/moves/", body, content_type="application/json"
            ).status_code,
        }
        page = client.post(listing, bulk, follow=True)
        found["bulk"] = 409 if "0条已办理，1条未办理" in pages.text(page) else page.status_code
        try:
            workflow.move(record, Action.PUBLISH, by=by, at=factories.NOON, expecting=seen)
            found["command"] = 200
        except PermissionDenied:
            found["command"] = 403
        except MoveRefused:
            found["command"] = 409
        return found

    return tried


REFUSALS = {"form": 403, "api": 403, "bulk": 409, "command": 403}
CONFLICTS = {"form": 409, "api": 409, "bulk": 409, "command": 409}


def unchanged(record: Record, status: Status) -> None:
    found = Record.objects.get(pk=record.pk)
    assert (found.status, found.seq) == (status, record.seq)


def test_nobody_approves_an_entry_of_his_own(submitted, both, approve):
    """BI-W02: by no door, and each attempt at a page is written down with who and from where."""
    record = submitted()
    assert approve(record, both) == REFUSALS
    unchanged(record, Status.SUBMITTED)
    tried = AuditLog.objects.filter(by=both, succeeded=False)
    assert {line.action for line in tried} == {"record.publish", "api.refused"}
    assert set(tried.values_list("address", flat=True)) == {"127.0.0.1"}


def test_nothing_is_approved_twice_or_after_its_end(published, reviewer, approve):
    """BI-W02: the answer is the present state."""
    record = published()
    assert approve(record, reviewer) == CONFLICTS
    unchanged(record, Status.PUBLISHED)
    workflow.move(record, Action.WITHDRAW, by=reviewer, at=factories.NOON, reason="撤销决定")
    assert approve(record, reviewer) == CONFLICTS
    unchanged(record, Status.WITHDRAWN)


def test_review_is_skipped_by_no_door(drafted, reviewer, both, approve):
    """BI-W02: a draft is submitted first."""
    record = drafted()
    assert approve(record, reviewer) == CONFLICTS
    assert approve(record, both) == CONFLICTS
    unchanged(record, Status.DRAFT)


def test_a_stale_page_decides_nothing(submitted, reviewer, approve):
    """BI-W02: what was changed since is looked at first."""
    record = submitted()
    assert approve(record, reviewer, expecting=record.seq - 1) == CONFLICTS
    unchanged(record, Status.SUBMITTED)


def test_neither_a_clerk_nor_a_stranger_approves(submitted, organisation, approve):
    """BI-W02: another organisation's reviewer does not even find it."""
    record = submitted()
    clerk = factories.UserFactory(organisation=organisation, role=Role.CLERK)
    stranger = factories.UserFactory(role=Role.REVIEWER)
    found = approve(record, clerk)
    assert (found["form"], found["api"], found["command"]) == (403, 403, 403)
    found = approve(record, stranger)
    assert (found["form"], found["api"], found["command"]) == (404, 404, 403)
    unchanged(record, Status.SUBMITTED)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_in_the_same_second_one_wins_and_the_other_hears_who(submitted, organisation, reviewer):
    """BI-W03"""
    other = factories.UserFactory(organisation=organisation, role=Role.REVIEWER, full_name="另一审核员")
    for number in range(5):
        record = submitted(document_number=f"争〔2026〕{number}号")
        results = race(decide(record, Action.PUBLISH, reviewer), decide(record, Action.RETURN, other))
        (lost,) = [result for result in results if isinstance(result, MoveRefused)]
        assert "的记录不能" in str(lost)
        assert Record.objects.get(pk=record.pk).events.count() == 2


def test_the_second_to_decide_is_told_who_was_faster(submitted, reviewer, organisation, client):
    """BI-W03: 409 with "已由…", at the form and at the API."""
    record = submitted()
    seen = record.seq
    workflow.move(record, Action.RETURN, by=reviewer, at=factories.NOON, reason="文书号有误")
    workflow.move(record, Action.SUBMIT, by=record.entered_by, at=factories.NOON)
    client.force_login(factories.UserFactory(organisation=organisation, role=Role.REVIEWER))
    page = client.post(
        reverse("admin:registry_record_move", args=[record.pk]), {"action": "publish", "expecting": seen}
    )
    assert page.status_code == 409 and "已由试例录入员提交审核" in pages.text(page)
    body = {"action": "publish", "expecting": seen}
    answer = client.post(f"/api/v1/licences/{record.uid}/moves/", body, content_type="application/json")
    assert answer.status_code == 409 and "已由试例录入员提交审核" in answer.json()["detail"]


def test_a_late_decision_is_taken_in_with_its_reason_marked_and_not_redated(writing, refused, at_entry):
    """BI-W09: eight working days after the decision."""
    late = {"decided_on": "2026-02-12", "valid_from": "2026-02-12"}
    refused("licence", "迟报原因：必填", **late)
    for number, door in enumerate(writing):
        values = samples.licence(**late, late_reason="系统切换", document_number=f"迟〔2026〕{number}号")
        assert writing[door]("licence", values).taken, door
    for record in Record.objects.all():
        assert str(record.decided_on) == "2026-02-12"
    assert "已逾期" in pages.text(at_entry.get(reverse("admin:registry_record_changelist"), overdue="1"))
