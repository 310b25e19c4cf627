"""Wake-up calls for the relay. They carry nothing, so losing or doubling one does no harm."""

from __future__ import annotations

import logging
import time

from celery import shared_task
from kombu.exceptions import OperationalError
from prometheus_client import Counter

from exchange import relay

NUDGES_LOST = Counter("exchange_nudges_lost", "Wake-up calls the broker did not take")
EXPIRES = 10  # seconds; the next tick asks the same question
QUIET = 30  # seconds without a call after one was lost: a broker that hangs is not waited for at every commit

logger = logging.getLogger(__name__)


@shared_task(name="exchange.relay_tick", ignore_result=True, soft_time_limit=60, time_limit=90)
def relay_tick() -> None:
    """Send what waits, for at most 20 seconds."""
    relay.drain(seconds=20)


_quiet_until = 0.0


def nudge() -> None:
    """Hint that there is work, after a commit. Never raises; the settings bound how long it may take (0.2 s)."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        NUDGES_LOST.inc()
        return
    try:
        relay_tick.apply_async(expires=EXPIRES, retry=False)
    except (OperationalError, OSError):  # the broker is down or hangs; the row is there, a tick will find it
        NUDGES_LOST.inc()
        _quiet_until = time.monotonic() + QUIET
        logger.warning("任务队列不可用，推送由定时任务继续")
