"""What stands under a code or a document number, asked of the tables themselves."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet

from registry.directory.subjects import Subject
from registry.records import kinds
from registry.records.models import Record
from registry.search.asking import Filters, Found, Limits
from registry.search.entries import region_number, successors
from registry.search.models import SearchEntry
from registry.search.query import Query

NOT_FOUND = "未查询到该代码对应的主体"


def find(asked: Query, filters: Filters, *, on: date, limits: Limits, offset: int, size: int) -> Found | None:
    """The page asked for; None where the text is neither, and is to be read as a name."""
    if asked.code:
        subjects = list(Subject.objects.public().with_code(asked.code).values_list("pk", flat=True))
        if subjects:
            return _page(_about(subjects, filters, on), "code", limits, offset, size)
        if asked.fault or asked.is_certain:
            return Found(notice=asked.fault or NOT_FOUND, path="code")
    if asked.document and not filters.wants_subjects:
        records = _narrowed(_numbered(asked.document, on), filters)
        found = _page(records.values_list("pk", "subject"), "document", limits, offset, size)
        return found if found.total else None
    return None


def _about(subjects: Collection[int], filters: Filters, on: date) -> QuerySet:
    if filters.wants_subjects:
        wanted = {column: value for column, (value, _) in filters.columns.items()}
        entries = SearchEntry.objects.filter(subject__in=subjects, record=None, **wanted)
        return entries.order_by("-pk").values_list("record", "subject")
    records = Record.objects.public(on=on).filter(subject__in=subjects)
    return _narrowed(records, filters).values_list("pk", "subject")


def _numbered(key: str, on: date) -> QuerySet[Record]:
    """Public records under that number; those that do not show theirs are not found by it."""
    return Record.objects.public(on=on).filter(document_key=key).exclude(document_number="")


def _narrowed(records: QuerySet[Record], filters: Filters) -> QuerySet[Record]:
    if filters.kind is not None:
        codes = [kind.code for kind in kinds.every() if kind.number == filters.kind]
        records = records.filter(kind__in=codes)
    if filters.organisation is not None:
        records = records.filter(organisation=filters.organisation)
    if filters.region is not None:
        records = records.filter(organisation__region__in=_codes(filters.region))
    if filters.year is not None:
        records = records.filter(decided_on__year=filters.year)
    return records.order_by("-decided_on", "-pk")


def _codes(region: int) -> list[str]:
    """The code of a division and the retired ones it stands for."""
    after = successors()
    return [str(region), *(code for code in after if region_number(code, after) == region)]


def _page(found: QuerySet, path: str, limits: Limits, offset: int, size: int) -> Found:
    total = found[: limits.cap + 1].count()
    return Found(
        entries=list(found[offset : offset + size]),
        total=min(total, limits.cap),
        capped=total > limits.cap,
        path=path,
    )
