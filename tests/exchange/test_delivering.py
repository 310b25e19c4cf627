"""What is published reaches the province, in order and once (rows S1.3.2, S1.3.4, S1.3.12; scenario S-01, 6 and 10)."""

from __future__ import annotations

import pytest

from exchange import claiming, onboarding, relay
from exchange.destination import PROVINCE
from exchange.models import DeliveryAttempt, Outcome
from registry import clock
from registry.models import Delivery
from registry.records import holds
from registry.records.models import DeliveryState
from registry.records.models.holds import HoldGround
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_published_record_arrives_and_brings_a_receipt(platform, line, onboarded, published):
    record = published()

    assert relay.drain(line).sent == 1

    delivery = Delivery.objects.get(record=record)
    held = platform.held(record)
    assert delivery.state == DeliveryState.ACKED
    assert delivery.receipt_number == held["receipt"] != ""
    assert delivery.payload_sha256 == held["payload_sha256"]
    assert delivery.settled_at is not None and delivery.lease_token is None
    assert held["port"] == onboarded.onboarding.port_number
    assert (held["version"], held["op"], held["state"]) == (delivery.seq, "add", 0)


def test_publication_correction_and_withdrawal_arrive_in_order(
    platform, line, onboarded, published, corrected, withdrawn
):
    record = published()
    relay.drain(line)
    corrected(record, content="食品经营（散装食品销售）")
    relay.drain(line)
    withdrawn(record)
    relay.drain(line)

    assert platform.applied(record) == [(2, "add"), (3, "update"), (4, "withdraw")]
    receipts = list(Delivery.objects.filter(record=record).values_list("receipt_number", flat=True))
    assert len(set(receipts)) == 3 and all(receipts)


def test_versions_that_waited_together_leave_one_after_the_other(platform, line, onboarded, published, corrected):
    record = published()
    corrected(record, content="食品经营（散装食品销售）")
    corrected(record, content="食品经营（热食类食品制售）")

    tally = relay.drain(line)

    assert tally.requests == 3, "one version of a record a request"
    assert [version for version, _ in platform.applied(record)] == [2, 3, 4]


def test_pushing_again_sends_nothing(platform, line, onboarded, several):
    several(3)
    assert relay.drain(line).sent == 3
    assert relay.drain(line).sent == 0
    assert len(platform.applied()) == 3


def test_a_withdrawal_of_what_never_left_sends_nothing(platform, line, onboarded, published, withdrawn, states):
    record = published()
    withdrawn(record)

    assert relay.drain(line).requests == 0
    assert states(record) == ["superseded", "superseded"]


def test_a_withdrawal_waits_for_the_receipt_of_its_addition(platform, line, onboarded, published, withdrawn):
    record = published()
    platform.fail("500", times=1)
    relay.drain(line)
    withdrawn(record)

    relay.drain(line, impatient=True)

    assert platform.applied(record) == [(2, "add"), (3, "withdraw")]


def test_a_withdrawal_of_what_was_turned_down_is_not_sent(platform, line, onboarded, published, withdrawn, states):
    record = published()
    platform.fail("reject_kind", times=1)
    relay.drain(line)
    withdrawn(record)

    relay.drain(line)

    assert states(record) == ["bounced", "superseded"]
    assert platform.held(record) is None


def test_a_withdrawal_of_what_was_given_up_is_sent(platform, line, onboarded, published, withdrawn):
    """The receipt may have been lost, and then the province still shows what we took back."""
    record = published()
    platform.fail("reset_after", times=1)
    relay.drain(line)
    Delivery.objects.filter(record=record).update(state=DeliveryState.DEAD)
    withdrawn(record)

    relay.drain(line, impatient=True)

    assert platform.held(record)["op"] == "withdraw"


def test_an_objection_is_told_as_a_state_and_so_is_its_end(platform, line, onboarded, published, reviewer):
    record = published("penalty")
    hold = holds.open_hold(record, HoldGround.OBJECTION, by=reviewer, at=factories.NOON)
    relay.drain(line)
    assert (platform.held(record)["op"], platform.held(record)["state"]) == ("update", 2)

    holds.close_hold(hold, by=reviewer, at=factories.NOON)
    relay.drain(line)
    assert platform.held(record)["state"] == 0


def test_drafts_and_submissions_never_leave(platform, line, onboarded, drafted, submitted):
    drafted()
    submitted("penalty")
    assert relay.drain(line).requests == 0
    assert not Delivery.objects.exists()


def test_what_an_unconnected_organisation_publishes_waits(platform, line, published, states):
    record = published()

    assert relay.drain(line, impatient=True).requests == 0

    assert states(record) == ["pending"]
    assert platform.held(record) is None


def test_the_backlog_leaves_in_order_once_the_organisation_is_connected(
    platform, line, organisation, published, corrected
):
    record = published()
    corrected(record, content="食品经营（散装食品销售）")
    relay.drain(line)

    onboarding.onboard(organisation, by=None, at=factories.NOON)
    relay.drain(line)

    assert [version for version, _ in platform.applied(record)] == [2, 3]


def test_a_closed_port_holds_everything_back_and_loses_nothing(platform, line, onboarded, published, states):
    record = published()
    onboarding.stop(onboarded, by=None, at=factories.NOON, reason="机构撤并")
    assert relay.drain(line).requests == 0

    onboarding.onboard(onboarded, by=None, at=factories.NOON)
    assert relay.drain(line).sent == 1
    assert states(record) == ["acked"]


def test_an_outage_delays_and_doubles_nothing(platform, line, onboarded, published):
    platform.fail("500")
    record = published()

    relay.drain(line)

    delivery = Delivery.objects.get(record=record)
    assert (delivery.state, delivery.error_code) == (DeliveryState.RETRY, "500")
    assert delivery.next_try_at > clock.real_now()

    platform.recover()
    assert relay.drain(line, impatient=True).sent == 1
    assert platform.applied(record) == [(2, "add")]
    assert list(DeliveryAttempt.objects.order_by("pk").values_list("outcome", "http_status")) == [
        (Outcome.RETRY, 500),
        (Outcome.ACKED, 200),
    ]


def test_urgent_news_overtakes_ordinary_news(platform, line, onboarded, published, several, withdrawn):
    out_there = published("penalty")
    relay.drain(line)
    several(3)
    withdrawn(out_there)

    claim = claiming.claim(PROVINCE, limit=1, now=clock.real_now())

    assert [delivery.record for delivery in claim.deliveries] == [out_there]


def test_a_line_with_something_urgent_in_it_goes_first(platform, line, onboarded, published, corrected):
    published(document_number="石食药监许〔2026〕9101号")
    urgent = published(document_number="石食药监许〔2026〕9102号")
    corrected(urgent, content="食品经营（散装食品销售）")

    claim = claiming.claim(PROVINCE, limit=1, now=clock.real_now())

    assert [delivery.record for delivery in claim.deliveries] == [urgent]


def test_codes_go_to_both_channels(platform, line, onboarded, published):
    """安政发〔2017〕8号 一（一）: by the platform and by the site 信用陕西 (row S1.1.6)."""
    code, licence = published("code-event"), published()
    relay.drain(line)
    assert platform.held(code)["channels"] == ["省平台", "信用陕西"]
    assert platform.held(licence)["channels"] == ["省平台"]


def test_every_kind_there_is_can_be_told(platform, line, onboarded, published):
    records = [published(kind) for kind in ("licence", "penalty", "code-event", "catalogue-record")]
    assert relay.drain(line).sent == 4
    assert [platform.held(record)["kind"] for record in records] == [record.kind for record in records]
