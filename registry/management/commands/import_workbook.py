import time
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from registry import clock
from registry.directory.organisations import Organisation
from registry.directory.staff import User
from registry.intake import files, receiving, work
from registry.intake.errors import Refused
from registry.intake.models import BatchState, ImportBatch
from registry.intake.receiving import Delivery
from registry.records.validation import Invalid

_NAMED = 20
_AT_ONCE = 1024 * 1024


class Command(BaseCommand):
    help = "检查一个工作簿；加 --commit 则将无误的行存为草稿（仍须他人审核），有误的行逐条列出"

    def add_arguments(self, parser):
        parser.add_argument("kind", help="记录种类，例如 licence")
        parser.add_argument("file", type=Path, help="工作簿：xlsx、xls 或 csv")
        parser.add_argument("--organisation", required=True, help="提供单位的统一社会信用代码")
        parser.add_argument("--clerk", default="", help="以哪位录入员的名义（用户名）；本单位只有一位时可不填")
        parser.add_argument("--item", default="", help="目录信息项编码；本单位只有一个时可不填")
        parser.add_argument("--backfill", action="store_true", help="补录以前年度的决定")
        parser.add_argument("--commit", action="store_true", help="将无误的行存为草稿")
        parser.add_argument("--returned", type=Path, help="把标注了问题的工作簿写到这个文件")

    def handle(self, *args, file, commit, returned, **options):
        batch = self._received(file, commit, options)
        while batch.is_at_work:
            work.work_on(batch.pk)
            batch.refresh_from_db()
            if batch.is_at_work:  # a worker has it in hand
                time.sleep(0.2)
        if batch.state == BatchState.REFUSED:
            raise CommandError(batch.refusal)
        self._tell(batch)
        if returned and batch.returned_as:
            with returned.open("wb") as target:
                files.write_clear(batch.returned_as, target, batch=batch.uid)

    def _received(self, file: Path, commit: bool, options: dict) -> ImportBatch:
        organisation = _organisation(options["organisation"])
        delivery = Delivery(
            kind=options["kind"],
            organisation=organisation,
            by=_clerk(organisation, options["clerk"]),
            at=clock.now(),
            item_code=options["item"],
            is_backfill=options["backfill"],
            at_once=commit,
        )
        try:
            with file.open("rb") as content:
                batch, _ = receiving.receive(delivery, iter(lambda: content.read(_AT_ONCE), b""), name=file.name)
        except OSError as error:
            raise CommandError(f"文件无法读取：{error.strerror}") from None
        except PermissionDenied as refusal:
            raise CommandError(str(refusal)) from None
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        except Invalid as invalid:
            raise CommandError("；".join(problem.message for problem in invalid.checked.problems)) from None
        return batch

    def _tell(self, batch: ImportBatch) -> None:
        for remark in batch.remarks:
            self.stdout.write(remark)
        rows = list(batch.rows.all()[: _NAMED + 1])
        for row in rows[:_NAMED]:
            said = "；".join(problem["message"] for problem in row.problems)
            self.stdout.write(f"第{row.number}行（{row.get_verdict_display()}）：{said}")
        if len(rows) > _NAMED:
            self.stdout.write("……其余见标注了问题的工作簿（--returned）")
        self.stdout.write(
            f"共{batch.rows_read}行：可导入{batch.rows_new}，有误{batch.rows_wrong}，待核{batch.rows_held}，"
            f"已存在{batch.rows_same}，内容有变化{batch.rows_changed}；已存为草稿{batch.rows_stored}条"
        )


def _organisation(code: str) -> Organisation:
    found = Organisation.objects.filter(uscc=code).first()
    if found is None:
        raise CommandError(f"没有统一社会信用代码为 {code[:18]} 的单位")
    return found


def _clerk(organisation: Organisation, username: str) -> User:
    staff = User.objects.filter(organisation=organisation, is_active=True)
    if username:
        staff = staff.filter(username=username)
    clerks = [user for user in staff if user.has_perm("registry.enter_record")]
    if len(clerks) != 1:
        found = "没有" if not clerks else f"有{len(clerks)}位"
        raise CommandError(f"{organisation}{found}符合条件的录入员，请用 --clerk 指明用户名")
    return clerks[0]
