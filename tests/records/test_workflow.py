"""The rule books are the tests: every move they name works, every other is refused and leaves no trace."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from registry.directory.staff import Role
from registry.models import Delivery, Record, RecordEvent
from registry.records import drafting, kinds, workflow
from registry.records.models import DeliveryState
from registry.records.parsing import Door
from registry.records.statuses import NOT_YET_PUBLIC, Action, Operation, Status
from registry.records.workflow import MoveRefused, move
from tests import preparing
from tests.factories import NOON, TODAY, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

ALLOWED = [
    (kind.code, source, action)
    for kind in kinds.every()
    for action, rule in kind.rule_book.items()
    for source in sorted(rule.sources)
]
# Ends a procedure of another room, or follows a decision that is tried there: by itself nobody takes it.
ELSEWHERE = [("redlist", Action.REVOKE), ("redlist", Action.RESTORE)]
BY_ITSELF = [line for line in ALLOWED if line[2] is not Action.REPAIR and (line[0], line[2]) not in ELSEWHERE]
EVERYWHERE = [(kind.code, status) for kind in kinds.every() for status in Status]


@pytest.fixture
def record_in(drafted, submitted, published, reviewer):
    """A record of a kind put into a status, whatever way leads there or none."""

    def make(kind: str, status: Status) -> Record:
        record = drafted(kind) if status in NOT_YET_PUBLIC else published(kind)
        Record.objects.filter(pk=record.pk).update(status=status)
        record.refresh_from_db()
        return record

    return make


def actor(record, action, clerk, reviewer):
    who = record.the_kind.rule_book[action].who
    return None if who is None else clerk if who.permission == "registry.enter_record" else reviewer


@pytest.mark.parametrize(("kind", "source", "action"), BY_ITSELF)
def test_a_move_of_the_rule_book_changes_the_status_and_writes_the_timeline(
    kind, source, action, record_in, clerk, reviewer
):
    record = record_in(kind, source)
    if action is Action.CORRECT:
        propose(record, clerk)
    if action is Action.PUBLISH:
        preparing.for_publication(record, by=reviewer)
    seq = record.seq
    event = move(
        record, action, by=actor(record, action, clerk, reviewer), at=NOON, reason="依法办理，文书和理由见卷宗"
    )
    target = record.the_kind.rule_book[action].target or source
    assert (record.status, record.seq, event.seq) == (target, seq + 1, seq + 1)
    assert (event.from_status, event.to_status) == (source, target)


@pytest.mark.parametrize(("kind", "status"), EVERYWHERE)
def test_any_other_move_is_refused_and_leaves_no_trace(kind, status, record_in, clerk, reviewer):
    record = record_in(kind, status)
    before = RecordEvent.objects.count(), Delivery.objects.count()
    for action in Action:
        if (kind, status, action) in ALLOWED:
            continue
        for by in (clerk, reviewer, None):
            with pytest.raises(MoveRefused, match="不能"):
                move(record, action, by=by, at=NOON, reason="依法办理，文书和理由见卷宗")
    assert (RecordEvent.objects.count(), Delivery.objects.count()) == before


def propose(record, clerk, **changes):
    changes = changes or {"document_number": f"{record.document_number}改"} if record.document_number else changes
    return drafting.propose_correction(
        record,
        changes or {"decided_on": "2026-02-26"},
        reason="笔误",
        by=clerk,
        at=NOON,
        today=TODAY,
        door=Door.FORM,
    )


def test_publication_gives_a_first_edition_a_start_and_a_promise(submitted, reviewer):
    record = submitted("penalty")
    move(record, Action.PUBLISH, by=reviewer, at=NOON)
    assert (record.edition, record.public_from, record.reviewed_by) == (1, TODAY, reviewer)
    assert record.editions.get().data["document_number"] == record.document_number
    delivery = record.deliveries.get()
    assert (delivery.operation, delivery.seq, delivery.state) == (Operation.ADD, 2, DeliveryState.PENDING)


def test_nobody_publishes_what_they_entered_even_with_both_roles(submitted, clerk):
    record = submitted()
    clerk.groups.add(UserFactory(role=Role.REVIEWER).groups.get())
    clerk = type(clerk).objects.get(pk=clerk.pk)
    with pytest.raises(PermissionDenied, match="录入人不能审核自己录入的记录"):
        move(record, Action.PUBLISH, by=clerk, at=NOON)
    assert record.events.count() == 1


def test_the_database_itself_refuses_a_review_by_the_author(published, clerk):
    record = published()
    with pytest.raises(IntegrityError), transaction.atomic():
        Record.objects.filter(pk=record.pk).update(reviewed_by=clerk)


def test_another_organisations_reviewer_may_not_decide(submitted):
    stranger = UserFactory(organisation=OrganisationFactory(), role=Role.REVIEWER)
    with pytest.raises(PermissionDenied, match="只能办理本单位的记录"):
        move(submitted(), Action.PUBLISH, by=stranger, at=NOON)


def test_a_superuser_without_organisation_decides_nothing(submitted):
    root = UserFactory(organisation=None, is_superuser=True)
    with pytest.raises(PermissionDenied):
        move(submitted(), Action.PUBLISH, by=root, at=NOON)


def test_the_system_alone_lets_records_expire_and_publishes_nothing(published, submitted, reviewer):
    record = published()
    with pytest.raises(PermissionDenied, match="系统"):
        move(record, Action.EXPIRE, by=reviewer, at=NOON)
    with pytest.raises(PermissionDenied):
        move(submitted(document_number="石食药监许〔2026〕9002号"), Action.PUBLISH, by=None, at=NOON)
    assert move(record, Action.EXPIRE, by=None, at=NOON)


@pytest.mark.parametrize("action", [Action.RETURN, Action.WITHDRAW])
def test_what_takes_something_back_needs_a_reason(action, submitted, published, reviewer):
    record = submitted() if action is Action.RETURN else published()
    with pytest.raises(MoveRefused, match="必须说明理由"):
        move(record, action, by=reviewer, at=NOON, reason="  ")


def test_a_decision_on_a_stale_page_is_refused_and_names_who_was_faster(submitted, clerk, reviewer):
    record = submitted()
    seen = record.seq
    move(record, Action.RETURN, by=reviewer, at=NOON, reason="缺有效期")
    move(record, Action.SUBMIT, by=clerk, at=NOON)
    with pytest.raises(MoveRefused, match="已由试例录入员提交审核"):
        move(record, Action.PUBLISH, by=reviewer, at=NOON, expecting=seen)


def test_a_set_moves_together_and_names_those_that_cannot(drafted, submitted, clerk):
    ready = [drafted(document_number=f"石食药监许〔2026〕{n}号") for n in range(9010, 9015)]
    waiting = submitted(document_number="石食药监许〔2026〕9020号")
    outcome = workflow.move_many([*ready, waiting], Action.SUBMIT, by=clerk, at=NOON)
    assert len(outcome.events) == 5
    assert outcome.refused == {waiting.pk: "待审核的记录不能提交审核"}


def test_a_set_takes_a_fixed_number_of_queries(drafted, clerk, django_assert_max_num_queries):
    records = [drafted(document_number=f"石食药监许〔2026〕{n}号") for n in range(9100, 9130)]
    with django_assert_max_num_queries(16):
        workflow.move_many(records, Action.SUBMIT, by=clerk, at=NOON)


def test_history_can_be_neither_changed_nor_deleted(published):
    event = published().events.first()
    event.reason = "改写"
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()
    with pytest.raises(TypeError):
        RecordEvent.objects.all().delete()
    with pytest.raises(TypeError):
        RecordEvent.objects.update(reason="改写")


def test_buttons_are_what_the_rule_book_allows_this_person(submitted, published, clerk, reviewer):
    waiting = submitted()
    assert workflow.available(waiting, to=clerk) == []
    assert workflow.available(waiting, to=reviewer) == [Action.RETURN, Action.PUBLISH]
    shown = published(document_number="石食药监许〔2026〕9002号")
    assert workflow.available(shown, to=reviewer) == [Action.CORRECT, Action.WITHDRAW]
