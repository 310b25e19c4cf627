"""What a record says, as data: the form that editions keep, pages show, the API answers and the push renders."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from registry.directory.persons import Person
from registry.records import named_persons
from registry.records.fields import FieldSpec, FieldType
from registry.records.models import Record, RecordEdition


def contents(record: Record) -> dict[str, Any]:
    """Every field of the record in its JSON form; a document number is a reference and a mask."""
    spec = record.specification
    return {field.name: as_json(read(record, field)) for field in spec}


def read(record: Record, field: FieldSpec) -> Any:
    """The value where its keeper holds it."""
    match field.keeper:
        case "record":
            return getattr(record, field.attribute)
        case "subject":
            return getattr(record.subject, field.attribute)
        case "data":
            return record.detail.data.get(field.name)
        case _:
            return getattr(record.detail, field.attribute)


def as_json(value: Any) -> Any:
    """The JSON form of a field's value; amounts stay exact as text."""
    match value:
        case Person():
            return {"person": value.pk, "mask": value.number_mask}
        case Decimal():
            text = format(value, "f")
            return text.rstrip("0").rstrip(".") if "." in text else text
        case date():
            return value.isoformat()
        case None | "" | []:
            return None  # an empty text column and no value are the same thing to a reader
        case _:
            return value


def from_json(field: FieldSpec, value: Any) -> Any:
    """The value a JSON form stands for; the inverse of `as_json`."""
    if value is None:
        return [] if field.type is FieldType.PERSONS else None
    match field.type:
        case FieldType.ID_NUMBER:
            return Person.objects.get(pk=value["person"])
        case FieldType.DATE:
            return date.fromisoformat(value)
        case FieldType.AMOUNT:
            return Decimal(value)
        case _:
            return value


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """{field: [old, new]} of what differs, with masks where a document number changed."""
    return {name: [_shown(before.get(name)), _shown(after[name])] for name in after if before.get(name) != after[name]}


def _shown(value: Any) -> Any:
    if isinstance(value, list):
        return named_persons.lines(value)
    return value["mask"] if isinstance(value, dict) else value


def digest(data: dict[str, Any]) -> str:
    """SHA-256 over the canonical JSON form (sorted keys, no blanks, UTF-8)."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def edition_of(record: Record, *, at: datetime) -> RecordEdition:
    """The record's contents as the row that keeps them (not yet saved)."""
    data = contents(record)
    return RecordEdition(record=record, edition=record.edition, data=data, sha256=digest(data), at=at)
