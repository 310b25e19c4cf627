"""What a field of a record is: said once, obeyed by form, template, importer, API, export and push.

A specification is data. Its conditions are (field, operator, value), never functions, so that one class of
information can be described by code (licences, penalties) and another by a row of the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from registry.records.listed import Listed


class FieldType(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    NAME = "name"  # of an organisation or a person
    USCC = "uscc"
    ORGANISATION_CODE = "organisation_code"
    REGISTRATION_NUMBER = "registration_number"
    OLD_NUMBER = "old_number"  # of any register from before the unified code; its scheme stands in another field
    DOCUMENT_NUMBER = "document_number"  # 文书号
    DATE = "date"
    AMOUNT = "amount"  # 万元, up to six decimals
    CHOICE = "choice"
    CHOICES = "choices"  # several, joined by a semicolon as the standard does
    ID_NUMBER = "id_number"  # of a natural person's document; kept encrypted in Person
    PERSONS = "persons"  # who answers for an act: names, documents, positions


class Operator(StrEnum):
    IS = "is"
    IS_NOT = "is_not"
    INCLUDES = "includes"  # any of the words stands in the value
    FILLED = "filled"


@dataclass(frozen=True, kw_only=True)
class Condition:
    """A statement about another field of the same record."""

    field: str
    operator: Operator
    value: tuple[str, ...] = ()

    def holds(self, data: Mapping[str, Any]) -> bool:
        found = data.get(self.field)
        match self.operator:
            case Operator.FILLED:
                return found not in (None, "", [])
            case Operator.IS:
                return str(found or "") in self.value
            case Operator.IS_NOT:
                return str(found or "") not in self.value
            case Operator.INCLUDES:
                text = ";".join(found) if isinstance(found, list) else str(found or "")
                return any(word in text for word in self.value)


@dataclass(frozen=True, kw_only=True)
class FieldSpec:
    """One field. `keeper` says where the value lives: 'detail' (the kind's own row), 'data' (JSON of a kind
    defined by the catalogue), 'record' or 'subject' (and then under `column`)."""

    name: str
    label: str
    code: str = ""  # of the exchange standard, such as XK_WSH
    type: FieldType = FieldType.TEXT
    keeper: str = "detail"
    column: str = ""
    required: bool = False
    required_when: tuple[Condition, ...] = ()  # any of them
    forbidden_when: tuple[Condition, ...] = ()  # any of them
    max_length: int | None = None
    choices: Sequence[str] = ()  # or those of a table (`Listed`)
    public: bool = True
    hidden_when: tuple[Condition, ...] = ()  # any of them: then of this record nobody outside reads it
    assigned: bool = False  # given by a step of the rule book (a number, a last day), never typed
    starts_as: str = ""  # for what is assigned: the field whose value it has until then
    aliases: tuple[str, ...] = ()  # older column names an importer still meets
    default: str = ""  # a constant, or 'organisation.name' / 'organisation.uscc'
    not_before: tuple[str, ...] = ()  # other date fields of the record
    not_after_today: bool = False
    positive: bool = False
    document_type_field: str = ""  # for ID_NUMBER: the field that names the kind of document
    person_name_field: str = ""  # for ID_NUMBER: the field that names the person
    unmasked_with: str = ""  # for a person's name: the field that, when filled, lets it be read in full
    help_text: str = ""
    example: str = ""  # what a template shows; '' = one for its type

    def __post_init__(self) -> None:
        if self.keeper not in ("detail", "data", "record", "subject"):
            raise ImproperlyConfigured(f"Field {self.name!r} is kept nowhere: {self.keeper!r}.")
        if self.type in (FieldType.CHOICE, FieldType.CHOICES) and self.choices == ():
            raise ImproperlyConfigured(f"Field {self.name!r} offers nothing to choose.")

    def is_shown(self, data: Mapping[str, Any]) -> bool:
        """Whether anybody may read it in a record that says this."""
        if not self.hidden_when:  # as of nearly every field, and asked for every cell of a list
            return self.public
        return self.public and not any(condition.holds(data) for condition in self.hidden_when)

    @property
    def attribute(self) -> str:
        """The attribute on its keeper."""
        return self.column or self.name

    @cached_property
    def is_personal(self) -> bool:
        return self.type is FieldType.ID_NUMBER

    @cached_property
    def carries_numbers(self) -> bool:
        """Whether what is typed here holds document numbers of persons, which nothing may remember or repeat."""
        return self.type in (FieldType.ID_NUMBER, FieldType.PERSONS)

    def choice_label(self, value: str) -> str:
        """How people read one of the choices."""
        return self.choices.label(value) if isinstance(self.choices, Listed) else value

    def offered(self) -> list[tuple[str, str]]:
        """The choices with what people read."""
        return [(value, self.choice_label(value)) for value in self.choices]


@dataclass(frozen=True)
class Specification:
    """The fields of one class of information, in the order people fill them in."""

    fields: tuple[FieldSpec, ...]

    def __iter__(self) -> Iterator[FieldSpec]:
        return iter(self.fields)

    def __getitem__(self, name: str) -> FieldSpec:
        return self.by_name[name]

    def __contains__(self, name: str) -> bool:
        return name in self.by_name

    @cached_property
    def by_name(self) -> dict[str, FieldSpec]:
        return {field.name: field for field in self.fields}

    @cached_property
    def typed(self) -> Specification:
        """What people fill in: all but what a step of the rule book gives."""
        given = tuple(field for field in self.fields if not field.assigned)
        return self if len(given) == len(self.fields) else Specification(given)

    @cached_property
    def personal(self) -> tuple[FieldSpec, ...]:
        """The fields that hold document numbers of persons."""
        return tuple(field for field in self.fields if field.is_personal)

    @cached_property
    def naming(self) -> tuple[FieldSpec, ...]:
        """The fields that name who answers for the act."""
        return tuple(field for field in self.fields if field.type is FieldType.PERSONS)

    def keeps_back(self, data: Mapping[str, Any]) -> bool:
        """Whether of a record that says this a part is shown only."""
        return any(not field.is_shown(data) for field in self.fields if field.public and field.hidden_when)

    def public(self) -> tuple[FieldSpec, ...]:
        return tuple(field for field in self.fields if field.public)

    def kept_by(self, keeper: str) -> tuple[FieldSpec, ...]:
        return self._by_keeper.get(keeper, ())

    @cached_property
    def _by_keeper(self) -> dict[str, tuple[FieldSpec, ...]]:
        keepers = {field.keeper for field in self.fields}
        return {keeper: tuple(field for field in self.fields if field.keeper == keeper) for keeper in keepers}


def from_rows(rows: Iterable[Mapping[str, Any]]) -> tuple[FieldSpec, ...]:
    """Fields described by data, as a catalogue item holds them; unknown keys are refused."""
    return tuple(_from_row(row) for row in rows)


_ROW_KEYS = {
    "name", "label", "code", "type", "required", "max_length", "choices", "public", "not_before",
    "not_after_today", "positive", "help_text", "example", "keeper", "column", "required_when",
}  # fmt: skip


def _from_row(row: Mapping[str, Any]) -> FieldSpec:
    unknown = set(row) - _ROW_KEYS
    if unknown:
        raise ImproperlyConfigured(f"A catalogue field does not know {', '.join(sorted(unknown))}.")
    values: dict[str, Any] = {"keeper": "data", **row}
    values["type"] = FieldType(values.get("type", "text"))
    values["choices"] = tuple(values.get("choices", ()))
    values["not_before"] = tuple(values.get("not_before", ()))
    values["required_when"] = tuple(
        Condition(field=item["field"], operator=Operator(item["operator"]), value=tuple(item.get("value", ())))
        for item in values.get("required_when", ())
    )
    return FieldSpec(**values)
