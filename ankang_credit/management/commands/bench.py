import pkgutil
import sys
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

import benchmarks
from benchmarks.report import Options, save


class Command(BaseCommand):
    requires_system_checks = []
    help = "性能测试：在自建的数据库中装入模拟数据并测量，打印各项指标及与基线的比值"

    def add_arguments(self, parser):
        parser.add_argument("name", type=lambda name: name.replace("-", "_"), choices=sorted(_found()), help="测试名称")
        parser.add_argument("--json", action="store_true", help="最后一行输出 JSON")
        parser.add_argument("--size", type=int, help="公开记录的条数")
        parser.add_argument("--engines", default="postgresql,sqlite", help="逗号分隔的数据库类型")
        parser.add_argument("--save", action="store_true", help="写入 docs/benchmarks.md")
        parser.add_argument("--keep", action="store_true", help="保留并复用测试数据库")

    def handle(self, *args, name, size, engines, keep, **options):
        asked = Options(size=size, engines=tuple(engines.split(",")), keep=keep)
        if strange := set(asked.engines) - {"postgresql", "sqlite"}:
            raise CommandError(f"不支持的数据库类型：{'、'.join(sorted(strange))}")
        report = import_module(f"benchmarks.{name}").run(asked)
        self.stdout.write(report.as_table())
        for remark in report.remarks:
            self.stdout.write(f"- {remark}")
        if options["save"]:
            asked_for = " ".join(word for word in sys.argv[1:] if word not in ("--save", "--keep"))
            save(report, f"python3 manage.py {asked_for}", Path(settings.BASE_DIR, "docs", "benchmarks.md"))
        if options["json"]:
            self.stdout.write(report.as_json())


def _found() -> list[str]:
    """The benchmarks there are: each module that can be run."""
    names = (module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    return [name for name in names if hasattr(import_module(f"benchmarks.{name}"), "run")]
