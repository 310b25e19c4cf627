"""The entry form of any kind of record, made from its field specification.

The form itself judges nothing: what was typed goes raw to the one validator (`registry.records.validation`), whose
words come back to their fields. So the admin, the API and the importer refuse the same things alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.forms import BoundField

from registry import clock, privacy
from registry.admin.widgets import KEEP, OTHER, NumberOfDocument, OtherCheckboxes, OtherSelect, PlainCheckboxes
from registry.directory.organisations import Organisation
from registry.directory.persons import Person
from registry.identifiers import judge, resident_id
from registry.identifiers.verdict import Scheme
from registry.records import editions, named_persons
from registry.records.fields import Condition, FieldSpec, FieldType, Operator, Specification
from registry.records.kinds import Kind
from registry.records.models import Record
from registry.records.validation import Invalid

PREFIX = "f"  # a catalogue may name its fields as it likes without meeting those of the page


@dataclass(frozen=True)
class Section:
    """Fields that stand together under a heading."""

    heading: str
    fields: tuple[BoundField, ...]


class TypedField(forms.Field):
    """A field that takes whatever was typed; `must_be_filled` only puts a star beside its label."""

    def __init__(self, *, must_be_filled: bool, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.must_be_filled = must_be_filled


class RecordForm(forms.Form):
    """What a clerk types; `raw()` is handed to `drafting`."""

    use_required_attribute = False
    error_css_class = "errors"
    spec: Specification
    named: Mapping[str, list[Any]] = {}  # who was named before, by field

    def raw(self) -> dict[str, Any]:
        """What was typed, by field; a document number that was left alone is left out."""
        typed = {name: self.cleaned_data[name] for name in self.fields}
        for item in self.spec.naming:
            if item.name in typed:
                typed[item.name] = named_persons.unmasked(typed[item.name] or "", self.named.get(item.name) or ())
        for name in [name for name, value in typed.items() if self.spec[name].is_personal]:
            if typed[name] == KEEP:
                del typed[name]
            elif typed[name] is NumberOfDocument.CLEAR:
                typed[name] = ""
        return typed

    def refuse(self, invalid: Invalid) -> None:
        """Put the validator's words beside their fields, and show no ID number again."""
        for name, sentences in invalid.checked.errors().items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)
        self.data = self.data.copy()
        for key in self.data:
            self.data.setlist(key, [_without_numbers(value) for value in self.data.getlist(key)])

    def sections(self) -> Iterator[Section]:
        """The fields as people fill them in: the subject, the contents, what is kept to staff."""
        last = max((place for place, item in enumerate(self.spec) if item.keeper == "subject"), default=-1)
        about = {item.name for place, item in enumerate(self.spec) if place <= last}
        groups: dict[str, list[BoundField]] = {"信用主体": [], "内容": [], "内部信息（不公示）": []}
        for name in self.fields:
            if name in about:
                groups["信用主体"].append(self[name])
            else:
                groups["内容" if self.spec[name].public else "内部信息（不公示）"].append(self[name])
        return (Section(heading, tuple(fields)) for heading, fields in groups.items() if fields)


def form_for(
    kind: Kind,
    spec: Specification,
    organisation: Organisation,
    *,
    held: Mapping[str, Person] | None = None,
    named: Mapping[str, list[Any]] | None = None,
    without: Collection[str] = (),
) -> type[RecordForm]:
    """The form class of a kind under one specification.

    `held` are the persons whose document numbers are already stored, `named` those who answer for the act;
    `without` names the fields left out.
    """
    persons = held or {}
    made = {item.name: _field(spec, item, organisation, persons) for item in spec.typed if item.name not in without}
    return type(f"{kind.detail.__name__}Form", (RecordForm,), {**made, "spec": spec, "named": named or {}})


def typed_values(record: Record) -> dict[str, Any]:
    """What the fields of the form hold for a stored record; document numbers stay out."""
    spec = record.specification
    said = editions.contents(record)
    typed = {item.name: said[item.name] for item in spec.typed if not item.is_personal}
    return typed | {item.name: named_persons.lines(said[item.name] or []) for item in spec.naming}


def named_by(record: Record) -> dict[str, list[Any]]:
    """Whom the record names as answering for the act, by field."""
    return {item.name: editions.read(record, item) or [] for item in record.specification.naming}


def persons_of(record: Record) -> dict[str, Person]:
    """The persons behind the record's document numbers, by field."""
    spec = record.specification
    read = {item.name: editions.read(record, item) for item in spec if item.is_personal}
    return {name: person for name, person in read.items() if person is not None}


def _field(spec: Specification, item: FieldSpec, organisation: Organisation, held: Mapping[str, Person]) -> forms.Field:
    return TypedField(
        must_be_filled=item.required,
        label=item.label,
        help_text="；".join(_hints(spec, item)),
        widget=_widget(item, held.get(item.name)),
        initial=_default(item, organisation),
    )


def _widget(item: FieldSpec, person: Person | None) -> forms.Widget:
    match item.type:
        case FieldType.CHOICE:
            choices = [("", "请选择"), *item.offered()]
            return OtherSelect(choices) if OTHER in item.choices else forms.Select(choices=choices)
        case FieldType.CHOICES:
            choices = [(word, word) for word in item.choices]
            return OtherCheckboxes(choices) if OTHER in item.choices else PlainCheckboxes(choices=choices)
        case FieldType.PERSONS:
            return forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField", "autocomplete": "off"})
        case FieldType.LONG_TEXT:
            return forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"})
        case FieldType.DATE:
            return AdminDateWidget()
        case FieldType.ID_NUMBER:
            return NumberOfDocument(person.number_mask if person else "")
        case FieldType.AMOUNT:
            return forms.TextInput(attrs={"inputmode": "decimal", "class": "vTextField"})
        case _:
            return forms.TextInput(attrs={"class": "vTextField"})


def _default(item: FieldSpec, organisation: Organisation) -> str:
    names = {"organisation.name": organisation.name, "organisation.uscc": organisation.uscc}
    return names.get(item.default, item.default)


def _hints(spec: Specification, item: FieldSpec) -> Iterator[str]:
    if item.help_text:
        yield item.help_text
    if item.type is FieldType.PERSONS:
        yield named_persons.ON_A_LINE
    for condition in item.required_when:
        yield f"{_when(spec, condition)}时必填"
    for condition in item.forbidden_when:
        yield f"{_when(spec, condition)}时不填"
    for earlier in item.not_before:
        yield f"不早于{spec[earlier].label}"
    if item.max_length and item.type in (FieldType.TEXT, FieldType.LONG_TEXT, FieldType.NAME):
        yield f"最多{item.max_length}个字"


def _when(spec: Specification, condition: Condition) -> str:
    label, words = spec[condition.field].label, "、".join(condition.value)
    match condition.operator:
        case Operator.FILLED:
            return f"填写了“{label}”"
        case Operator.IS:
            return f"“{label}”为{words}"
        case Operator.IS_NOT:
            return f"“{label}”不是{words}"
        case Operator.INCLUDES:
            return f"“{label}”含{words}"


def _without_numbers(text: str) -> str:
    """The text with whatever reads like a resident ID masked; blank where it is one, or nearly."""
    if judge(text, on=clock.today()).valid:
        return text
    rest = text
    for span in reversed(list(resident_id.find(text))):
        number = rest[span.start() : span.end()]
        if number == text.strip():
            return ""
        rest = rest[: span.start()] + privacy.mask_id_number(number) + rest[span.end() :]
    return "" if judge(rest, on=clock.today()).scheme is Scheme.RESIDENT_ID else rest
