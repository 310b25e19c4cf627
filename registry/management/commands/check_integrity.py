from itertools import islice

from django.core.management.base import BaseCommand, CommandError

from registry.records.integrity import CHECKS, WARNINGS
from registry.search import integrity as search_integrity

SHOWN = 20  # of each check; the count says how many there are


class Command(BaseCommand):
    help = "核对数据不变式；有问题时逐条列出并以非零状态结束"

    def add_arguments(self, parser):
        parser.add_argument("--codes", action="store_true", help="只核对统一社会信用代码的质量")

    def handle(self, *args, **options):
        checks = dict(CHECKS) | {"search": search_integrity.differences}
        if options["codes"]:
            checks = {"codes": CHECKS["codes"]}
        found = sum(self._run(name, check, self.stderr) for name, check in checks.items())
        for name, check in WARNINGS.items():
            self._run(name, check, self.stdout, word="提示")
        if found:
            raise CommandError(f"共{found}个问题", returncode=1)
        self.stdout.write("数据一致")

    def _run(self, name, check, out, word="问题"):
        problems = iter(check())
        shown = list(islice(problems, SHOWN))
        count = len(shown) + sum(1 for _ in problems)
        for line in shown:
            out.write(f"{word}[{name}] {line}")
        if count > SHOWN:
            out.write(f"{word}[{name}] …另有{count - SHOWN}条")
        return count
