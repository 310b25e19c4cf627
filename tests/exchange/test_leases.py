"""Several relays, dead ones and undead ones: each message is settled by whoever holds its lease (faults F01–F05)."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from exchange import claiming, relay, settling
from exchange.destination import PROVINCE
from exchange.models import Channel, DeliveryAttempt, Outcome
from exchange.province import NoAnswer, Province
from exchange.settling import Attempt, Verdict
from registry import clock
from registry.models import Delivery
from registry.records.models import DeliveryState

ACKED = Verdict(DeliveryState.ACKED, receipt_number="SX-ZOMBIE", payload_sha256="0" * 64)


def claim(**more):
    return claiming.claim(PROVINCE, **{"limit": 10, "now": clock.real_now(), **more})


@pytest.mark.django_db
def test_what_one_has_claimed_another_does_not_get(onboarded, several):
    several(3)
    first, second = claim(limit=2), claim()
    assert len(first.deliveries) == 2 and len(second.deliveries) == 1
    assert not {one.pk for one in first.deliveries} & {one.pk for one in second.deliveries}


@pytest.mark.django_db
def test_the_next_version_waits_while_the_one_before_is_under_way(onboarded, published, corrected):
    record = published()
    corrected(record, content="食品经营（散装食品销售）")
    assert [one.seq for one in claim().deliveries] == [2]
    assert claim().deliveries == []


@pytest.mark.django_db
def test_a_relay_that_died_leaves_its_work_to_the_next(platform, line, onboarded, published):
    record = published()
    claim(now=clock.real_now() - timedelta(minutes=5))

    assert relay.drain(line).sent == 1

    assert platform.applied(record) == [(2, "add")]
    outcomes = DeliveryAttempt.objects.order_by("pk").values_list("outcome", flat=True)
    assert list(outcomes) == [Outcome.INTERRUPTED, Outcome.ACKED], "every attempt is on record"


@pytest.mark.django_db
def test_a_relay_back_from_the_dead_changes_nothing(platform, line, onboarded, published):
    record = published()
    zombie = claim(now=clock.real_now() - timedelta(minutes=5))
    relay.drain(line)
    before = Delivery.objects.values().get(record=record)

    changed = settling.settle(zombie, {zombie.deliveries[0].pk: ACKED}, now=clock.real_now(), attempt=Attempt())

    assert changed == {}
    assert Delivery.objects.values().get(record=record) == before


@pytest.mark.django_db
def test_a_relay_that_lost_its_lease_to_one_still_at_work_changes_nothing(onboarded, published, states):
    published()
    zombie = claim(now=clock.real_now() - timedelta(minutes=5))
    claim()
    settling.settle(zombie, {zombie.deliveries[0].pk: ACKED}, now=clock.real_now(), attempt=Attempt())
    assert states() == ["sending"]


@pytest.mark.django_db
def test_a_record_withdrawn_while_it_was_under_way_is_withdrawn_after_it(
    platform, line, onboarded, published, withdrawn, states
):
    record = published()
    under_way = claim()
    withdrawn(record)
    assert states(record) == ["sending", "pending"]

    relay._carry(under_way, line)
    relay.drain(line)

    assert platform.applied(record) == [(2, "add"), (3, "withdraw")]


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_platform_is_asked(onboarded, published, answering, monkeypatch):
    published()
    seen = []
    monkeypatch.setattr(Province, "post", lambda *_: seen.append(connection.in_atomic_block) or refuse())

    relay.drain(Province("http://127.0.0.1:1/", "key"))

    assert seen == [False]


@pytest.mark.django_db(transaction=True)
def test_the_relay_refuses_to_run_inside_a_transaction(onboarded, published):
    published()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        relay.drain(Province("http://127.0.0.1:1/", "key"))


@pytest.mark.django_db(transaction=True)
def test_relays_at_work_together_send_each_message_once(platform, onboarded, several, states):
    several(24)
    Channel.objects.create(name=PROVINCE, batch_size=1)  # small ones, so that all find something to do
    everybody_relays(platform, 4)

    assert states() == ["acked"] * 24
    assert len(platform.applied()) == 24
    assert sum(row["items"] for row in platform.requests()) == 24, "each was sent once, not just applied once"


@pytest.mark.django_db(transaction=True)
def test_without_leases_the_same_relays_would_send_messages_twice(platform, onboarded, several, monkeypatch):
    """The negative control of the test above: it can see what it looks for."""
    several(24)
    platform.fail("none", dedup=False)
    meeting = threading.Barrier(2, timeout=20)

    def unprotected(destination, *, limit, **more):
        deliveries = list(
            Delivery.objects.filter(state=DeliveryState.PENDING).select_related(
                "event", "record__organisation__onboarding", "record__item_version__item"
            )
        )
        meeting.wait()
        return claiming.Claim(None, deliveries)

    monkeypatch.setattr(claiming, "claim", unprotected)
    everybody_relays(platform, 2, batches=1)

    assert len(platform.applied()) == 48


def everybody_relays(platform, number: int, **how) -> None:
    """Relays in threads of their own, each with a connection of its own, all beginning together."""
    start, troubles = threading.Barrier(number, timeout=20), []

    def work():
        try:
            start.wait()
            relay.drain(Province(platform.url, platform.key), **{"batches": 50, **how})
        except Exception as trouble:
            troubles.append(trouble)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert troubles == []


def refuse():
    raise NoAnswer("connection", "拒绝连接")
