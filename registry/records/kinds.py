"""The kinds of record there are. Each announces itself in its AppConfig.ready, as models do to the admin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model

from registry import prepared
from registry.directory.catalogue import CatalogueItemVersion, Nature
from registry.records.fields import FieldSpec, FieldType, Specification, from_rows

if TYPE_CHECKING:
    from registry.records.models import Record
    from registry.records.validation import Circumstances
    from registry.records.workflow import RuleBook

SUBJECT_NUMBER = 1  # what search calls a subject itself; kinds of record count from 2


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something wrong with a field, in words for the person who typed it. `field` may be '' (the whole)."""

    field: str
    message: str


Check = Callable[[Mapping[str, Any], "Circumstances"], Iterable[Problem]]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What only its kind can say about one record, for those who ask about records of any kind.

    Repair (安政发〔2017〕8号 四（四）) may be asked from `repair_from` to `repair_until`, both days included; None
    sets no limit on that side. `taxonomy_item` is the code of the item of severe dishonesty, '' where there is none.
    """

    is_repairable: bool = False
    why_not: str = ""  # the reason and its legal basis, in words for the subject
    repair_from: date | None = None
    repair_until: date | None = None
    rule_id: str = ""  # of the RepairRule it follows from, where there is one
    service_hours: int | None = None  # of public service by which a natural person may repair it; None: not offered
    taxonomy_item: str = ""
    is_able_to_perform: bool | None = None  # as found by the determining body; None: nobody has found anything
    performed_on: date | None = None
    acted_on: date | None = None  # the day of the act itself: who was in office then answers for it; None: not told
    urged_on: date | None = None  # the last day an urging to perform set, answered or not; None: nobody has urged


def _nothing_special(record: Record, on: date) -> Facts:
    return Facts(why_not="此类信息不适用信用修复")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """All the rest of the portal needs to know about one kind of record."""

    code: str  # stored in Record.kind; names its template folder
    number: int  # stands for the code in search tokens; fixed for ever
    label: str
    detail: type[Model]  # its own statutory columns, one to one with Record
    rule_book: RuleBook
    fields: tuple[FieldSpec, ...]
    described_by_catalogue: bool = False  # the item's version adds the fields of its class
    nature: Nature = Nature.BASIC
    bites: bool = False  # carries joint measures
    yields_to: frozenset[str] = frozenset()  # kinds whose live records hide this one's of the same subject
    checks: tuple[Check, ...] = ()  # rules over several fields that conditions cannot say
    remarks: tuple[Check, ...] = ()  # what is odd about values and yet not wrong: said, never refused
    backfill_problem: Check | None = None  # what forbids entering a decision of an earlier year; None: never entered so
    title_field: str = ""  # the field whose value heads the record; '' = the catalogue item's name
    heading: Callable[[Mapping[str, Any]], str] | None = None  # what heads it, where that is more than one field
    number_column: str = ""  # of its own row: the running number people know a record by, once it has one
    collection: str = ""  # its collection in the API and its list page, such as 'licences'; '' = none
    url_name: str = ""  # of its public list page
    filters: tuple[str, ...] = field(default=())  # further fields its lists can be filtered by
    facts: Callable[[Record, date], Facts] = _nothing_special

    def spec(self, version: CatalogueItemVersion | None = None) -> Specification:
        """The fields of a record of this kind that was checked against that version of its catalogue item."""
        if not self.described_by_catalogue:
            return self._specification
        if version is None:
            raise ImproperlyConfigured(f"{self.label} is described by its catalogue item.")
        return Specification(self.fields + from_rows(version.fields))

    @cached_property
    def _specification(self) -> Specification:
        return Specification(self.fields)

    def opens_name(self, data: Mapping[str, Any]) -> bool:
        """Whether what a record says lets the name of the person it is about be read in full."""
        return bool(self._consent and data.get(self._consent))

    @property
    def may_open_names(self) -> bool:
        """Whether any record of this kind may."""
        return bool(self._consent)

    @cached_property
    def _consent(self) -> str:
        return next((item.unmasked_with for item in self.fields if item.unmasked_with), "")

    @cached_property
    def names_persons(self) -> bool:
        """Whether a record of this kind may name persons who answer for the act."""
        return any(item.type is FieldType.PERSONS for item in self.fields)

    @cached_property
    def detail_name(self) -> str:
        """The name under which a record reaches its detail row."""
        return self.detail._meta.get_field("record").remote_field.get_accessor_name()


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known; two may share neither code nor number."""
    if kind.code in _kinds:
        raise ImproperlyConfigured(f"Two kinds of record call themselves {kind.code!r}.")
    if kind.number <= SUBJECT_NUMBER or kind.number in {other.number for other in every()}:
        raise ImproperlyConfigured(f"The kind {kind.code!r} needs a number of its own.")
    _kinds[kind.code] = kind
    prepared.forget()


def unregister(code: str) -> None:
    """Take a kind back; for tests that bring one of their own."""
    del _kinds[code]
    prepared.forget()


@contextmanager
def standing_in(kind: Kind) -> Iterator[None]:
    """Have this kind in the place of the one with its code; for tests of what a kind may announce."""
    delivered = _kinds[kind.code]
    _kinds[kind.code] = kind
    prepared.forget()
    try:
        yield
    finally:
        _kinds[kind.code] = delivered
        prepared.forget()


def get(code: str) -> Kind:
    return _kinds[code]


def known(code: str) -> bool:
    return code in _kinds


def every() -> Iterable[Kind]:
    return tuple(_kinds.values())


def yielding() -> tuple[str, ...]:
    """The kinds whose records another of their subject may hide."""
    return tuple(kind.code for kind in every() if kind.yields_to)


def standing() -> tuple[str, ...]:
    """The kinds that yield to none: whether one of their records is shown follows from that record alone."""
    return tuple(kind.code for kind in every() if not kind.yields_to)


def choices() -> list[tuple[str, str]]:
    return [(kind.code, kind.label) for kind in every()]
