"""How what is published reads: labels and values of an edition, with every mask that applies.

Pages and exports say the same because both take their words from here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from registry import privacy
from registry.directory.subjects import SubjectKind
from registry.records import named_persons
from registry.records.fields import FieldSpec, FieldType, Specification

NO_END = "2099-12-31"  # how the data standard writes a term without an end
# Marks of direction and characters without width make a text look like another; older rows may still hold them.
_HIDING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True)
class Shown:
    """One field as people read it."""

    name: str
    label: str
    value: str
    is_long: bool = False


class Presenter:
    """Reads editions written after one specification."""

    def __init__(self, spec: Specification) -> None:
        self.spec = spec
        self.public = spec.public()
        # A field a document number belongs to holds the name of a natural person.
        self._persons = frozenset(field.person_name_field for field in spec if field.person_name_field)

    def fields(self, data: Mapping[str, Any], subject_kind: str) -> list[Shown]:
        """The public fields that say something, in the order of the standard."""
        return [
            Shown(field.name, field.label, value, field.type is FieldType.LONG_TEXT)
            for field in self.public
            if (value := self.value(field, data, subject_kind))
        ]

    def value(self, field: FieldSpec, data: Mapping[str, Any], subject_kind: str) -> str:
        """A field as anybody may read it; '' for what is empty or not public.

        Names of natural persons are masked: of the person a record is about, and of everybody who merely
        stands behind an organisation. The name of an organisation is not.
        """
        value = data.get(field.name)
        if value in (None, "", []) or not field.is_shown(data):
            return ""
        if field.unmasked_with and data.get(field.unmasked_with):
            return visible(str(value))
        if field.name in self._persons and not (field.keeper == "subject" and subject_kind != SubjectKind.NATURAL):
            return privacy.mask_person_name(str(value))
        return _written(field, value)

    def labels(self, names: Iterable[str]) -> list[str]:
        """The labels of those of the named fields that are public."""
        return [field.label for field in self.public if field.name in set(names)]


def _written(field: FieldSpec, value: Any) -> str:
    match field.type:
        case FieldType.DATE:
            return "长期" if value == NO_END else str(value)
        case FieldType.CHOICES:
            return "、".join(value if isinstance(value, list) else str(value).split(";"))
        case FieldType.ID_NUMBER:
            return str(value["mask"])
        case FieldType.PERSONS:
            return named_persons.written(value)
        case FieldType.CHOICE:
            return visible(field.choice_label(str(value)))
        case _:
            return visible(str(value))


def visible(text: str) -> str:
    """The text with what hides in it made visible (U+202E and the like)."""
    return _HIDING.sub(lambda found: f"〔U+{ord(found[0]):04X}〕", text)
