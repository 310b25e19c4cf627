"""`manage.py load_demo`: the fabricated data set, once."""

from __future__ import annotations

import gc
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count

from ankang_credit.demo import accounts, loading
from registry import clock
from registry.directory import roles, rules
from registry.directory.organisations import Organisation
from registry.directory.subjects import Subject
from registry.records import kinds
from registry.records.models import Record
from registry.records.statuses import Status
from registry.search import statistics

ACCOUNTS = "demo-accounts.txt"


class Command(BaseCommand):
    help = "装入虚构的演示数据（只装一次；生产环境不能使用）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", type=float, default=1.0, help="数据量的倍数，默认 1（约一万条记录）")

    def handle(self, *, scale: float, verbosity: int, **options: object) -> None:
        if settings.PRODUCTION:
            raise CommandError("演示数据均为虚构，生产环境不能装入。")
        if not 0 < scale <= 3:
            raise CommandError("--scale 须大于 0，且不超过 3")
        is_new, file = not loading.is_loaded(), settings.DATA_ROOT / ACCOUNTS
        if is_new or not file.exists():
            with ThreadPoolExecutor(max_workers=1) as aside:  # hashing takes seconds, by design, but no lock
                passwords = aside.submit(accounts.new_passwords)
                if is_new:
                    _load(scale)
                loading.hand_out_secrets(file, passwords.result())
        if verbosity:
            self.stdout.write("已装入演示数据（均为虚构）" if is_new else "演示数据已在库中，未作改动")
            self.stdout.write("\n".join([*_summary(), f"演示账号及口令见 {file}"]))


def _load(scale: float) -> None:
    rules.load()
    roles.set_up()
    gc.disable()  # nothing is dropped meanwhile, and looking for it takes a sixth of the time
    try:
        loading.load(today=clock.today(), scale=scale)
    finally:
        gc.enable()
    statistics.refresh(force=True)


def _summary() -> list[str]:
    """What there is now, in lines."""
    records = Record.objects.order_by()
    by_kind = dict(records.values_list("kind").annotate(Count("pk")))
    by_status = dict(records.values_list("status").annotate(Count("pk")))
    return [
        f"单位 {Organisation.objects.count()} 个，信用主体 {Subject.objects.count()} 个，记录 {records.count()} 条",
        "  " + "，".join(f"{kind.label} {by_kind[kind.code]}" for kind in kinds.every() if kind.code in by_kind),
        "  " + "，".join(f"{status.label} {by_status[status]}" for status in Status if status in by_status),
    ]
