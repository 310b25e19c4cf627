from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from registry.records import describing

DOCUMENTS = {"states.md": describing.states, "fields.md": describing.dictionary}


class Command(BaseCommand):
    help = "由代码生成 docs/states.md（状态图）与 docs/fields.md（字段字典）"

    def handle(self, *args, **options):
        for name, text in DOCUMENTS.items():
            path = Path(settings.BASE_DIR) / "docs" / name
            path.write_text(text(), encoding="utf-8")
            self.stdout.write(f"已写入 docs/{name}")
