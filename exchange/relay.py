"""Carrying what was promised: claim, commit, send, settle, again. Any number of relays may run at once.

No transaction is open while a request is under way. Whatever dies in between leaves a lease that ends by itself,
and the platform recognises the message id of what it has had before.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field

from exchange import channel, claiming, payload, province, receipts, settling
from exchange.address import AddressRefused
from exchange.claiming import Claim
from exchange.destination import PROVINCE
from exchange.payload import Message
from exchange.province import NoAnswer, Province, Untrusted
from exchange.receipts import Judgement, Meaning
from exchange.settling import Attempt, Verdict
from registry import clock
from registry.audit import log
from registry.models import Delivery
from registry.records.models import DeliveryState
from registry.records.statuses import Operation


@dataclass
class Tally:
    """How many messages a pass settled, by their new state, and in how many requests."""

    by_state: Counter[DeliveryState] = field(default_factory=Counter)
    requests: int = 0

    @property
    def sent(self) -> int:
        return self.by_state[DeliveryState.ACKED]


def drain(
    platform: Province | None = None, *, impatient: bool = False, seconds: float = 20, batches: int | None = None
) -> Tally:
    """Send what may go, batch after batch, until nothing is left, the platform fails, or the time is up.

    `impatient` is for an operator who asks now: it does not wait for delays, and tries each message once.
    """
    platform = platform or _platform()
    if platform is None:
        return Tally()
    with closing(platform):
        return _drain(platform, impatient=impatient, end=time.monotonic() + seconds, batches=batches)


def _drain(platform: Province, *, impatient: bool, end: float, batches: int | None) -> Tally:
    tally = Tally()
    passed_over: set[int] = set()
    while time.monotonic() < end and (batches is None or tally.requests < batches):
        now = clock.real_now()
        limit = channel.admit(PROVINCE, now=now, impatient=impatient)
        if not limit:
            break
        claim = claiming.claim(PROVINCE, limit=limit, now=now, impatient=impatient, passed_over=passed_over)
        if not claim.deliveries:
            break
        meaning, states = _carry(claim, platform)
        tally.by_state.update(states.values())
        tally.requests += meaning is not None
        if meaning in (Meaning.OUTAGE, Meaning.STOP):
            break
        if impatient and meaning is Meaning.RECEIPTS:
            passed_over |= {key for key, state in states.items() if state == DeliveryState.RETRY}
    return tally


def _platform() -> Province | None:
    try:
        return province.of_settings()
    except AddressRefused as problem:
        channel.admit(PROVINCE, now=clock.real_now())  # so that there is a channel to stop
        channel.stop(PROVINCE, reason=str(problem), at=clock.real_now())
        return None


def _carry(claim: Claim, platform: Province) -> tuple[Meaning | None, dict[int, DeliveryState]]:
    """Settle one claim, sending what has to be sent; says what the answer meant, None if nothing was asked."""
    messages, verdicts = _prepared(claim)
    states = settling.settle(claim, verdicts, now=clock.real_now(), attempt=Attempt()) if verdicts else {}
    if not messages:
        return None, states
    _say_whose_numbers_leave(messages)
    judgement, attempt, asked = _send(messages, platform)
    verdicts = _verdicts(judgement, claim, messages)
    states |= settling.settle(claim, verdicts, now=clock.real_now(), attempt=attempt)
    _tell_channel(judgement, asked, sent=len(messages))
    return judgement.meaning, states


def _prepared(claim: Claim) -> tuple[list[Message], dict[int, Verdict]]:
    """What there is to send, and the verdicts on the rest."""
    needless = _needless(claim.deliveries)
    messages, hopeless = payload.render([one for one in claim.deliveries if one.pk not in needless])
    never = Verdict(DeliveryState.SUPERSEDED, "never_received", "省平台从未接收该记录，无需撤回")
    verdicts = dict.fromkeys(needless, never)
    verdicts |= {key: Verdict(DeliveryState.DEAD, "unrenderable", reason) for key, reason in hopeless.items()}
    return messages, verdicts


def _needless(deliveries: Sequence[Delivery]) -> set[int]:
    """Withdrawals of what the platform certainly never took: everything before them was turned down.

    Something given up counts as received: its receipt may have been lost.
    """
    withdrawals = {one.record_id: one.pk for one in deliveries if one.operation == Operation.WITHDRAW}
    if not withdrawals:
        return set()
    received = Delivery.objects.filter(
        record__in=withdrawals, destination=PROVINCE, state__in=(DeliveryState.ACKED, DeliveryState.DEAD)
    )
    return set(withdrawals.values()) - {withdrawals[key] for key in received.values_list("record_id", flat=True)}


def _say_whose_numbers_leave(messages: Sequence[Message]) -> None:
    """The trace of document numbers sent in clear, written before they leave (个人信息保护法 25)."""
    for message in messages:
        if message.item.get("id_numbers"):
            log.write(
                "exchange.sent_id_numbers", by=None, at=clock.real_now(), about=message.delivery.record,
                fields=sorted(message.item["id_numbers"]), destination=PROVINCE,
            )  # fmt: skip


def _send(messages: Sequence[Message], platform: Province) -> tuple[Judgement, Attempt, float | None]:
    """The judgement on the platform's answer, how the attempt went, and the rest the platform asks for."""
    begun = time.monotonic()
    status = asked = None
    try:
        answer = platform.post([message.item for message in messages])
        status, asked = answer.status, answer.retry_after
        judgement = receipts.judge(answer, messages)
    except NoAnswer as problem:
        judgement = Judgement(Meaning.OUTAGE, code=problem.code, reason=str(problem))
    except Untrusted as problem:
        judgement = Judgement(Meaning.STOP, code="untrusted", reason=str(problem))
    return judgement, Attempt(status, round((time.monotonic() - begun) * 1000)), asked


def _verdicts(judgement: Judgement, claim: Claim, messages: Sequence[Message]) -> dict[int, Verdict]:
    if judgement.meaning is Meaning.RECEIPTS:
        hashes = {message.delivery.pk: message.sha256 for message in messages}
        return settling.of_receipts(judgement.receipts, claim, hashes)
    verdict = Verdict(DeliveryState.RETRY, judgement.code, judgement.reason)
    if judgement.meaning is Meaning.REFUSED_WHOLE:
        verdict = _of_refused_whole(judgement, alone=len(messages) == 1)
    return {message.delivery.pk: verdict for message in messages}


def _of_refused_whole(judgement: Judgement, *, alone: bool) -> Verdict:
    """One alone is what was refused; of several nobody knows which, so they go again in smaller batches."""
    if alone:
        return Verdict(DeliveryState.BOUNCED, judgement.code, judgement.reason)
    return Verdict(DeliveryState.RETRY, judgement.code, judgement.reason, not_before=settling.AT_ONCE)


def _tell_channel(judgement: Judgement, asked: float | None, *, sent: int) -> None:
    now = clock.real_now()
    channel.count_anomalies(PROVINCE, judgement.anomalies)
    match judgement.meaning:
        case Meaning.RECEIPTS:
            channel.succeeded(PROVINCE)
        case Meaning.OUTAGE:
            channel.failed(PROVINCE, sent=sent, now=now, asked=asked)
        case Meaning.REFUSED_WHOLE:
            channel.refused(PROVINCE, sent=sent)
        case Meaning.STOP:
            channel.stop(PROVINCE, reason=judgement.reason, at=now)
