"""What a row would change in a record that stands: field by field, in the words of the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from registry.directory.persons import Person
from registry.records import editions
from registry.records.fields import FieldSpec
from registry.records.kinds import Problem
from registry.records.models import Record
from registry.records.staging import Staging

MOST_COMPARED = 2_000
_AT_A_TIME = 200
_LONGEST = 60


def changes(stage: Staging, *, most: int = MOST_COMPARED) -> Iterator[tuple[int, int, list[Problem]]]:
    """The rows that say something else than the record they are about: number, record, the differences; of the first
    ones, at most so many."""
    changed = iter(list(islice(stage.standing(changed=True), most)))
    while some := dict(islice(changed, _AT_A_TIME)):
        said = stage.said(list(some))
        records = Record.objects.select_related("subject", "item_version", stage.kind.detail_name).in_bulk(
            some.values()
        )
        for number, key in some.items():
            yield number, key, list(_differences(stage, said[number], records[key]))


def _differences(stage: Staging, said: Mapping[str, Any], record: Record) -> Iterator[Problem]:
    for item in stage.compared:
        before, after = editions.read(record, item), said[item.name]
        if isinstance(before, Person):
            before = before.number_index
        if editions.as_json(before) != editions.as_json(after):
            yield Problem(field=item.name, message=f"{item.label}：{_in_words(item, before, after)}")


def _in_words(item: FieldSpec, before: Any, after: Any) -> str:
    if item.carries_numbers:
        return "与已有记录不同"
    return f"现为“{_short(before)}”，本次填写“{_short(after)}”"


def _short(value: Any) -> str:
    text = str(editions.as_json(value) or "")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
