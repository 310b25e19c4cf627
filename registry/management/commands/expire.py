from datetime import date, datetime, time

from django.core.management.base import BaseCommand, CommandError

from registry import clock
from registry.records import expiry


class Command(BaseCommand):
    help = "登记公示期满的记录；可重复执行"

    def add_arguments(self, parser):
        parser.add_argument("--as-of", default="", help="按这一天判断，例如 2026-03-01；不填为今天")

    def handle(self, *args, **options):
        on = _day(options["as_of"]) if options["as_of"] else clock.today()
        at = datetime.combine(on, time(0, 1), clock.SHANGHAI) if options["as_of"] else clock.now()
        self.stdout.write(f"截至{on}，登记期满{expiry.expire(on=on, at=at)}条")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--as-of 须写成 2026-03-01，现为 {text}") from None
