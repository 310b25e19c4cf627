"""对账 with the provincial platform: exit 1 when it does not hold what we have receipts for."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from exchange import province
from exchange.address import AddressRefused
from exchange.province import NoAnswer, Untrusted
from exchange.reconciliation import Difference, reconcile


class Command(BaseCommand):
    help = "与省平台对账：逐条比较版本、状态和内容摘要"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--from", dest="since", type=date.fromisoformat, help="只报告该日起公示的记录")

    def handle(self, *args: Any, **options: Any) -> None:
        counts: Counter[Difference] = Counter()
        try:
            for found in reconcile(province.of_settings(), since=options["since"]):
                counts[found.difference] += 1
                self.stdout.write(
                    f"{found.difference.value}：{found.key}（本市版本 {found.ours or '无'}，省平台版本 {found.theirs or '无'}）"
                )
        except (NoAnswer, Untrusted, AddressRefused) as problem:
            raise CommandError(f"对账未能完成：{problem}", returncode=2) from None
        for difference in Difference:
            self.stdout.write(f"{difference.value} {counts[difference]} 条")
        if counts:
            sys.exit(1)
        self.stdout.write("本市与省平台一致")
