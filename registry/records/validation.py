"""The one validator: the same rules and the same words at the admin form, the API, the importer and a correction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from registry.directory.organisations import Organisation
from registry.directory.persons import DocumentType
from registry.identifiers import clean_person_name
from registry.records.fields import FieldSpec, Specification
from registry.records.kinds import Kind, Problem
from registry.records.parsing import Door, FieldProblem, check_resident_id, parse


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """In whose name, on which day and through which door a record is written."""

    organisation: Organisation
    today: date
    door: Door
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
    checked = Checked({})
    for name in raw:
        if name not in spec:
            checked.problems.append(Problem(field=str(name)[:60], message="没有此字段，或此字段不可写"))
    for item in spec:
        _parse_into(checked, item, raw.get(item.name), circumstances)
    _write_persons_names(spec, checked.data)
    if not checked.problems:
        checked.problems.extend(_across(spec, checked.data, circumstances))
        # What a kind asks over several fields may count on each of them being there and right.
        for rule in kind.checks if not checked.problems else ():
            checked.problems.extend(rule(checked.data, circumstances))
    else:  # what is missing is worth saying even when something else cannot be read
        wrong = {problem.field for problem in checked.problems}
        checked.problems.extend(p for p in _missing(spec, checked.data) if p.field not in wrong)
    return checked


def _parse_into(checked: Checked, item: FieldSpec, raw: Any, circumstances: Circumstances) -> None:
    try:
        parsed = parse(item, raw, door=circumstances.door, today=circumstances.today)
    except FieldProblem as problem:
        checked.problems.append(Problem(field=item.name, message=f"{item.label}：{problem}"))
        return
    value = parsed.value
    if value is None and item.default:
        value = _default(item, circumstances)
    checked.data[item.name] = value
    checked.notices.extend(f"{item.label}：{notice}" for notice in parsed.notices)
    if parsed.notices and not item.is_personal:
        checked.typed[item.name] = raw


def _write_persons_names(spec: Specification, data: dict[str, Any]) -> None:
    """Give the dot between the parts of a person's name its one form (阿·买); names of organisations stay as typed."""
    for item in spec:
        name = item.person_name_field
        if name and data.get(name) and (item.keeper != "subject" or data.get(item.name)):
            data[name] = clean_person_name(data[name])


def _default(item: FieldSpec, circumstances: Circumstances) -> Any:
    match item.default:
        case "organisation.name":
            return circumstances.organisation.name
        case "organisation.uscc":
            return circumstances.organisation.uscc
        case constant:
            parsed = parse(item, constant, door=circumstances.door, today=circumstances.today)
            return parsed.value


def _missing(spec: Specification, data: Mapping[str, Any]) -> Iterator[Problem]:
    for item in spec:
        needed = item.required or any(condition.holds(data) for condition in item.required_when)
        if needed and data.get(item.name) in (None, ""):
            yield Problem(field=item.name, message=f"{item.label}：必填")


def _across(spec: Specification, data: Mapping[str, Any], circumstances: Circumstances) -> Iterator[Problem]:
    yield from _missing(spec, data)
    for item in spec:
        value = data.get(item.name)
        if value is None:
            continue
        if any(condition.holds(data) for condition in item.forbidden_when):
            yield Problem(field=item.name, message=f"{item.label}：此类相对人不填本栏")
        if item.not_after_today and value > circumstances.today:
            yield Problem(field=item.name, message=f"{item.label}：不能晚于今天（{circumstances.today}）")
        if item.positive and not value > 0:
            yield Problem(field=item.name, message=f"{item.label}：须大于0")
        yield from _order(spec, item, value, data)
        yield from _document(item, value, data, circumstances.today)


def _order(spec: Specification, item: FieldSpec, value: Any, data: Mapping[str, Any]) -> Iterator[Problem]:
    for name in item.not_before:
        earlier: date | None = data.get(name)
        if earlier is not None and value < earlier:
            message = f"{item.label}：不能早于{spec[name].label}（{earlier}）"
            yield Problem(field=item.name, message=message)
            return


def _document(item: FieldSpec, value: Any, data: Mapping[str, Any], today: date) -> Iterator[Problem]:
    if not item.is_personal:
        return
    if data.get(item.document_type_field) == DocumentType.RESIDENT_ID:
        try:
            check_resident_id(value, today=today)
        except FieldProblem as problem:
            yield Problem(field=item.name, message=f"{item.label}：{problem}")
