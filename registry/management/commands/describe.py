from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from registry import documents


class Command(BaseCommand):
    help = "由代码生成 docs/ 中的状态图、字段字典、权限表等文件"

    def handle(self, *args, **options):
        for name, write in documents.every():
            path = Path(settings.BASE_DIR) / "docs" / name
            path.write_text(write(), encoding="utf-8")
            self.stdout.write(f"已写入 docs/{name}")
