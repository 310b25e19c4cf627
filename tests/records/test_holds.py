"""While a ground holds, the measures rest and the record stays shown; afterwards all is as before."""

from __future__ import annotations

import pytest

from registry.models import Record
from registry.records import drafting, holds
from registry.records.models.holds import HoldGround
from registry.records.parsing import Door
from registry.records.statuses import Action, StateCode
from registry.records.workflow import MoveRefused, move
from tests.factories import NOON, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(published, reviewer):
    record = published("penalty")
    return record, holds.open_hold(record, HoldGround.OBJECTION, by=reviewer, at=NOON, reason="异议核实")


def test_a_hold_rests_the_measures_and_hides_nothing(held, reviewer):
    record, hold = held
    assert record not in Record.objects.in_force(on=TODAY)
    assert record in Record.objects.public(on=TODAY)
    holds.close_hold(hold, by=reviewer, at=NOON)
    assert record in Record.objects.in_force(on=TODAY)


def test_the_province_hears_of_the_dispute_and_of_its_end(held, reviewer):
    record, hold = held
    holds.close_hold(hold, by=reviewer, at=NOON)
    told = list(record.deliveries.order_by("seq").values_list("operation", "state_code"))
    assert told[1:] == [("update", StateCode.DISPUTED), ("update", StateCode.NORMAL)]
    assert [event.action for event in record.events.all()][2:] == [Action.HOLD, Action.RELEASE]


def test_two_grounds_hold_until_the_last_is_gone(held, reviewer):
    record, hold = held
    court = holds.open_hold(record, HoldGround.COURT, by=reviewer, at=NOON)
    holds.close_hold(hold, by=reviewer, at=NOON)
    assert record not in Record.objects.in_force(on=TODAY)
    assert record.deliveries.order_by("seq").last().state_code == StateCode.DISPUTED
    holds.close_hold(court, by=reviewer, at=NOON)
    assert record in Record.objects.in_force(on=TODAY)


def test_a_ground_opens_once_and_closes_once(held, reviewer):
    record, hold = held
    with pytest.raises(MoveRefused, match="已因“异议核实”暂停执行"):
        holds.open_hold(record, HoldGround.OBJECTION, by=reviewer, at=NOON)
    holds.close_hold(hold, by=reviewer, at=NOON)
    with pytest.raises(MoveRefused, match="已经结束"):
        holds.close_hold(hold, by=reviewer, at=NOON)


def test_what_has_ended_cannot_be_held_and_closing_then_is_silent(held, reviewer):
    record, hold = held
    move(record, Action.WITHDRAW, by=reviewer, at=NOON, reason="处罚对象有误")
    told = record.deliveries.count()
    holds.close_hold(hold, by=reviewer, at=NOON)
    assert record.deliveries.count() == told
    with pytest.raises(MoveRefused):
        holds.open_hold(record, HoldGround.COURT, by=reviewer, at=NOON)


def test_a_correction_under_a_hold_stays_disputed_at_the_province(held, clerk, reviewer):
    record, _ = held
    drafting.propose_correction(record, {"fine": "0.05"}, reason="笔误", by=clerk, at=NOON, today=TODAY, door=Door.FORM)
    event = move(record, Action.CORRECT, by=reviewer, at=NOON)
    assert record.deliveries.get(seq=event.seq).state_code == StateCode.DISPUTED
