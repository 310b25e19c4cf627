"""Finding names among a million public records: page and total of a search, on both engines.

Every term class times every filter, each asked three times; the total counts to 10,000. The baseline is what
Django would do by itself, a page and a count of `icontains`, over the same records in the same run. Answers are
compared with a plain scan before and after writes.
"""

from __future__ import annotations

import gc
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from random import Random
from statistics import median
from typing import Any

from django.db import connection

from benchmarks import search_data, search_scan, search_workload
from benchmarks.databases import own_database
from benchmarks.report import Options, Report, short, spread
from benchmarks.search_workload import Question
from registry.models import Record
from registry.records import kinds
from registry.search.find import counts_by_kind, find

SIZE = 1_000_000
REPEATS = 3
COMPARED = 500  # answers an engine, half of them before the writes
_TWO_CHARACTERS = ("rare2", "med2", "big2", "common2")
_TODAY = search_data.TODAY


def run(options: Options) -> Report:
    report = Report(name="search")
    size = options.size or SIZE
    equal, compared = 0, 0
    for engine in options.engines:
        name = f"ankang_bench_{size}"
        with own_database(engine, name, keep=options.keep) as is_new:
            if is_new:
                search_data.fill(size)
            _measure(report, f"{engine}.{short(size)}")
            right, asked = search_scan.compare(COMPARED)
            equal, compared = equal + right, compared + asked
    report.add("search.equal", equal, f"of {compared}", baseline=compared, ratio=equal / compared)
    report.remarks += _REMARKS
    return report


_REMARKS = [
    "Page 1 of 20 and the total to 10,000, through `registry.search.find.find`; milliseconds.",
    "Baseline of two_char.vs_icontains: page and count of `subject__name__icontains` over"
    " `Record.objects.public`, the same terms and filters in the same run; the ratio compares the medians.",
    "search.equal: answers (keys, order, total) that equal a plain scan of `Record.objects.public`.",
]


def _measure(report: Report, prefix: str) -> None:
    chosen = search_workload.terms(Random(8))
    asked = list(search_workload.questions(chosen))
    taken = _timed(asked)
    everything = [one for times in taken.values() for one in times]
    for quantile, value in zip(("p50", "p95", "p99"), spread(everything), strict=True):
        report.add(f"{prefix}.{quantile}", value, "ms")
    report.add(f"{prefix}.max", max(everything), "ms")
    _by_class(report, prefix, taken)
    _against_icontains(report, prefix, taken)
    _beside(report, prefix, chosen)


def _timed(asked: Sequence[Question]) -> dict[Question, list[float]]:
    """Milliseconds of each repetition, after one round that warms everything up."""
    taken = defaultdict(list)
    for question in asked:
        find(question.q, on=_TODAY, **question.filters)
    gc.collect()
    for _ in range(REPEATS):
        for question in asked:
            taken[question].append(_clocked(find, question.q, on=_TODAY, **question.filters))
    return taken


def _clocked(call: Callable[..., Any], *args: Any, **kwargs: Any) -> float:
    start = time.perf_counter()
    call(*args, **kwargs)
    return (time.perf_counter() - start) * 1000


def _by_class(report: Report, prefix: str, taken: dict[Question, list[float]]) -> None:
    for attribute in ("term_class", "filter_name"):
        grouped = defaultdict(list)
        for question, times in taken.items():
            grouped[getattr(question, attribute)].extend(times)
        for name, times in grouped.items():
            report.add(f"{prefix}.{_dotted(name)}.p95", spread(times)[1], "ms")


def _against_icontains(report: Report, prefix: str, taken: dict[Question, list[float]]) -> None:
    """Two-character terms, ours and what Django does by itself: one of each class with every filter."""
    asked = {(q.term_class, q.filter_name): q for q in taken if q.term_class in _TWO_CHARACTERS}
    theirs = {question: _clocked(_icontains, question) for question in asked.values()}
    for name, those in (
        ("two_char.vs_icontains", list(theirs)),
        ("two_char.unfiltered.vs_icontains", [q for q in theirs if not q.filters]),
    ):
        ours, baseline = median(median(taken[q]) for q in those), median(theirs[q] for q in those)
        report.add(f"{prefix}.{name}", ours, "ms", baseline=baseline, ratio=baseline / ours)


def _icontains(question: Question) -> None:
    """The same page and count as a view would ask for them without a search index."""
    found = Record.objects.public(on=_TODAY).filter(subject__name__icontains=question.q)
    numbers = {kind.number: kind.code for kind in kinds.every()}
    for name, value in question.filters.items():
        match name:
            case "kind":
                found = found.filter(kind=numbers[value])
            case "year":
                found = found.filter(decided_on__year=value)
            case "region":
                found = found.filter(organisation__region=value)
            case "organisation":
                found = found.filter(organisation=value)
    list(found.order_by("-decided_on", "-pk").values_list("pk", flat=True)[:20])
    found.count()


def _beside(report: Report, prefix: str, chosen: dict[str, list[str]]) -> None:
    """What is not in the workload: one character, two words, the counts of all tabs."""
    for name, terms in search_workload.others(chosen).items():
        times = _timed(list(search_workload.questions({name: terms})))
        report.add(f"{prefix}.{_dotted(name)}.p95", _p95(times.values()), "ms")
    tabs = [_clocked(counts_by_kind, term, on=_TODAY) for of_class in chosen.values() for term in of_class]
    report.add(f"{prefix}.tabs.p95", spread(tabs)[1], "ms")
    report.add(f"{prefix}.index", _index_size() / 2**20, "MiB")


def _p95(times: Iterable[list[float]]) -> float:
    return spread([one for of_question in times for one in of_question])[1]


def _index_size() -> int:
    """Bytes the search takes beside the records, with its own table."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_total_relation_size('registry_searchentry')")
        else:
            cursor.execute(
                "SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%search%' OR name LIKE 'sqlite_autoindex_%search%'"
            )
        return cursor.fetchone()[0] or 0


def _dotted(name: str) -> str:
    return name.replace(" + ", "_").replace(" ", "_")
