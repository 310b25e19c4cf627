"""Checked values into rows: subject, record and the kind's own row, in sets and inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Field, Model

from registry.directory.catalogue import CatalogueItemVersion
from registry.directory.persons import Person
from registry.identifiers.normalise import document_key
from registry.records import named_persons
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


def values_of(
    spec: Specification, data: Mapping[str, Any], *, person: Callable[..., Person] | None = None
) -> dict[str, Any]:
    """Checked data with each document number replaced by the Person who bears it: remembered when new, unless
    `person` makes rows that are stored later."""
    person = person or Person.objects.remember
    values = {**data, **{item.name: _person_for(item, data, person) for item in spec.personal}}
    for item in spec.naming:
        values[item.name] = named_persons.kept(data[item.name] or (), person)
    return values


def _person_for(item: FieldSpec, data: Mapping[str, Any], person: Callable[..., Person]) -> Person | None:
    number = data[item.name]
    if number is None or isinstance(number, Person):
        return number
    return person(
        name=data.get(item.person_name_field) or "", document_type=data[item.document_type_field], number=number
    )


def fill(record: Record, spec: Specification, values: Mapping[str, Any], *, today: date) -> Model:
    """Set the record's columns and those of its kind's row from values; returns that row, unsaved."""
    for item in spec.kept_by("record"):
        setattr(record, item.attribute, in_record(item, values[item.name]))
    if (number := _number_of_its_own(spec)) is not None:
        record.document_number = values[number.name] or ""
    record.document_key = document_key(record.document_number)
    record.title = title_of(record.the_kind, values, record.item_version)
    detail = _detail_of(record)
    for item in spec.kept_by("detail"):
        setattr(detail, item.attribute, in_detail(detail._meta.get_field(item.attribute), values[item.name]))
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


def title_of(kind: Kind, values: Mapping[str, Any], version: CatalogueItemVersion) -> str:
    """What heads the record: the field its kind names, or else the catalogue item."""
    if kind.heading is not None:
        return kind.heading(values)[:300]
    value = values.get(kind.title_field)
    if value and (item := next((each for each in kind.fields if each.name == kind.title_field), None)):
        value = item.choice_label(value)
    return str(value or version.item.name)[:300]


def _number_of_its_own(spec: Specification) -> FieldSpec | None:
    """The number of the decision where the kind's own row keeps it: the record repeats it as far as it is shown."""
    return next((item for item in spec.kept_by("detail") if item.name == "document_number"), None)


def in_record(item: FieldSpec, value: Any) -> Any:
    """The value as a column of the record keeps it."""
    return "" if value is None and item.type is not FieldType.DATE else value


def in_detail(column: Field, value: Any) -> Any:
    """The value as a column of the kind's own row keeps it: text columns '' for nothing, every other NULL."""
    return "" if value is None and not column.null else value
