"""Keeping the index in step: in the transaction of each act, in sets, or all of it anew after a full load."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.db import connection, transaction
from django.db.models import Q

from registry.directory.subjects import Subject
from registry.records import kinds
from registry.records.models import Record
from registry.search import entries, fulltext, schema
from registry.search.models import SearchEntry

_BATCH = 500
_LOAD = 5_000


def refresh(records: Iterable[Record]) -> None:
    """Bring the entries of these records, and of their subjects, up to date; the workflow calls it."""
    for batch in _batches(list(records)):
        _refresh({record.pk for record in batch}, {record.subject_id for record in batch})


@transaction.atomic
def refresh_subjects(subjects: Iterable[Subject]) -> None:
    """Call after a name, a former name or the region of these subjects has changed."""
    for batch in _batches(list(subjects)):
        keys = {subject.pk for subject in batch}
        # Locked as the workflow locks them, so that nobody publishes under the old name meanwhile.
        list(Subject.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
        shown = SearchEntry.objects.filter(subject__in=keys, record__isnull=False)
        for records in _batches(list(shown.values_list("record_id", flat=True))):
            _refresh(set(records), set())
        _refresh(set(), keys)


def rebuild() -> int:
    """Make the whole index anew; searches wait meanwhile. Says how many entries there are."""
    with transaction.atomic():
        _drop_tokens()
        SearchEntry.objects.all().delete()
        for subjects in _by_name():
            load(entries.build_subjects(Subject.objects.filter(pk__in=subjects)))
            load(entries.build_records(Record.objects.filter(subject__in=subjects)))
        _create_tokens()
    return SearchEntry.objects.count()


def load(new: Sequence[SearchEntry]) -> None:
    SearchEntry.objects.bulk_create(new, batch_size=_LOAD)


def _refresh(record_ids: set[int], subject_ids: set[int]) -> None:
    wanted = entries.of_records(record_ids | _yielding(subject_ids)) + entries.of_subjects(subject_ids)
    held = SearchEntry.objects.filter(
        Q(record__in=record_ids | {entry.record_id for entry in wanted if entry.record_id})
        | Q(subject__in=subject_ids, record=None)
    )
    _replace(list(held), wanted)


def _yielding(subject_ids: set[int]) -> set[int]:
    """Records of these subjects that one of theirs may hide."""
    codes = [kind.code for kind in kinds.every() if kind.yields_to]
    if not codes:
        return set()
    return set(Record.objects.filter(subject__in=subject_ids, kind__in=codes).values_list("pk", flat=True))


def _replace(held: Sequence[SearchEntry], wanted: Sequence[SearchEntry]) -> None:
    before, after = {values(entry): entry for entry in held}, {values(entry): entry for entry in wanted}
    gone = [entry.pk for said, entry in before.items() if said not in after]
    if gone:
        SearchEntry.objects.filter(pk__in=gone).delete()
    load([entry for said, entry in after.items() if said not in before])


def values(entry: SearchEntry) -> tuple[object, ...]:
    """All an entry says, to compare it with another."""
    return tuple(getattr(entry, field.attname) for field in SearchEntry._meta.concrete_fields)


def _drop_tokens() -> None:
    statements = [schema.DROP_TOKEN_INDEX] if connection.vendor == "postgresql" else fulltext.drop()
    _execute(statements)


def _create_tokens() -> None:
    statements = [schema.CREATE_TOKEN_INDEX] if connection.vendor == "postgresql" else fulltext.rebuild()
    _execute(statements)


def _execute(statements: Iterable[str]) -> None:
    connection.check_constraints()  # PostgreSQL changes no table that still has foreign keys to check
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _batches(items: Sequence) -> Iterator[Sequence]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]


def ranges(model: type[Record] | type[Subject]) -> Iterator[tuple[int, int]]:
    """Ranges of primary keys, from the first to the last."""
    last = model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for start in range(1, last + 1, _LOAD):
        yield start, start + _LOAD - 1


def _by_name() -> Iterator[Sequence[int]]:
    """The subjects in sets, in the order of their names.

    PostgreSQL keeps rows where it got them: those that share a word then share pages, and looking at the rows
    of a word takes a third of the time.
    """
    found = Subject.objects.order_by("name_key").values_list("pk", flat=True).iterator(_BATCH)
    while batch := list(islice(found, _BATCH)):
        yield batch
