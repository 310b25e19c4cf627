"""Many checked rows of one kind on their way into the tables: put aside, compared and stored in sets.

The rows wait in temporary tables of the connection (`staged_columns`), which nobody else sees and which are gone when
it is cut. So reading and checking a large file (`staged_rows`) holds no lock and leaves nothing behind; then a few
statements compare (`staged_comparison`) and store (`staged_storing`) everything in the caller's transaction. The same
rules as for a single draft say which value goes where (`storing`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from registry.identifiers.normalise import document_key
from registry.records import bulk, staged_columns, staged_storing
from registry.records.fields import FieldSpec, Specification
from registry.records.kinds import Kind
from registry.records.models import Record
from registry.records.staged_columns import OF_A_PERSON, OF_A_SUBJECT, PERSONS, ROWS, STANDING, SUBJECTS, Columns
from registry.records.staged_comparison import Comparison
from registry.records.staged_rows import Checked, Laid, Layout
from registry.records.staged_storing import Overtaken
from registry.records.subject_matching import Named

__all__ = ["Checked", "Laid", "Overtaken", "Staging"]


class Staging:
    """The temporary tables of one file; `common` is a record with everything its rows have in common."""

    def __init__(self, kind: Kind, spec: Specification, common: Record, *, today: date) -> None:
        self.kind, self.spec, self.common = kind, spec, common
        self._columns = Columns(kind, spec)
        self._layout = Layout(self._columns, common, today=today)
        self._comparison = Comparison(self._columns, common)
        self.waiting = 0  # rows that are put aside and not stored
        self._counted: Counter[tuple[int, int]] = Counter()  # as `counts` tells them, of rows that are gone from here
        self._is_all_stored = True  # whatever was put aside and is gone from here

    def __enter__(self) -> Staging:
        self._columns.create()
        return self

    def __exit__(self, *exc: object) -> None:
        if exc[0] is None:  # otherwise the connection may be broken, and ends soon
            staged_columns.drop()

    @property
    def number_field(self) -> str:
        """The field that holds the number of the decision, '' where the kind has none."""
        return self._columns.number.name if self._columns.number else ""

    def key_of(self, values: Mapping[str, Any]) -> str:
        """What a decision is known by: the key of its number, '' where it has none."""
        return document_key(values[self.number_field] or "") if self.number_field else ""

    # Putting rows aside

    def values_of(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Checked data with persons for document numbers, none of them stored yet; one met again is at hand."""
        return self._layout.values_of(data)

    def lay_out(self, rows: Sequence[Checked], newcomers: Iterable[Named]) -> Laid:
        """Right rows, with the subjects among them that are not known yet, ready to be put aside. Asks the database
        nothing, so that another thread may do it meanwhile."""
        return self._layout.lay_out(rows, newcomers)

    def put(self, laid: Laid) -> None:
        """Put rows aside."""
        bulk.put(ROWS, self._columns.names, laid.rows)
        bulk.put(SUBJECTS, OF_A_SUBJECT, laid.subjects)
        bulk.put(PERSONS, OF_A_PERSON, laid.persons)
        self.waiting += laid.count

    # What stands already

    def compare(self) -> None:
        """Find the rows whose decision is recorded already, and whether they say the same."""
        self._comparison.find()

    def standing(self, *, changed: bool) -> Iterator[tuple[int, int]]:
        """The rows that are recorded already, other than by this very batch, with the record: those that say
        something else than it, or those that say the same."""
        return self._comparison.standing(changed=changed)

    def counts(self) -> tuple[int, int, int]:
        """How many rows say the same as a record, how many something else, how many this batch has stored itself."""
        by = self._counted + self._comparison.counts()
        return by[0, 0], by[0, 1], by[1, 0] + by[1, 1]

    @property
    def compared(self) -> list[FieldSpec]:
        """The fields that may differ between a row and the record it is about."""
        return self._columns.compared

    def said(self, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
        """What these rows say, by field, read back as their columns read it; of a person the index."""
        return self._comparison.said(numbers)

    def similar(self) -> Iterator[tuple[int, str]]:
        """New rows that look like a record under another number: same subject, day and title; with that number."""
        return self._comparison.similar()

    # Storing

    @property
    def store_began(self) -> bool:
        return self._comparison.store_began

    def store(self) -> int:
        """Store what does not stand yet: persons, subjects, records, their rows and a line of the audit log each.

        Returns how many; call it in a transaction. Raises `Overtaken` where a subject has meanwhile come to be
        under another name.
        """
        self._comparison.store_begins()
        return staged_storing.store(self._columns, self.common)

    def forget(self) -> None:
        """Make room for the next rows of the file: these are stored. Whom they named stays known."""
        standing = self._comparison.counts()
        self._counted += standing
        self._is_all_stored = self._is_all_stored and not standing
        bulk.check_now()
        # A subject or person of a row that stands need not be stored, and a later row may be the first to need it.
        bulk.clear(ROWS, STANDING, *((SUBJECTS, PERSONS) if self._is_all_stored else ()))
        self.waiting = 0
