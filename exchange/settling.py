"""Writing down what became of messages: by key and lease, so that whoever lost the lease changes nothing."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, Min, OuterRef

from exchange.claiming import Claim
from exchange.models import DeliveryAttempt, Outcome
from exchange.receipts import Finding, Receipt
from registry import clock
from registry.audit import log
from registry.models import Delivery
from registry.records.models import DeliveryState

FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(minutes=15)
# A message is given up when both are used up, so that a long outage kills nothing.
MOST_ATTEMPTS, LONGEST_TRIAL = 50, timedelta(days=3)
MOST_STALE_ATTEMPTS = 5  # the platform has judged; what is missing is on our side
AT_ONCE = timedelta(0)

_SETTLED = (DeliveryState.ACKED, DeliveryState.BOUNCED, DeliveryState.DEAD, DeliveryState.SUPERSEDED)


@dataclass(frozen=True)
class Verdict:
    """What becomes of one delivery."""

    state: DeliveryState
    code: str = ""
    reason: str = ""
    receipt_number: str = ""
    payload_sha256: str = ""
    not_before: timedelta | None = None  # for RETRY: instead of the growing delay


@dataclass(frozen=True)
class Attempt:
    """What is known of the request that led to the verdicts."""

    http_status: int | None = None
    milliseconds: int = 0


def settle(
    claim: Claim, verdicts: Mapping[int, Verdict], *, now: datetime, attempt: Attempt
) -> dict[int, DeliveryState]:
    """Write the verdicts down; returns the new states of those that were still ours."""
    claimed = [delivery for delivery in claim.deliveries if delivery.pk in verdicts]
    final = {delivery.pk: _final(delivery, verdicts[delivery.pk], now) for delivery in claimed}
    with transaction.atomic(durable=True):
        ours = Delivery.objects.filter(state=DeliveryState.SENDING, lease_token=claim.token, pk__in=final)
        held = set(ours.select_for_update().values_list("pk", flat=True))
        mine = [delivery for delivery in claimed if delivery.pk in held]
        for delivery in mine:
            # One by one: a single statement with a case for each row takes Django ten times as long to write.
            Delivery.objects.filter(pk=delivery.pk).update(**_changes(delivery, final[delivery.pk], now))
        _replace_failures([one for one in mine if final[one.pk].state == DeliveryState.ACKED])
        _note(claimed, final, now, attempt)
        _raise_alarm([one for one in mine if final[one.pk].state == DeliveryState.DEAD], final, now)
    return {delivery.pk: final[delivery.pk].state for delivery in mine}


def of_receipts(receipts: Mapping[int, Receipt], claim: Claim, hashes: Mapping[int, str]) -> dict[int, Verdict]:
    """The verdicts that the platform's receipts amount to."""
    stale = [delivery for delivery in claim.deliveries if _is(receipts, delivery, Finding.STALE)]
    overtaken = _overtaken(stale)
    return {
        delivery.pk: _verdict(receipts[delivery.pk], delivery, hashes[delivery.pk], overtaken)
        for delivery in claim.deliveries
        if delivery.pk in receipts
    }


def _is(receipts: Mapping[int, Receipt], delivery: Delivery, finding: Finding) -> bool:
    return delivery.pk in receipts and receipts[delivery.pk].finding is finding


def _verdict(receipt: Receipt, delivery: Delivery, sha256: str, overtaken: Collection[int]) -> Verdict:
    match receipt.finding:
        case Finding.ACCEPTED | Finding.DUPLICATE:
            return Verdict(DeliveryState.ACKED, receipt_number=receipt.number, payload_sha256=sha256)
        case Finding.REJECTED:
            return Verdict(DeliveryState.BOUNCED, receipt.code, receipt.reason)
        case Finding.STALE if delivery.pk in overtaken:
            return Verdict(DeliveryState.SUPERSEDED, receipt.code, receipt.reason)
        case Finding.STALE if delivery.attempts >= MOST_STALE_ATTEMPTS:
            return Verdict(DeliveryState.DEAD, receipt.code, "省平台已有更新的版本，但本市没有对应的回执，须对账")
        case _:
            return Verdict(DeliveryState.RETRY, receipt.code, receipt.reason)


def _overtaken(deliveries: Sequence[Delivery]) -> set[int]:
    """Those of which a later number has been acknowledged to us."""
    later = Delivery.objects.filter(
        record=OuterRef("record"), destination=OuterRef("destination"), seq__gt=OuterRef("seq"),
        state=DeliveryState.ACKED,
    )  # fmt: skip
    of_these = Delivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries])
    return set(of_these.filter(Exists(later)).values_list("pk", flat=True)) if deliveries else set()


def _final(delivery: Delivery, verdict: Verdict, now: datetime) -> Verdict:
    """A retry, or the end of the road."""
    if verdict.state != DeliveryState.RETRY or delivery.attempts < MOST_ATTEMPTS:
        return verdict
    begun = DeliveryAttempt.objects.filter(delivery=delivery).aggregate(first=Min("at"))["first"]
    if begun is None or now - begun < LONGEST_TRIAL:
        return verdict
    return Verdict(DeliveryState.DEAD, verdict.code, f"已尝试{delivery.attempts}次仍未成功：{verdict.reason}"[:300])


def _changes(delivery: Delivery, verdict: Verdict, now: datetime) -> dict[str, Any]:
    changes: dict[str, Any] = {
        "state": verdict.state,
        "lease_token": None,
        "lease_until": None,
        "receipt_number": verdict.receipt_number,
        "payload_sha256": verdict.payload_sha256,
        "error_code": verdict.code,
        "error": verdict.reason,
    }
    if verdict.state in _SETTLED:
        # The portal's moment: it is compared with that of publication.
        return changes | {"settled_at": clock.now()}
    delay = _delay(delivery.attempts) if verdict.not_before is None else verdict.not_before
    return changes | {"next_try_at": now + delay}


def _delay(attempts: int) -> timedelta:
    """Full jitter: anything up to a limit that doubles with every attempt."""
    return random.random() * min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(attempts, 20))


def _replace_failures(acknowledged: Sequence[Delivery]) -> None:
    """What failed before and has been overtaken needs nobody's attention any more."""
    if not acknowledged:
        return
    failed = Delivery.objects.filter(
        record__in=[delivery.record_id for delivery in acknowledged],
        destination=acknowledged[0].destination,
        state__in=(DeliveryState.BOUNCED, DeliveryState.DEAD),
    )
    failed.filter(pk__in=_overtaken(list(failed.only("pk")))).update(state=DeliveryState.SUPERSEDED)


def _note(claimed: Sequence[Delivery], final: Mapping[int, Verdict], now: datetime, attempt: Attempt) -> None:
    DeliveryAttempt.objects.bulk_create(
        DeliveryAttempt(
            delivery=delivery,
            at=now,
            outcome=Outcome(final[delivery.pk].state),
            http_status=attempt.http_status,
            error_code=final[delivery.pk].code,
            milliseconds=attempt.milliseconds,
        )
        for delivery in claimed
    )


def _raise_alarm(dead: Sequence[Delivery], final: Mapping[int, Verdict], now: datetime) -> None:
    for delivery in dead:
        verdict = final[delivery.pk]
        log.write(
            "exchange.delivery_dead", by=None, at=now, about=delivery, succeeded=False,
            code=verdict.code, reason=verdict.reason,
        )  # fmt: skip
