"""Print how far the city and its counties are connected to the provincial platform."""

from __future__ import annotations

import argparse
import json
from typing import Any

from django.core.management.base import BaseCommand

from exchange import progress
from exchange.progress import Progress


class Command(BaseCommand):
    help = "市级和各县区部门接入省平台的进度"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="最后一行输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        found = progress.by_region()
        for each in found:
            self.stdout.write(_line(each))
        if options["json"]:
            figures = [
                {
                    "metric": each.region.pk,
                    "value": each.share,
                    "unit": "share",
                    "label": each.label,
                    "connected": len(each.connected),
                    "total": each.total,
                    "complete": each.is_complete,
                }
                for each in found
            ]
            self.stdout.write(json.dumps({"name": "onboarding", "figures": figures}, ensure_ascii=False))


def _line(each: Progress) -> str:
    if each.share is None:
        return f"{each.label} 0/0 —（没有登记部门）"
    standing = "全面接入" if each.is_complete else f"未接入：{'、'.join(each.missing)}"
    return f"{each.label} {len(each.connected)}/{each.total} {each.share:.0%}（{standing}）"
