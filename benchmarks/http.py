"""What a page, a list and the middleware cost, as parts of a view that does nothing."""

from __future__ import annotations

from random import Random

from django.urls import reverse

from benchmarks import serving
from benchmarks.report import Options, Report
from registry import clock
from registry.models import Record

PAGES = 500


def run(options: Options) -> Report:
    report = Report(name="http")
    with serving.served(options, report.remarks) as site:
        uids = list(Record.objects.public(on=clock.today()).order_by("pk").values_list("uid", flat=True))
        chosen = Random(8).sample(uids, min(PAGES, len(uids)))
        questions = {
            "page": [reverse("registry:record", args=[uid]) for uid in chosen],
            "list": [reverse("disclosure:licences")],
        }
        measured = serving.compare(site, questions)
    serving.add(report, "middleware", measured["constant"], measured["bare"])
    for name in questions:
        serving.add(report, name, measured[name], measured["constant"])
    report.remarks += serving.remarks()
    return report
