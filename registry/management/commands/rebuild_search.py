from django.core.management.base import BaseCommand

from registry.search import index, statistics


class Command(BaseCommand):
    help = "重建检索索引并更新词频；用于整批装入数据、机构区划变更或新增信息种类之后"

    def handle(self, *args, **options):
        count = index.rebuild()
        statistics.refresh(force=True)
        self.stdout.write(f"检索条目：{count}条")
