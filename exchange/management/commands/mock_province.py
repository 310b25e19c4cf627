"""Run the mock province as a process of its own."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from exchange.mock_province.server import run


class Command(BaseCommand):
    help = "运行模拟省平台（仅供演示和测试）"
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="监听地址")
        parser.add_argument("--port", type=int, default=8100, help="端口；0 为任一空闲端口")
        parser.add_argument("--store", type=Path, help="数据文件")
        parser.add_argument("--kind", action="append", default=[], help="另外接收的信息种类，可多次")

    def handle(self, *args: Any, **options: Any) -> None:
        if getattr(settings, "PRODUCTION", False) and not getattr(settings, "ENABLE_MOCK_PROVINCE", False):
            raise CommandError("生产环境不得运行模拟省平台（演示环境请设置 ENABLE_MOCK_PROVINCE）")
        run(
            store=options["store"] or settings.DATA_ROOT / "mock-province.sqlite3",
            key=settings.PROVINCE_KEY,
            host=options["host"],
            port=options["port"],
            kinds=options["kind"],
        )
