"""Send to the provincial platform what waits: once now, or for ever where there is no Celery."""

from __future__ import annotations

import argparse
import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, close_old_connections

from exchange import channel, relay, status
from exchange.destination import PROVINCE
from exchange.models import ChannelState
from exchange.relay import Tally
from registry import clock
from registry.records.models import DeliveryState

NO_END = float("inf")

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "向省平台推送待报送的信用信息"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help="持续推送，直到收到停止信号")
        parser.add_argument("--interval", type=float, default=5, help="持续推送时两次之间的秒数")
        parser.add_argument("--resume", action="store_true", help="先恢复因密钥或证书问题停用的通道")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["resume"] and channel.resume(PROVINCE, by=None, at=clock.now()):
            self.stdout.write("推送通道已恢复")
        if options["loop"]:
            self._loop(options["interval"])
        else:
            self._report(relay.drain(impatient=True, seconds=NO_END))

    def _loop(self, interval: float) -> None:
        stopping = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopping.set())
        while not stopping.is_set():
            self._tick()
            stopping.wait(interval)

    def _tick(self) -> None:
        close_old_connections()
        try:
            tally = relay.drain()
        except (DatabaseError, InterfaceError):
            # The database restarts, or takes too long: its rows are still there at the next tick.
            logger.exception("推送中断，稍后继续")
            return
        if tally.requests:
            self._report(tally)

    def _report(self, tally: Tally) -> None:
        self.stdout.write(f"已推送 {tally.sent} 条")
        for state in (DeliveryState.RETRY, DeliveryState.BOUNCED, DeliveryState.DEAD):
            if tally.by_state[state]:
                self.stdout.write(f"{state.label} {tally.by_state[state]} 条")
        found = status.summary()
        if found["not_onboarded"]:
            self.stdout.write(f"{DeliveryState.BLOCKED.label} {found['not_onboarded']} 条")
        if found["channel"]["state"] == ChannelState.STOPPED:
            self.stderr.write(f"推送通道已停用：{found['channel']['stopped_reason']}；处理后用 --resume 恢复")
