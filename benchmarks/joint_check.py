"""The joint check of 100,000 codes against one SQL join in the same run, and of one code against the code lookup."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from django.db import connection
from django.test import Client, override_settings

from benchmarks import search_data
from benchmarks.databases import own_database
from benchmarks.report import Options, Report, spread
from measures import checking
from measures.checking import Asker
from measures.models import ApplicationMatter
from registry import clock
from registry.directory.organisations import Organisation
from registry.models import ApiKey, Record, Subject
from registry.records import kinds
from registry.records.statuses import Status

SIZE = 300_000  # public records, about 105,000 subjects
CODES = 100_000
UNKNOWN = 0.05
LISTED = 0.01  # of the subjects
REPEATS = 3
SINGLE = 500
_TODAY = search_data.TODAY
_KIND = "code-event"  # stands in for the kind that bites: its own records are made licences first


def run(options: Options) -> Report:
    report = Report(name="joint-check")
    size = options.size or SIZE
    for engine in options.engines:
        with own_database(engine, f"ankang_bench_check_{size}", keep=options.keep) as is_new:
            if is_new:
                search_data.fill(size)
                _list_some()
            with kinds.standing_in(replace(kinds.get(_KIND), bites=True)):
                _measure(report, engine)
    report.remarks += _REMARKS
    return report


_REMARKS = [
    f"batch: {CODES:,} codes, {UNKNOWN:.0%} of them unknown, {LISTED:.0%} of the subjects listed; found, hits with"
    " measures, everything kept. Baseline: one SQL join of the same codes with subjects and live entries, fetched.",
    "single: POST /api/v1/joint-checks/ by a body's key against GET /api/v1/codes/<code>/ by the same key, in one process.",
    "peak: what Python holds at most during the batch check (tracemalloc), the codes themselves included.",
]


def _list_some() -> None:
    """Have one subject in a hundred bear one live entry of the kind that bites."""
    Record.objects.filter(kind=_KIND).update(kind="licence")
    subjects = list(Subject.objects.order_by("pk").values_list("pk", flat=True))
    listed = Random(8).sample(subjects, max(1, int(len(subjects) * LISTED)))
    newest = Record.objects.filter(subject__in=listed, status=Status.PUBLISHED).order_by("subject", "-pk")
    chosen = {subject: pk for subject, pk in newest.values_list("subject", "pk")}
    Record.objects.filter(pk__in=chosen.values()).update(kind=_KIND, openness=0, public_until=None)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _measure(report: Report, engine: str) -> None:
    asker, codes = _asker(), _codes()
    joined = min(_seconds(lambda: _join(codes)) for _ in range(REPEATS))
    checked = min(_seconds(lambda: checking.check_codes(codes, asker)) for _ in range(REPEATS))
    answer = checking.check_codes(codes, asker)
    report.add(f"{engine}.batch", len(codes) / checked, "codes/s", baseline=len(codes) / joined, ratio=joined / checked)
    report.add(f"{engine}.batch.hits", len(answer.hits), "entries", baseline=_join(codes))
    tracemalloc.start()
    checking.check_codes(codes, asker)
    report.add(f"{engine}.batch.peak", tracemalloc.get_traced_memory()[1] / 2**20, "MiB", baseline=300)
    tracemalloc.stop()
    _single(report, engine, asker, codes)


def _asker() -> Asker:
    body = Organisation.objects.order_by("pk").first()
    matter, _ = ApplicationMatter.objects.get_or_create(
        organisation=body, name="基准测试", defaults={"stage": "x", "workflow": "x"}
    )
    return Asker(organisation=body, matter=matter, at=clock.now(), today=_TODAY)


def _codes() -> list[str]:
    known = list(Subject.objects.exclude(uscc=None).order_by("pk").values_list("uscc", flat=True)[:CODES])
    unknown = int(len(known) * UNKNOWN)
    codes = known[unknown:] + [f"91610900XXZZ{number:06d}" for number in range(unknown)]
    Random(8).shuffle(codes)
    return codes


_TERM = (
    "r.kind = %s AND r.status IN ('published', 'listed') AND r.openness <= 1"
    " AND r.public_from <= %s AND (r.public_until IS NULL OR r.public_until >= %s)"
)


def _join(codes: list[str]) -> int:
    """The one join, fetched whole; how many entries it met."""
    asked = "unnest(%s) AS c(value)" if connection.vendor == "postgresql" else "json_each(%s) AS c"
    given: Any = codes if connection.vendor == "postgresql" else json.dumps(codes)
    statement = (
        f"SELECT c.value, s.id, r.id, r.uid FROM {asked} LEFT JOIN registry_subject s ON s.uscc = c.value"
        f" LEFT JOIN registry_record r ON r.subject_id = s.id AND {_TERM}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [given, _KIND, _TODAY, _TODAY])
        return sum(row[2] is not None for row in cursor.fetchall())


def _single(report: Report, engine: str, asker: Asker, codes: list[str]) -> None:
    _, secret = ApiKey.objects.create_key(name="bench", organisation=asker.organisation)
    machine = Client(headers={"Authorization": f"Api-Key {secret}"})
    budgets = dict.fromkeys(("anonymous", "person", "key", "write"), 10**9)
    with override_settings(API_BUDGETS=budgets, CREDIT_TODAY=_TODAY, ALLOWED_HOSTS=["testserver"]):

        def check(code: str) -> None:
            asked = json.dumps({"matter": asker.matter.name, "code": code})
            assert machine.post("/api/v1/joint-checks/", asked, content_type="application/json").status_code == 201

        def look_up(code: str) -> None:
            assert machine.get(f"/api/v1/codes/{code}/").status_code == 200

        taken = {name: _each(act, codes[: SINGLE + 50]) for name, act in (("lookup", look_up), ("check", check))}
    for quantile, checked, looked in zip(
        ("p50", "p95", "p99"), spread(taken["check"]), spread(taken["lookup"]), strict=True
    ):
        report.add(f"{engine}.single.{quantile}", checked, "ms", baseline=looked, ratio=looked / checked)


def _each(act: Callable[[str], None], codes: list[str]) -> list[float]:
    """Milliseconds of each request after fifty that warm everything up."""
    taken = [_seconds(lambda code=code: act(code)) * 1000 for code in codes]
    return taken[50:]


def _seconds(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
