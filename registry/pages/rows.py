"""Records of one kind as rows of a table, on the page and in a file, read from their newest editions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from registry.pages.highlighting import highlight
from registry.reading.lines import Line, lines
from registry.reading.presenting import Presenter
from registry.records.fields import FieldType, Specification

_CHUNK = 500  # records read at a time for a file


@dataclass(frozen=True, slots=True)
class Row:
    url: str
    name: str  # the first cell, marked; it is the link
    values: Sequence[str]  # of the other columns


class Table:
    """The columns of a list, and how a record fills them."""

    def __init__(self, spec: Specification, columns: Sequence[str], *, organisation_label: str = "") -> None:
        self.presenter = Presenter(spec)
        self.columns = [spec[name] for name in columns]
        self.shows_organisation = bool(organisation_label)
        last = [organisation_label] if organisation_label else []
        self.headings = [*(column.label for column in self.columns), *last]
        self.days = frozenset(column.label for column in self.columns if column.type is FieldType.DATE)

    def rows(self, lines: Iterable[Line], query: str) -> list[Row]:
        """Rows of a page, with what was searched for marked in the name."""
        return [self._row(line.url, self._values(line), query) for line in lines]

    def values_of(self, keys: Sequence[int], *, on: date) -> Iterator[list[str]]:
        """The cells of many public records, in the order of their keys."""
        for start in range(0, len(keys), _CHUNK):
            yield from map(self._values, lines(keys[start : start + _CHUNK], on=on))

    def _values(self, line: Line) -> list[str]:
        values = [self.presenter.value(column, line.data, line.subject_kind) for column in self.columns]
        return [*values, line.organisation] if self.shows_organisation else values

    def _row(self, url: str, values: Sequence[str], query: str) -> Row:
        return Row(url, highlight(values[0], query), values[1:])
