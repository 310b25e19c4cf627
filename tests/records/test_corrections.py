"""A correction has four eyes too; the old contents stay, and stay shown until another person agrees."""

from __future__ import annotations

from datetime import timedelta

import pytest

from registry import clock
from registry.directory.staff import Role
from registry.records import drafting
from registry.records.parsing import Door
from registry.records.statuses import Action, Operation
from registry.records.validation import Invalid
from registry.records.workflow import MoveRefused, move
from tests.factories import NOON, TODAY, UserFactory, make_uscc

pytestmark = pytest.mark.django_db


def propose(record, by, reason="笔误", **changes):
    return drafting.propose_correction(record, changes, reason=reason, by=by, at=NOON, today=TODAY, door=Door.FORM)


def test_the_old_edition_stays_shown_until_another_person_agrees(published, clerk, reviewer):
    record = published("penalty")
    propose(record, clerk, fine="0.05", content="罚款人民币500元")
    assert record.editions.get().data["fine"] == "0.5"
    move(record, Action.CORRECT, by=reviewer, at=NOON)
    first, second = record.editions.all()
    assert (first.data["fine"], second.data["fine"], record.edition) == ("0.5", "0.05", 2)
    assert record.detail.fine == record.the_kind.detail.objects.get(pk=record.pk).fine


def test_the_event_says_what_changed_and_the_province_hears_of_it(published, clerk, reviewer):
    record = published("penalty")
    propose(record, clerk, fine="0.05")
    event = move(record, Action.CORRECT, by=reviewer, at=NOON)
    assert event.changes == {"fine": ["0.5", "0.05"]}
    assert record.deliveries.get(seq=event.seq).operation == Operation.UPDATE


def test_the_author_of_a_correction_cannot_accept_it(published, organisation):
    record = published()
    both = UserFactory(organisation=organisation, role=Role.CLERK)
    both.groups.add(UserFactory(role=Role.REVIEWER).groups.get())
    propose(record, both, content="食品经营")
    with pytest.raises(MoveRefused, match="提出更正的人不能审核该更正"):
        move(record, Action.CORRECT, by=both, at=NOON)
    assert record.edition == 1


def test_nothing_is_corrected_without_a_proposal(published, reviewer):
    with pytest.raises(MoveRefused, match="没有待审核的更正"):
        move(published(), Action.CORRECT, by=reviewer, at=NOON)


def test_one_correction_at_a_time(published, clerk):
    record = published()
    propose(record, clerk, content="食品经营")
    with pytest.raises(Invalid) as refused:
        propose(record, clerk, content="食品销售")
    assert "已有一份待审核的更正" in str(refused.value.checked.errors())


@pytest.mark.parametrize(
    ("changes", "reason", "message"),
    [
        ({"content": "食品经营"}, " ", "更正理由：必填"),
        ({}, "笔误", "没有任何改动"),
        ({"fine": "abc"}, "笔误", "没有此字段"),
        ({"valid_to": "2020-01-01"}, "笔误", "不能早于"),
        ({"counterparty_uscc": make_uscc()}, "笔误", "主体不能更正"),
    ],
)
def test_a_correction_obeys_the_same_rules_as_an_entry(changes, reason, message, published, clerk):
    record = published()
    with pytest.raises(Invalid) as refused:
        propose(record, clerk, reason=reason, **changes)
    assert message in str(refused.value.checked.errors())
    assert not record.corrections.exists()


def test_a_longer_publication_than_the_rule_allows_cannot_be_slipped_in(published, clerk, reviewer):
    record = published("penalty")
    propose(record, clerk, public_until="2040-01-01")
    with pytest.raises(MoveRefused, match="晚于规则允许的最后一日"):
        move(record, Action.CORRECT, by=reviewer, at=NOON)
    record.refresh_from_db()
    assert record.edition == 1


def test_a_graver_or_earlier_decision_moves_the_end_of_publication_with_it(published, clerk, reviewer):
    record = published("penalty")
    propose(record, clerk, decided_on="2026-02-24", late_reason="笔误更正")
    move(record, Action.CORRECT, by=reviewer, at=NOON)
    assert str(record.public_until) == "2029-02-24"
    assert record.editions.last().data["public_until"] == "2029-02-24"


NEXT_MONTH = NOON + timedelta(days=30)


def propose_later(record, by, **changes):
    """A month after publication, long past every seven working days."""
    return drafting.propose_correction(
        record, changes, reason="笔误", by=by, at=NEXT_MONTH, today=clock.day_of(NEXT_MONTH), door=Door.FORM
    )


@pytest.mark.parametrize("kind", ["licence", "penalty"])
def test_what_was_entered_in_time_is_not_late_because_it_is_corrected_later(kind, published, clerk, reviewer):
    record = published(kind)
    propose_later(record, clerk, content="更正后的内容")
    move(record, Action.CORRECT, by=reviewer, at=NEXT_MONTH)
    assert (record.edition, record.detail.late_reason) == (2, "")


def test_a_delay_explained_at_entry_is_not_asked_about_again(published, clerk):
    record = published("penalty", decided_on="2026-02-03", late_reason="系统切换")
    assert propose_later(record, clerk, fine="0.05").changes == {"fine": "0.05"}


@pytest.mark.parametrize(
    ("entered", "changes"),
    [
        ({}, {"decided_on": "2026-02-03"}),  # the right day shows that the entry was late
        ({"decided_on": "2026-02-03", "late_reason": "系统切换"}, {"late_reason": ""}),  # the explanation is taken away
    ],
)
def test_a_delay_that_nobody_explains_is_asked_about(entered, changes, published, clerk):
    record = published("penalty", **entered)
    with pytest.raises(Invalid) as refused:
        propose_later(record, clerk, **changes)
    assert list(refused.value.checked.errors()) == ["late_reason"]
    propose_later(record, clerk, **changes | {"late_reason": "原决定日期误录"})
