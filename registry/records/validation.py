"""The one validator: the same rules and the same words at the admin form, the API, the importer and a correction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from registry.directory.organisations import Organisation
from registry.directory.persons import DocumentType
from registry.identifiers import clean_person_name
from registry.records.column_reading import ODD, Column
from registry.records.fields import Condition, FieldSpec, Operator, Specification
from registry.records.kinds import Check, Kind, Problem
from registry.records.parsing import Door, FieldProblem, check_resident_id, parse

REMEMBERED = 2_000  # shapes of rows


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """In whose name, on which day and through which door a record is written; whether for an earlier year (补录)."""

    organisation: Organisation
    today: date
    door: Door
    is_backfill: bool = False
    entered_on: date | None = None  # of a record that is being corrected; None: it is being entered now

    @property
    def reported_on(self) -> date:
        """The day on which the decision reached the portal: what tells late from in time."""
        return self.entered_on or self.today


@dataclass(frozen=True)
class Checked:
    """What became of the values: clean ones, what is wrong, and what was folded on the way.

    `typed` keeps how a folded value was written, for the audit log; never a person's number.
    """

    data: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    typed: dict[str, str] = field(default_factory=dict)

    def errors(self) -> dict[str, list[str]]:
        """Messages by field, as forms and the API want them."""
        by_field: dict[str, list[str]] = {}
        for problem in self.problems:
            by_field.setdefault(problem.field, []).append(problem.message)
        return by_field


class Invalid(Exception):
    """Values that cannot become a record; `checked` holds every reason, not only the first."""

    def __init__(self, checked: Checked) -> None:
        super().__init__("填写的内容有误")
        self.checked = checked

    @classmethod
    def because(cls, field: str, message: str) -> Invalid:
        return cls(Checked({}, [Problem(field=field, message=message)]))


def check(kind: Kind, spec: Specification, raw: Mapping[str, Any], *, circumstances: Circumstances) -> Checked:
    """Parse and check every field; never raises for what somebody typed."""
    return Checker(kind, spec, circumstances).check(raw)


def entry_checker(kind: Kind, spec: Specification, circumstances: Circumstances) -> Checker:
    """For new records: a decision of an earlier year has to pass its kind's rule for 补录 as well."""
    if not circumstances.is_backfill:
        return Checker(kind, spec, circumstances)
    if kind.backfill_problem is None:
        raise Invalid.because("", f"{kind.label}没有补录，请按日常录入")
    return Checker(kind, spec, circumstances, also=(kind.backfill_problem,))


