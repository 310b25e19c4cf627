import json

from django.core.management.base import BaseCommand

from registry.directory.legacy import LegacyRegistration


class Command(BaseCommand):
    help = "存量主体代码转换率：按登记管理部门和区划，注销主体不计"

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="最后一行输出 JSON")

    def handle(self, *args, **options):
        rates = LegacyRegistration.objects.all().rates()
        for rate in rates:
            share = f"{rate.share:.1%}"
            self.stdout.write(f"{rate.region} {rate.authority}：{rate.converted}/{rate.total} {share}")
        if not rates:
            self.stdout.write("尚未登记存量主体")
        if options["json"]:
            figures = [
                {
                    "metric": f"{rate.region}.{rate.authority}",
                    "value": rate.share,
                    "unit": "share",
                    "converted": rate.converted,
                    "unconverted": rate.unconverted,
                }
                for rate in rates
            ]
            self.stdout.write(json.dumps({"name": "conversion", "figures": figures}, ensure_ascii=False))
