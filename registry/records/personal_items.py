"""Writing what a record says into the files of the persons it names, in the transaction of its step (三（八）)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from registry.directory.persons import Person
from registry.directory.subjects import Subject
from registry.records.models import PersonalItem, Record
from registry.records.named_persons import bearers_of


def named_in(record: Record) -> list[Mapping[str, Any]]:
    """Whom the record names now, as its rows keep them."""
    return [one for item in record.specification.naming for one in getattr(record.detail, item.attribute) or ()]


def write(records: Sequence[Record]) -> None:
    """Have the files of persons say just what these records say."""
    naming = [record for record in records if record.the_kind.names_persons]
    if not naming:
        return
    wanted = {record.pk: named_in(record) for record in naming}
    bearers = {person.number_index: person for person in bearers_of(one for held in wanted.values() for one in held)}
    PersonalItem.objects.filter(record__in=naming).delete()
    PersonalItem.objects.bulk_create(
        [
            PersonalItem(
                record_id=key,
                person=bearers[one["index"]],
                role_id=one["role"],
                held_from=one["held_from"],
                held_until=one["held_until"],
            )
            for key, held in wanted.items()
            for one in held
        ],
        batch_size=1000,
    )


def subjects_named(records: Iterable[Record]) -> set[int]:
    """The persons these records name who are themselves subjects of records: theirs may appear or disappear with it."""
    naming = [record for record in records if record.the_kind.names_persons]
    if not naming:
        return set()
    indexes = {one["index"] for record in naming for one in named_in(record)}
    persons = Person.objects.filter(number_index__in=indexes) | Person.objects.filter(items__record__in=naming)
    return set(Subject.objects.filter(person__in=persons).values_list("pk", flat=True))
