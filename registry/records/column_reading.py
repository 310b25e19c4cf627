"""One column of rows: what becomes of a typed value, told of one or of a whole column of texts.

A row of thirty columns repeats most of its values (dates, choices, the authority and its code), so each column
remembers what became of those it has met.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from registry.records.fields import FieldSpec, FieldType
from registry.records.kinds import Problem
from registry.records.parsing import TEXTS, Door, FieldProblem, all_stay_as_typed, parse, stays_as_typed

REMEMBERED = 2_000  # values of one column; enough for a year of days, a city of authorities
REMEMBERED_NAMES = 40_000  # of what names the subjects of a department, which come again and again
_NAMING = (FieldType.NAME, FieldType.USCC, FieldType.ORGANISATION_CODE, FieldType.REGISTRATION_NUMBER)
ODD: Any = object()  # in place of a value about which there is something to say


class Read(NamedTuple):
    """What became of one typed value."""

    value: Any = None
    notices: tuple[str, ...] = ()
    problem: Problem | None = None


class Column:
    """One field, read through one door on one day; `default` is what stands for nothing."""

    def __init__(self, item: FieldSpec, *, default: Any, door: Door, today: date) -> None:
        self.name, self.is_personal, self.default = item.name, item.carries_numbers, default
        self.known: dict[str, Read] = {}
        self._plain: dict[str, Any] = {"": default}  # by text: its value, or ODD
        self._item, self._door, self._today = item, door, today
        self._is_text = item.type in TEXTS
        self._most = REMEMBERED_NAMES if item.type in _NAMING else REMEMBERED

    def read(self, typed: Any) -> Read:
        """What becomes of one value that is not empty; never raises for what somebody typed."""
        read = self._read(typed)
        if type(typed) is str and not self.is_personal:
            if len(self.known) >= self._most:
                self.known.clear()
            self.known[typed] = read
        return read

    def values(self, texts: Sequence[str]) -> tuple[list[Any], bool]:
        """The value of each text as `read` has it, ODD where it has anything to say, the default of an empty one; and
        whether any is odd."""
        different = set(texts)
        if self._is_text and all_stay_as_typed(self._item, different):
            return [text or self.default for text in texts], False
        if self.is_personal:
            values = [self._quietly(text) if text else self.default for text in texts]
        else:
            values = list(map(self._remembering(different).__getitem__, texts))
        return values, ODD in values

    def _remembering(self, different: set[str]) -> Mapping[str, Any]:
        """What became of each text so far, these included."""
        new = different - self._plain.keys()
        if len(self._plain) + len(new) > self._most:
            self._plain = {"": self.default}
            new = different - self._plain.keys()
        for text in new:
            self._plain[text] = self._quietly(text)
        return self._plain

    def _quietly(self, text: str) -> Any:
        read = self._read(text)
        return ODD if read.problem is not None or read.notices or read.value == "" else read.value

    def _read(self, typed: Any) -> Read:
        if self._is_text and type(typed) is str and stays_as_typed(self._item, typed):
            return Read(typed)
        item = self._item
        try:
            value, notices = parse(item, typed, door=self._door, today=self._today)
        except FieldProblem as problem:
            return Read(problem=Problem(field=item.name, message=f"{item.label}：{problem}"))
        if value is None:
            value = self.default
        return Read(value, tuple([f"{item.label}：{notice}" for notice in notices]) if notices else ())
