"""Whether search answers what a plain scan of the public records answers, before and after writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from benchmarks import search_data, search_workload
from benchmarks.search_workload import Question
from registry.identifiers import name_key
from registry.models import FormerName, Record, Subject
from registry.records import kinds
from registry.records.statuses import Status
from registry.search import index
from registry.search.asking import CAP
from registry.search.find import find

_TODAY = search_data.TODAY
WRITTEN = 300  # records changed in each of the ways


@dataclass(frozen=True, slots=True)
class _Row:
    pk: int
    kind: int
    organisation: int
    region: str
    year: int


class Scan:
    """Every public record of the day, newest first, with the names of its subject: no index, no shortcut."""

    def __init__(self, on: date) -> None:
        numbers = {kind.code: kind.number for kind in kinds.every()}
        self.names: dict[int, list[str]] = defaultdict(list)
        for subject, key in Subject.objects.values_list("pk", "name_key"):
            self.names[subject].append(key)
        for subject, key in FormerName.objects.values_list("subject", "name_key"):
            self.names[subject].append(key)
        records = Record.objects.public(on=on).order_by("-decided_on", "-pk")
        columns = ("pk", "kind", "organisation", "organisation__region", "decided_on", "subject")
        self.rows: list[tuple[int, _Row]] = [
            (subject, _Row(pk, numbers[kind], body, region, day.year))
            for pk, kind, body, region, day, subject in records.values_list(*columns).iterator(20_000)
        ]

    def answer(self, question: Question) -> list[int]:
        terms = list(map(name_key, question.q.split()))
        matching = {
            subject
            for subject, names in self.names.items()
            if all(any(term in name for name in names) for term in terms)
        }
        wanted = question.filters.items()
        return [
            row.pk
            for subject, row in self.rows
            if subject in matching and all(getattr(row, name) == value for name, value in wanted)
        ]


def compare(count: int) -> tuple[int, int]:
    """How many of so many sampled answers are equal, half of them asked before the writes, half after."""
    random = Random(24)
    chosen = search_workload.terms(random)
    everything = list(search_workload.questions({**chosen, **search_workload.others(chosen)}))
    asked = random.choices(everything, k=count)
    right = _equal(Scan(_TODAY), asked[: count // 2])
    written = write(random)
    asked = [*asked[count // 2 : -len(written)], *(Question("whole", "none", name, {}) for name in written)]
    return right + _equal(Scan(_TODAY), asked), count // 2 + len(asked)


def _equal(scan: Scan, asked: Sequence[Question]) -> int:
    return sum(_is_equal(scan.answer(question), question) for question in asked)


def _is_equal(expected: list[int], question: Question) -> bool:
    found = find(question.q, on=_TODAY, **question.filters)
    total = min(len(expected), CAP), len(expected) > CAP
    return (found.record_ids, (found.total, found.capped)) == (expected[:20], total)


def write(random: Random) -> list[str]:
    """Withdraw, expire, restrict, publish and rename; answers names that were touched."""
    touched: list[str] = []
    public = Record.objects.public(on=_TODAY)
    yesterday = _TODAY - timedelta(days=1)
    changes = (
        (public, {"status": Status.WITHDRAWN}),
        (public, {"status": Status.EXPIRED}),
        (public, {"public_until": yesterday}),  # by the clock alone
        (public, {"openness": 1}),
        (Record.objects.filter(status=Status.WITHDRAWN), {"status": Status.PUBLISHED}),
    )
    for among, change in changes:
        records = list(among.select_related("subject").order_by("pk")[random.randrange(1_000) :][:WRITTEN])
        Record.objects.filter(pk__in=[record.pk for record in records]).update(**change)
        index.refresh(records)
        touched += [record.subject.name for record in records[:5]]
    return touched + _rename(random)


def _rename(random: Random) -> list[str]:
    subjects = list(Subject.objects.public().order_by("pk")[random.randrange(1_000) :][:WRITTEN])
    before = [subject.name for subject in subjects[:5]]
    for subject in subjects:
        FormerName.objects.get_or_create(subject=subject, name_key=subject.name_key, defaults={"name": subject.name})
        subject.name = f"更名{subject.name}"
        subject.name_key = name_key(subject.name)
        subject.save()
    index.refresh_subjects(subjects)
    return [*before, *(subject.name for subject in subjects[:5])]
