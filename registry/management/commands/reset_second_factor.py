from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from registry import clock
from registry.directory import second_factor
from registry.directory.staff import User


class Command(BaseCommand):
    help = "在服务器上解除某个账号的动态口令绑定（手机遗失时；平时由技术管理员在工作台办理）"

    def add_arguments(self, parser):
        parser.add_argument("username", help="用户名")
        parser.add_argument("--reason", required=True, help="理由，记入审计日志")

    def handle(self, *args, **options):
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError("没有这个账号")
        try:
            second_factor.reset(user, by=None, at=clock.now(), reason=options["reason"])
        except ValidationError as refusal:
            raise CommandError("；".join(refusal.messages)) from None
        self.stdout.write(f"已解除{user}的动态口令绑定，其所有登录已结束")
