"""Which column of a sheet is which field of a kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.records.fields import FieldSpec, Specification


@dataclass(frozen=True)
class Columns:
    """The columns of a sheet: those that are fields, and what is wrong with the others."""

    fields: dict[int, FieldSpec]  # by position, 0 is column A; two columns may feed one field of several choices
    headings: dict[int, str]  # every heading as it was typed
    unknown: tuple[str, ...] = ()  # headings of no field: not read, reported
    doubled: tuple[str, ...] = ()  # headings of a field that has a column already: the sheet is refused
    missing: tuple[str, ...] = ()  # labels of required fields without a column: the sheet is refused
    marker: int | None = None  # position of the hidden column of a returned workbook

    def position(self, name: str) -> int | None:
        """Where the field of that name stands, None where the sheet has no column for it."""
        return next((position for position, field in self.fields.items() if field.name == name), None)

    @property
    def problems(self) -> tuple[str, ...]:
        """Why the sheet cannot be read, in Chinese; empty when it can."""
        raise NotImplementedError


def match(header: Sequence[object], spec: Specification) -> Columns:
    """Each heading by label, standard code or alias, whatever its stars, blanks, width and line breaks."""
    raise NotImplementedError
