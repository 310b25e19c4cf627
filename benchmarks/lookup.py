"""The verdict on a code over the API, for codes that subjects have; compared with a view that does nothing."""

from __future__ import annotations

from random import Random

from benchmarks import serving
from benchmarks.report import Options, Report
from registry.directory.subjects import Subject

CODES = 500


def run(options: Options) -> Report:
    report = Report(name="lookup")
    with serving.served(options, report.remarks) as site:
        codes = list(Subject.objects.public().order_by("pk").values_list("uscc", flat=True))
        chosen = Random(8).sample(codes, min(CODES, len(codes)))
        measured = serving.compare(site, {"lookup": [f"/api/v1/codes/{code}/" for code in chosen]})
    serving.add(report, "lookup", measured["lookup"], measured["constant"])
    report.remarks += serving.remarks()
    return report
