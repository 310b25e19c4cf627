from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from registry import clock
from registry.directory import legacy_intake
from registry.directory.organisations import Organisation

SHOWN = 50  # wrong rows that are spelled out


class Command(BaseCommand):
    help = "导入登记管理部门的存量主体名册（CSV，UTF-8）；不加 --commit 只检查"

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help=f"表头：{'、'.join(legacy_intake.HEADER)}")
        parser.add_argument("--organisation", required=True, help="登记管理部门的统一社会信用代码")
        parser.add_argument("--commit", action="store_true", help="写入正确的行")

    def handle(self, *args, **options):
        authority = Organisation.objects.filter(uscc=options["organisation"]).first()
        if authority is None or not authority.code_authorities.exists():
            raise CommandError("没有这个登记管理部门，或该单位没有赋码权限")
        taken = self._take_in(options["file"], authority, commit=options["commit"])
        for line, why in list(taken.wrong.items())[:SHOWN]:
            self.stdout.write(f"第{line}行 {why}")
        done = "已写入" if options["commit"] else "可写入"
        self.stdout.write(f"{done}{len(taken.new)}行，已有{taken.known}行，有误{len(taken.wrong)}行")

    def _take_in(self, file, authority, *, commit):
        try:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                table = legacy_intake.rows(lines)
                return legacy_intake.take_in(table, authority=authority, on=clock.today(), commit=commit)
        except OSError:
            raise CommandError("文件不存在或无法读取") from None
        except UnicodeDecodeError:
            raise CommandError("文件须为 UTF-8 编码，请在表格软件中另存为“CSV UTF-8”") from None
        except legacy_intake.WrongHeader as problem:
            raise CommandError(str(problem)) from None
