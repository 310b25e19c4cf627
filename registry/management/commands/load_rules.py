from django.core.management.base import BaseCommand

from registry.directory import rules


class Command(BaseCommand):
    help = "装入各应用 rules/*.csv 中的区划、日历、期限等规则；可重复执行"

    def handle(self, *args, **options):
        for name, count in rules.load().items():
            self.stdout.write(f"{name}：{count}行")
