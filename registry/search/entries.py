"""What the index should hold of a record or a subject, read from the tables that know."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from registry.directory.catalogue import Openness
from registry.directory.regions import Region
from registry.directory.subjects import FormerName, Subject, SubjectKind, established_or
from registry.records import kinds
from registry.records.models import Record
from registry.records.statuses import LIVE, NOT_YET_PUBLIC
from registry.search import keys
from registry.search.models import SearchEntry

# PostgreSQL refuses an index row of more than 2,704 bytes, and the walk index holds the name.
_NAME_BYTES = 2_400


def of_records(record_ids: Collection[int]) -> list[SearchEntry]:
    """An entry for each of these records that is live and open, whatever the day."""
    return build_records(Record.objects.filter(pk__in=record_ids))


def of_subjects(subject_ids: Collection[int]) -> list[SearchEntry]:
    """An entry for each of these subjects that has a page of its own."""
    return build_subjects(Subject.objects.filter(pk__in=subject_ids))


def build_records(records: QuerySet[Record]) -> list[SearchEntry]:
    rows = list(
        records.filter(status__in=LIVE, openness=Openness.PUBLIC)
        .exclude(subject__kind=SubjectKind.NATURAL)
        .annotate(is_contested=_contested())
        .select_related("subject", "organisation")
        .only(*_READ)
    )
    names, region = _names({row.subject_id: row.subject for row in rows}), _regions()
    return [
        SearchEntry(
            id=keys.record_key(row.decided_on, row.pk),
            record_id=row.pk,
            subject_id=row.subject_id,
            kind=row.the_kind.number,
            name=names[row.subject_id],
            organisation_id=row.organisation_id,
            region=region(row.organisation.region_id),
            year=row.decided_on.year,
            public_from=row.public_from,
            public_until=row.public_until or date.max,
            is_contested=row.is_contested,
        )
        for row in rows
    ]


_READ = [
    "kind", "decided_on", "public_from", "public_until",
    "subject", "subject__name_key", "organisation", "organisation__region",
]  # fmt: skip


def build_subjects(subjects: QuerySet[Subject]) -> list[SearchEntry]:
    rows = list(subjects.public())
    names, region = _names({row.pk: row for row in rows}), _regions()
    return [_of_subject(row, names[row.pk], region(row.region_id)) for row in rows]


def _of_subject(subject: Subject, name: str, region: int) -> SearchEntry:
    day = established_or(subject, subject.published_on or date.min)
    return SearchEntry(
        id=keys.subject_key(day, subject.pk),
        subject_id=subject.pk,
        kind=kinds.SUBJECT_NUMBER,
        name=name,
        region=region,
        year=day.year,
    )


def _contested() -> Case | Value:
    """Whether the subject has a record, past or present, of a kind this one yields to."""
    others = Record.objects.filter(subject=OuterRef("subject")).exclude(status__in=NOT_YET_PUBLIC)
    cases = [
        When(Q(kind=kind.code) & Exists(others.filter(kind__in=kind.yields_to)), then=Value(True))
        for kind in kinds.every()
        if kind.yields_to
    ]
    return Case(*cases, default=Value(False)) if cases else Value(False)


def _names(subjects: Mapping[int, Subject]) -> dict[int, str]:
    """The names each subject is found by: the present one, then those it bore, the latest first."""
    names = {pk: [subject.name_key] for pk, subject in subjects.items()}
    former = FormerName.objects.filter(subject__in=names).order_by("-pk")
    for subject_id, name in former.values_list("subject_id", "name_key"):
        names[subject_id].append(name)
    return {pk: _joined(bearing) for pk, bearing in names.items()}


def _joined(names: Iterable[str]) -> str:
    held: list[str] = []
    size = 0
    for name in names:
        size += len(name.encode()) + 1
        if not held or size <= _NAME_BYTES:
            held.append(name)
    return "|".join(held)


def region_number(code: str | None, successors: Mapping[str, str]) -> int:
    """A region as the index holds it: a retired code stands for the division of today."""
    while code in successors:
        code = successors[code]
    return int(code) if code and code.isascii() and code.isdigit() else 0


def successors() -> dict[str, str]:
    """The retired codes and what came after each."""
    return dict(Region.objects.exclude(successor=None).values_list("pk", "successor_id"))


def _regions() -> Callable[[str | None], int]:
    known = successors()
    return lambda code: region_number(code, known)
