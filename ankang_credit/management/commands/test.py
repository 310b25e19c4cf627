"""`manage.py test`: the whole test run, in parts; everything after `test` goes to pytest."""

from __future__ import annotations

import importlib.util
import os
import signal
import sys

from django.core.management.base import BaseCommand

from ankang_credit import parts

TRUE = ("1", "true", "yes")


class Command(BaseCommand):
    help = "运行全部测试：SQLite、PostgreSQL 与 Redis、浏览器三部分；其余参数原样交给 pytest。"

    def run_from_argv(self, argv: list[str]) -> None:
        # Not by Django's parser, which would refuse pytest's own options.
        if importlib.util.find_spec("pytest") is None:
            sys.exit("当前环境没有安装测试依赖。请用系统的 python3 运行：python3 manage.py test")
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            counts, right = parts.run(parts.PARTS, argv[2:], required=nothing_may_be_left_out())
        except KeyboardInterrupt:
            sys.exit("测试被中断。")
        print(f"\n{counts}", flush=True)
        sys.exit(0 if right else 1)

    def handle(self, *args: object, **options: object) -> None:
        self.run_from_argv(["manage.py", "test"])


def nothing_may_be_left_out() -> bool:
    return any(os.environ.get(name, "").lower() in TRUE for name in ("CI", "REQUIRE_ALL"))