class Checker:
    """What a specification asks in the same circumstances, worked out once for any number of rows.

    Of rows in large sets `right` looks at whole columns; whatever is not plainly right there is left to `check`.
    """

    def __init__(
        self, kind: Kind, spec: Specification, circumstances: Circumstances, *, also: tuple[Check, ...] = ()
    ) -> None:
        self._assigned = [item for item in spec if item.assigned]
        self._spec, self._circumstances = spec, circumstances
        spec = spec.typed
        self._rules = (*kind.checks, *also)
        self._remarks = kind.remarks
        self._columns = [
            Column(item, default=_default(item, circumstances), door=circumstances.door, today=circumstances.today)
            for item in spec
        ]
        self._by_name = {column.name: column for column in self._columns}
        self._place = {column.name: place for place, column in enumerate(self._columns)}
        self._defaults = {column.name: column.default for column in self._columns}
        self._names = frozenset(spec.by_name)
        self._needs = [_Need.of(item) for item in spec if item.required or item.required_when]
        self._needed = [need.name for need in self._needs]
        self._crossing = [item for item in spec if _crosses(item)]
        self._comparing = [item for item in self._crossing if _compares(item)]
        self._asked = [name for name in _asked(spec) if name in self._names]
        self._shapes: dict[tuple[Any, ...], tuple[tuple[Problem, ...], frozenset[str]]] = {}
        self._people = [item for item in spec if item.person_name_field]

    def check(self, raw: Mapping[str, Any]) -> Checked:
        """Parse and check every field of one row; never raises for what somebody typed."""
        checked = Checked({})
        if not raw.keys() <= self._names:
            checked.problems.extend(self._unknown(raw))
        self._parse(raw, checked)
        self._complete(checked.data)
        if not checked.problems:
            checked.problems.extend(self._across(checked.data))
            # What a kind asks over several fields may count on each of them being there and right.
            for rule in self._rules if not checked.problems else ():
                checked.problems.extend(rule(checked.data, self._circumstances))
        else:  # what is missing is worth saying even when something else cannot be read
            wrong = {problem.field for problem in checked.problems}
            checked.problems.extend(p for p in self._missing(checked.data) if p.field not in wrong)
        return checked

    def right(self, names: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[dict[str, Any] | None]:
        """Of rows of texts, '' for nothing, in columns of these names: the data that `check` would give for each row
        that is right and of which it would tell nothing; None for the others, for `check` to look at."""
        if not rows or not self._names.issuperset(names):
            yield from [None] * len(rows)
            return
        texts = dict(zip(names, zip(*rows, strict=True), strict=True))
        values, are_odd = [], []
        for column in self._columns:
            if column.name in texts:
                found, is_odd = column.values(texts[column.name])
            else:
                found, is_odd = [column.default] * len(rows), False
            values.append(found)
            are_odd += [found] if is_odd else []
        odd = {place for found in are_odd for place, value in enumerate(found) if value is ODD}
        asked = [values[self._place[name]] for name in self._asked]
        shapes = zip(*map(_gaps_in, values), *asked, strict=True)
        for place, (row, shape) in enumerate(zip(zip(*values, strict=True), shapes, strict=True)):
            data = None if place in odd else dict(zip(self._by_name, row, strict=True))
            yield data if data is not None and self._is_right(data, shape) else None

    def _is_right(self, data: dict[str, Any], shape: tuple[Any, ...]) -> bool:
        """Whether nothing is missing or wrong over several fields; the data are completed."""
        self._complete(data)
        if any(self._gaps(data, shape)) or next(self._compared(self._comparing, data), None) is not None:
            return False
        return all(next(iter(rule(data, self._circumstances)), None) is None for rule in self._rules)

    def remarks(self, data: Mapping[str, Any]) -> list[Problem]:
        """What is odd about right values."""
        return [remark for rule in self._remarks for remark in rule(data, self._circumstances)]

    def _unknown(self, raw: Mapping[str, Any]) -> Iterator[Problem]:
        for name in raw:
            if name not in self._names:
                yield Problem(field=str(name)[:60], message="没有此字段，或此字段不可写")

    def _parse(self, raw: Mapping[str, Any], checked: Checked) -> None:
        data, columns = checked.data, self._by_name
        data.update(self._defaults)
        for name, typed in raw.items():
            if typed is None or typed == "" or name not in columns:
                continue
            column = columns[name]
            read = column.known.get(typed) if type(typed) is str else None
            if read is None:
                read = column.read(typed)
            if read.problem is not None or read.notices:
                self._parse_in_order(raw, checked)
                return
            data[name] = read.value

    def _parse_in_order(self, raw: Mapping[str, Any], checked: Checked) -> None:
        """The same where there is something to say: field by field, in the order in which people fill them in."""
        data, typed_at = checked.data, raw.get
        data.clear()
        for column in self._columns:
            typed = typed_at(column.name)
            if typed is None or typed == "":  # most cells of a workbook
                data[column.name] = column.default
                continue
            read = column.known.get(typed) if type(typed) is str else None
            if read is None:
                read = column.read(typed)
            if read.problem is not None:
                checked.problems.append(read.problem)
                continue
            data[column.name] = read.value
            if read.notices:
                checked.notices.extend(read.notices)
                if not column.is_personal:
                    checked.typed[column.name] = typed

    def _complete(self, data: dict[str, Any]) -> None:
        for item in self._assigned:
            data[item.name] = data.get(item.starts_as)
        self._write_persons_names(data)

    def _write_persons_names(self, data: dict[str, Any]) -> None:
        """Give the dot between the parts of a person's name its one form (阿·买); organisations' stay as typed."""
        for item in self._people:
            name = item.person_name_field
            if data.get(name) and (item.keeper != "subject" or data.get(item.name)):
                data[name] = clean_person_name(data[name])

    def _missing(self, data: Mapping[str, Any]) -> Iterator[Problem]:
        for name, need in zip(self._needed, self._needs, strict=True):
            value = data.get(name)
            if (value is None or value == "") and need.holds(data):
                yield need.problem

    def _forbidden(self, data: Mapping[str, Any]) -> Iterator[str]:
        for item in self._crossing:
            if any(condition.holds(data) for condition in item.forbidden_when) and data[item.name] is not None:
                yield item.name

    def _gaps(self, data: Mapping[str, Any], shape: tuple[Any, ...]) -> tuple[tuple[Problem, ...], frozenset[str]]:
        """What is missing and what is filled in that must not be. It depends on which fields are filled and on the
        few words the conditions ask for, which is the shape of a row, and rows are alike in both."""
        known = self._shapes.get(shape)
        if known is None:
            if len(self._shapes) >= REMEMBERED:
                self._shapes.clear()
            known = self._shapes[shape] = (tuple(self._missing(data)), frozenset(self._forbidden(data)))
        return known

    def _across(self, data: Mapping[str, Any]) -> Iterator[Problem]:
        shape = [value is None or value == "" for value in data.values()]
        missing, forbidden = self._gaps(data, (*shape, *[data[name] for name in self._asked]))
        yield from missing
        yield from self._compared(self._crossing if forbidden else self._comparing, data, forbidden)

    def _compared(
        self, items: Iterable[FieldSpec], data: Mapping[str, Any], forbidden: frozenset[str] = frozenset()
    ) -> Iterator[Problem]:
        """What is wrong with fields beside other fields and beside the day."""
        today = self._circumstances.today
        for item in items:
            value = data[item.name]
            if value is None:
                continue
            if item.name in forbidden:
                yield Problem(field=item.name, message=f"{item.label}：此类相对人不填本栏")
            if item.not_after_today and value > today:
                yield Problem(field=item.name, message=f"{item.label}：不能晚于今天（{today}）")
            if item.positive and not value > 0:
                yield Problem(field=item.name, message=f"{item.label}：须大于0")
            if item.not_before:
                yield from _order(self._spec, item, value, data)
            if item.is_personal:
                yield from _document(item, value, data, today)


def _gaps_in(values: Sequence[Any]) -> Sequence[bool]:
    """Where a column holds nothing."""
    nothing = values.count(None)
    if nothing in (0, len(values)):  # nearly every column
        return [nothing > 0] * len(values)
    return [value is None for value in values]


def _default(item: FieldSpec, circumstances: Circumstances) -> Any:
    match item.default:
        case "":
            return None
        case "organisation.name":
            return circumstances.organisation.name
        case "organisation.uscc":
            return circumstances.organisation.uscc
        case constant:
            return parse(item, constant, door=circumstances.door, today=circumstances.today).value


@dataclass(frozen=True)
class _Need:
    """A field that must be filled in, always or under conditions, and what is said where it is not."""

    name: str
    conditions: tuple[Condition, ...]
    problem: Problem

    @classmethod
    def of(cls, item: FieldSpec) -> _Need:
        conditions = () if item.required else item.required_when
        return cls(item.name, conditions, Problem(field=item.name, message=f"{item.label}：必填"))

    def holds(self, data: Mapping[str, Any]) -> bool:
        return not self.conditions or any(condition.holds(data) for condition in self.conditions)


def _crosses(item: FieldSpec) -> bool:
    """Whether anything is asked of the field beyond its own value."""
    return bool(item.forbidden_when) or _compares(item)


def _compares(item: FieldSpec) -> bool:
    return bool(item.not_after_today or item.positive or item.not_before or item.is_personal)


def _asked(spec: Specification) -> set[str]:
    """The fields whose words conditions ask for; whether they are filled is known of every field."""
    conditions = [condition for item in spec for condition in (*item.required_when, *item.forbidden_when)]
    return {condition.field for condition in conditions if condition.operator is not Operator.FILLED}


def _order(spec: Specification, item: FieldSpec, value: Any, data: Mapping[str, Any]) -> Iterator[Problem]:
    for name in item.not_before:
        earlier: date | None = data.get(name)
        if earlier is not None and value < earlier:
            message = f"{item.label}：不能早于{spec[name].label}（{earlier}）"
            yield Problem(field=item.name, message=message)
            return


def _document(item: FieldSpec, value: Any, data: Mapping[str, Any], today: date) -> Iterator[Problem]:
    if data.get(item.document_type_field) == DocumentType.RESIDENT_ID:
        try:
            check_resident_id(value, today=today)
        except FieldProblem as problem:
            yield Problem(field=item.name, message=f"{item.label}：{problem}")
