"""Wake-up calls for the relay. They carry nothing, so losing or doubling one does no harm."""

from __future__ import annotations

import logging

from celery import shared_task
from kombu.exceptions import OperationalError
from prometheus_client import Counter

from exchange import relay

NUDGES_LOST = Counter("exchange_nudges_lost", "Wake-up calls the broker did not take")
EXPIRES = 10  # seconds; the next tick asks the same question

logger = logging.getLogger(__name__)


@shared_task(name="exchange.relay_tick", ignore_result=True, soft_time_limit=60, time_limit=90)
def relay_tick() -> None:
    """Send what waits, for at most 20 seconds."""
    relay.drain(seconds=20)


def nudge() -> None:
    """Hint that there is work, after a commit. Never raises; the settings bound how long it may take (0.2 s)."""
    try:
        relay_tick.apply_async(expires=EXPIRES, retry=False)
    except (OperationalError, OSError):  # the broker is down or hangs; the row is there, a tick will find it
        NUDGES_LOST.inc()
        logger.warning("任务队列不可用，推送由定时任务继续")
