from django.core.management.base import BaseCommand
from django.db import transaction

from registry import clock
from registry.audit import log
from registry.directory import rules


class Command(BaseCommand):
    help = "装入各应用 rules/*.csv 中的区划、日历、期限等规则；可重复执行，工作人员改过的行不会被覆盖"

    @transaction.atomic
    def handle(self, *args, **options):
        for name, loaded in rules.load().items():
            self.stdout.write(
                f"{name}：{loaded.rows}行（新增{len(loaded.added)}，更新{len(loaded.changed)}，"
                f"保留人工修改{len(loaded.kept)}）"
            )
            if loaded.added or loaded.changed:
                log.write("rules.load", by=None, at=clock.now(), file=name, added=loaded.added, changed=loaded.changed)
