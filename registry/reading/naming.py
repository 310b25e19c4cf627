"""The name under which anybody may read whom a record is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F

from registry.directory.subjects import SubjectKind, public_name
from registry.records import kinds
from registry.records.kinds import Kind
from registry.records.models import RecordEdition

Row = Mapping[str, Any]


def subject_name(kind: Kind, subject_kind: str, name: str, data: Mapping[str, Any]) -> str:
    """A person's name is masked, unless the kind lets what the record itself says open it: a model of honesty is
    named in full with his consent, and only as long as it stands there."""
    return name if kind.opens_name(data) else public_name(subject_kind, name)


def with_what_opens(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows, those of persons with what their record says (`editions__data`) where that may open their name.

    One question, and only where there is such a person: a list shows everybody as their record does.
    """
    keys = [row["pk"] for row in rows if _may_be_opened(row)]
    if not keys:
        return rows
    said = dict(
        RecordEdition.objects.filter(record__in=keys, edition=F("record__edition")).values_list("record", "data")
    )
    return [{**row, "editions__data": said.get(row["pk"], {})} for row in rows]


def _may_be_opened(row: Row) -> bool:
    return row["subject__kind"] == SubjectKind.NATURAL and kinds.get(row["kind"]).may_open_names
