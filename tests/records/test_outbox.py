"""Every published change is promised in the transaction of the change; what never left is not taken back."""

from __future__ import annotations

import pytest
from django.db import transaction

from registry.models import Delivery
from registry.records.models import DeliveryState, Lane
from registry.records.statuses import Action, Operation, StateCode
from registry.records.workflow import move
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def test_drafts_and_reviews_promise_nothing(submitted):
    submitted()
    assert not Delivery.objects.exists()


def test_a_rolled_back_publication_leaves_no_promise(submitted, reviewer):
    record = submitted()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        move(record, Action.PUBLISH, by=reviewer, at=NOON)
        raise ZeroDivisionError
    assert not Delivery.objects.exists() and not record.editions.exists()


def test_a_withdrawal_before_anything_left_cancels_both(published, reviewer):
    record = published()
    move(record, Action.WITHDRAW, by=reviewer, at=NOON, reason="录入有误")
    assert set(record.deliveries.values_list("state", flat=True)) == {DeliveryState.SUPERSEDED}
    assert record.deliveries.count() == 2


@pytest.mark.parametrize("state", [DeliveryState.ACKED, DeliveryState.RETRY, DeliveryState.SENDING])
def test_what_has_left_or_may_have_left_is_withdrawn_with_urgency(state, published, reviewer):
    record = published()
    record.deliveries.update(state=state, attempts=1)
    event = move(record, Action.WITHDRAW, by=reviewer, at=NOON, reason="录入有误")
    withdrawal = record.deliveries.get(seq=event.seq)
    assert (withdrawal.state, withdrawal.operation) == (DeliveryState.PENDING, Operation.WITHDRAW)
    assert (withdrawal.lane, withdrawal.state_code) == (Lane.URGENT, StateCode.REVOKED)


def test_a_message_id_is_stable_and_its_own(published):
    first, second = published(), published(document_number="石食药监许〔2026〕9002号")
    assert first.deliveries.get().message_id != second.deliveries.get().message_id
