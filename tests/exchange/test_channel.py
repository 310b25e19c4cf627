"""An outage costs few requests, kills nothing, and ends by itself (reliability I8, I10; faults F09–F11)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from exchange import channel, relay, reviving, settling
from exchange.models import LARGEST_BATCH, Channel, ChannelState, DeliveryAttempt, Outcome
from registry import clock
from registry.models import AuditLog, Delivery
from registry.records.models import DeliveryState
from tests import factories

pytestmark = pytest.mark.django_db

NAME = "province"
NOW = factories.NOON


def test_an_outage_is_probed_at_most_six_times_a_minute():
    """Two relays look every second for a quarter of an hour; the platform never answers."""
    probes = []
    for second in range(900):
        now = NOW + timedelta(seconds=second)
        for _relay in range(2):
            if channel.admit(NAME, now=now):
                channel.failed(NAME, sent=1, now=now)
                probes.append(second)
    for start in probes:
        assert sum(start <= probe < start + 60 for probe in probes) <= 6
    assert len(probes) > 15, "and often enough to notice that it is over"


def test_a_rested_channel_admits_one_probe_only():
    channel.admit(NAME, now=NOW)
    channel.failed(NAME, sent=200, now=NOW)
    later = NOW + timedelta(minutes=2)
    assert [bool(channel.admit(NAME, now=later)) for _ in range(5)] == [True, False, False, False, False]


def test_the_batch_shrinks_with_failures_and_grows_with_successes():
    channel.admit(NAME, now=NOW)
    channel.failed(NAME, sent=200, now=NOW)
    assert Channel.objects.get().batch_size == 100
    channel.succeeded(NAME)
    channel.succeeded(NAME)
    found = Channel.objects.get()
    assert (found.state, found.failures, found.batch_size) == (ChannelState.OPEN, 0, LARGEST_BATCH)


@pytest.mark.parametrize(("asked", "rests"), [(120.0, 120), (86_400.0, 900), (0.0, 10)])
def test_retry_after_is_honoured_up_to_a_quarter_of_an_hour(asked, rests):
    channel.admit(NAME, now=NOW)
    channel.failed(NAME, sent=1, now=NOW, asked=asked)
    rest = (Channel.objects.get().rest_until - NOW).total_seconds()
    assert rest == pytest.approx(rests, abs=1)


def test_the_platform_may_ask_for_a_rest(platform, line, onboarded, published):
    published()
    platform.fail("429", times=1, retry_after="600")
    relay.drain(line)
    assert Channel.objects.get().rest_until > clock.real_now() + timedelta(seconds=590)


def test_a_success_that_comes_late_does_not_start_a_stopped_channel():
    channel.admit(NAME, now=NOW)
    channel.stop(NAME, reason="密钥失效", at=NOW)
    channel.succeeded(NAME)
    channel.failed(NAME, sent=1, now=NOW)
    assert Channel.objects.get().state == ChannelState.STOPPED
    assert channel.admit(NAME, now=NOW, impatient=True) == 0


def test_relays_that_run_into_the_same_refusal_raise_one_alarm():
    channel.admit(NAME, now=NOW)
    for _ in range(3):
        channel.stop(NAME, reason="密钥失效", at=NOW)
    assert AuditLog.objects.filter(action="exchange.channel_stopped").count() == 1


def test_a_stopped_channel_runs_again_once_somebody_has_looked(platform, line, onboarded, published, states):
    published()
    platform.fail("401", times=1)
    relay.drain(line)
    assert relay.drain(line, impatient=True).requests == 0

    assert channel.resume(NAME, by=None, at=NOW)
    assert relay.drain(line, impatient=True).sent == 1
    assert AuditLog.objects.filter(action="exchange.channel_resumed").count() == 1


def test_delays_grow_and_keep_below_a_quarter_of_an_hour():
    for attempts in range(1, 60):
        limit = min(900, 5 * 2**attempts)
        assert all(0 <= settling._delay(attempts).total_seconds() <= limit for _ in range(20))
    assert max(settling._delay(30).total_seconds() for _ in range(200)) > 600


def tried(delivery: Delivery, *, times: int, since: timedelta) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.RETRY, attempts=times - 1)
    DeliveryAttempt.objects.create(delivery=delivery, at=clock.real_now() - since, outcome=Outcome.RETRY)


@pytest.mark.parametrize(
    ("times", "since", "state"),
    [
        (50, timedelta(days=4), "dead"),
        (50, timedelta(days=1), "retry"),  # a day's outage is nobody's fault
        (49, timedelta(days=4), "retry"),
    ],
)
def test_a_message_is_given_up_after_many_attempts_over_days(platform, line, onboarded, published, times, since, state):
    published()
    tried(Delivery.objects.get(), times=times, since=since)
    platform.fail("wrong_hash")

    relay.drain(line, impatient=True)

    assert Delivery.objects.get().state == state
    assert AuditLog.objects.filter(action="exchange.delivery_dead").exists() == (state == "dead")


def test_what_was_given_up_can_be_revived(platform, line, onboarded, published):
    published()
    delivery = Delivery.objects.get()
    tried(delivery, times=50, since=timedelta(days=4))
    platform.fail("wrong_hash", times=1)
    relay.drain(line, impatient=True)

    assert reviving.revive([delivery], by=None, at=NOW) == 1
    assert relay.drain(line).sent == 1
    assert Delivery.objects.get().attempts == 1
    assert Outcome.REVIVED in DeliveryAttempt.objects.values_list("outcome", flat=True)


def test_only_what_has_ended_badly_can_be_revived(platform, line, onboarded, several):
    several(2)
    relay.drain(line)
    assert reviving.revive(Delivery.objects.all(), by=None, at=NOW) == 0


def test_a_revived_version_that_has_been_overtaken_is_found_stale(
    platform, line, onboarded, published, corrected, states
):
    """BI-Z06: settled as superseded, because our newer one has its receipt"""
    record = published()
    platform.fail("reject_kind", times=1)
    relay.drain(line)
    corrected(record, content="食品经营（散装食品销售）")
    relay.drain(line)
    first = Delivery.objects.filter(record=record).order_by("seq").first()
    Delivery.objects.filter(pk=first.pk).update(state=DeliveryState.BOUNCED)

    reviving.revive([first], by=None, at=NOW)
    relay.drain(line)

    assert states(record) == ["superseded", "acked"]
    assert platform.applied(record) == [(3, "update")], "the fence holds"


def test_stale_without_a_newer_receipt_of_ours_is_a_matter_for_a_person(platform, line, onboarded, published, states):
    """BI-Z06"""
    record = published()
    relay.drain(line)
    platform.change("UPDATE records SET version = 9 WHERE key = ?", record.uid.hex)
    platform.change("DELETE FROM messages")
    Delivery.objects.update(state=DeliveryState.PENDING, attempts=0)

    for _ in range(4):
        relay.drain(line, impatient=True)
        assert states(record) == ["retry"]
    relay.drain(line, impatient=True)

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.error_code) == (DeliveryState.DEAD, "stale")
    assert "对账" in delivery.error
