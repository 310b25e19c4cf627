"""Whether the index holds exactly what the records say it should."""

from __future__ import annotations

from collections.abc import Iterator

from registry.directory.subjects import Subject
from registry.records.models import Record
from registry.search import entries, index
from registry.search.models import SearchEntry


def differences() -> Iterator[str]:
    """One line for each entry that is missing, superfluous or says something else."""
    for start, end in index.ranges(Record):
        wanted = entries.build_records(Record.objects.filter(pk__range=(start, end)))
        yield from _compare(wanted, SearchEntry.objects.filter(record__pk__range=(start, end)))
    for start, end in index.ranges(Subject):
        wanted = entries.build_subjects(Subject.objects.filter(pk__range=(start, end)))
        yield from _compare(wanted, SearchEntry.objects.filter(record=None, subject__pk__range=(start, end)))


def _compare(wanted: list[SearchEntry], held) -> Iterator[str]:
    should, does = {index.values(entry) for entry in wanted}, {index.values(entry) for entry in held}
    for missing in should - does:
        yield f"检索条目缺失或有误：{missing[0]}"
    for extra in does - should:
        yield f"检索条目多余或有误：{extra[0]}"
