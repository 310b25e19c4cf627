"""Checked values into rows: subject, record and the kind's own row, in sets and inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Model

from registry.directory.persons import Person
from registry.identifiers.normalise import document_key
from registry.records.editions import as_json
from registry.records.fields import FieldSpec, FieldType, Specification
from registry.records.kinds import Kind
from registry.records.models import Record
from registry.records.openness import openness_of
from registry.records.statuses import VOID
from registry.records.validation import Invalid

TAKEN = "本单位已有同一文书号、同一相对人的记录，请核对是否重复录入"

BUSY = "他人刚刚提交了同样的内容，请刷新后核对"
_ONCE = "a_decision_is_recorded_once"


def values_of(spec: Specification, data: Mapping[str, Any]) -> dict[str, Any]:
    """Checked data with each document number replaced by the Person who bears it."""
    return {item.name: person_for(item, data) if item.is_personal else data[item.name] for item in spec}


def person_for(item: FieldSpec, data: Mapping[str, Any]) -> Person | None:
    """The person behind a document number, remembered when new; None where none was given."""
    number = data[item.name]
    if number is None or isinstance(number, Person):
        return number
    return Person.objects.remember(
        name=data.get(item.person_name_field) or "",
        document_type=data[item.document_type_field],
        number=number,
    )


def fill(record: Record, spec: Specification, values: Mapping[str, Any], *, today: date) -> Model:
    """Set the record's columns and those of its kind's row from values; returns that row, unsaved."""
    for item in spec.kept_by("record"):
        setattr(record, item.attribute, _or_empty(item, values[item.name]))
    record.document_key = document_key(record.document_number)
    record.title = str(values.get(record.the_kind.title_field) or record.item_version.item.name)[:300]
    detail = _detail_of(record)
    for item in spec.kept_by("detail"):
        setattr(detail, item.attribute, _column_value(detail, item, values[item.name]))
    if in_data := spec.kept_by("data"):
        detail.data = {item.name: as_json(values[item.name]) for item in in_data}
    setattr(record, record.the_kind.detail_name, detail)  # so that whoever reads the record next sees it
    record.openness = openness_of(record, detail=detail, on=today)
    return detail


def insert(filled: Sequence[tuple[Record, Model]], kind: Kind) -> None:
    """Write new records with their rows; the database keeps a decision from standing twice."""
    records = Record.objects.bulk_create([record for record, _ in filled], batch_size=1000)
    for record, (_, detail) in zip(records, filled, strict=True):
        detail.record = record
    kind.detail._default_manager.bulk_create([detail for _, detail in filled], batch_size=1000)


def taken(kind: Kind, records: Iterable[Record]) -> set[tuple[int, str, int]]:
    """Which (organisation, document, subject) of these already have a record of that kind."""
    keys = {record.document_key for record in records if record.document_key}
    of_these = Record.objects.filter(kind=kind.code, document_key__in=keys).exclude(status__in=VOID)
    return set(of_these.values_list("organisation_id", "document_key", "subject_id"))


@contextmanager
def refusals_as_problems() -> Iterator[None]:
    """Turn what the model or the database refuses into words for the person who typed it."""
    try:
        yield
    except ValidationError as error:
        raise Invalid.because("", "；".join(error.messages)) from None
    except IntegrityError as error:
        # Somebody stored the same decision or opened a correction a moment before.
        raise Invalid.because("", TAKEN if "document_key" in str(error) or _ONCE in str(error) else BUSY) from None


def _detail_of(record: Record) -> Model:
    model = record.the_kind.detail
    found = model._default_manager.filter(record=record).first() if record.pk else None
    return found if found is not None else model(record=record)


def _or_empty(item: FieldSpec, value: Any) -> Any:
    return "" if value is None and item.type is not FieldType.DATE else value


def _column_value(detail: Model, item: FieldSpec, value: Any) -> Any:
    # Text columns keep '' for nothing, every other column NULL.
    column = detail._meta.get_field(item.attribute)
    return "" if value is None and not column.null else value
