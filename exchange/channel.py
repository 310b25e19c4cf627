"""Whether anything may go out now, and how much: the circuit breaker of a channel, in the database.

An answer that says nothing about the messages makes the channel rest: at least ten seconds, so that all relays
together try at most six times a minute. Each such failure also halves the batch, each success doubles it: a message
that breaks the platform soon travels alone. A refused key stops the channel until a person resumes it.
"""

from __future__ import annotations

import logging
import random
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Least

from exchange.models import LARGEST_BATCH, Channel, ChannelState
from registry.audit import log
from registry.directory.staff import User

SHORTEST_REST = timedelta(seconds=10)
LONGEST_REST = timedelta(seconds=60)
LONGEST_REQUESTED_REST = timedelta(minutes=15)  # what a Retry-After may ask of us

logger = logging.getLogger(__name__)


def admit(name: str, *, now: datetime, impatient: bool = False) -> int:
    """How many messages may go now; 0 for none. Whoever is admitted to a resting channel is its only probe.

    `impatient` (an operator asks) does not wait for the rest to end; a stopped channel stays stopped.
    """
    channel, _ = Channel.objects.get_or_create(name=name)
    if channel.state == ChannelState.OPEN:
        return channel.batch_size
    rested = Q() if impatient else Q(rest_until=None) | Q(rest_until__lte=now)
    probing = Channel.objects.filter(rested, name=name, state=ChannelState.HALF)
    return channel.batch_size if probing.update(rest_until=now + SHORTEST_REST) else 0


def succeeded(name: str) -> None:
    """The platform answered properly: the channel is open again, and batches may grow."""
    Channel.objects.filter(name=name).exclude(state=ChannelState.STOPPED).update(
        state=ChannelState.OPEN,
        failures=0,
        rest_until=None,
        batch_size=Least(F("batch_size") * 2, LARGEST_BATCH),
    )


def failed(name: str, *, sent: int, now: datetime, asked: float | None = None) -> None:
    """The platform did not answer properly: rest, as long as it asks within reason, then try half as much."""
    channel = Channel.objects.get(name=name)
    growing = min(LONGEST_REST, SHORTEST_REST * 2 ** min(channel.failures, 10))
    rest = SHORTEST_REST + random.random() * (growing - SHORTEST_REST)
    if asked is not None:
        rest = max(rest, min(timedelta(seconds=asked), LONGEST_REQUESTED_REST))
    Channel.objects.filter(name=name).exclude(state=ChannelState.STOPPED).update(
        state=ChannelState.HALF, failures=F("failures") + 1, rest_until=now + rest, batch_size=max(1, sent // 2)
    )


def refused(name: str, *, sent: int) -> None:
    """The platform is well but will not have this batch: send half as much at once."""
    Channel.objects.filter(name=name).exclude(state=ChannelState.STOPPED).update(
        state=ChannelState.OPEN, failures=0, rest_until=None, batch_size=max(1, sent // 2)
    )


def count_anomalies(name: str, number: int) -> None:
    if number:
        Channel.objects.filter(name=name).update(anomalies=F("anomalies") + number)
        logger.warning("省平台的回复中有%d处异常回执", number)


@transaction.atomic
def stop(name: str, *, reason: str, at: datetime) -> None:
    """Send nothing more until a person has looked; says so once, however many relays run into it."""
    stopping = Channel.objects.filter(name=name).exclude(state=ChannelState.STOPPED)
    if stopping.update(state=ChannelState.STOPPED, stopped_reason=reason, rest_until=None):
        log.write("exchange.channel_stopped", by=None, at=at, about=Channel(name=name), succeeded=False, reason=reason)
        logger.error("推送通道已停用：%s", reason)


@transaction.atomic
def resume(name: str, *, by: User | None, at: datetime) -> bool:
    """Open a stopped channel again; whether it was stopped."""
    stopped = Channel.objects.filter(name=name, state=ChannelState.STOPPED)
    # Carefully: the next request is a probe.
    resumed = stopped.update(state=ChannelState.HALF, stopped_reason="", failures=0, rest_until=None)
    if resumed:
        log.write("exchange.channel_resumed", by=by, at=at, about=Channel(name=name))
    return bool(resumed)
