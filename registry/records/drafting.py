"""Drafts, their revision, and corrections that wait for a second pair of eyes.

A kind is named by its code, so callers (the admin, the API, an importer, an objection) write kinds they
know nothing of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from registry import clock
from registry.audit import log
from registry.audit.models import AuditLog
from registry.directory.catalogue import CatalogueItemVersion
from registry.directory.organisations import Organisation
from registry.directory.persons import Person
from registry.directory.staff import User
from registry.records import editions, kinds, named_persons, storing, subject_matching
from registry.records.fields import FieldSpec, FieldType, Specification
from registry.records.kinds import Kind, Problem
from registry.records.models import Correction, Record
from registry.records.parsing import Door
from registry.records.statuses import EDITABLE, LIVE
from registry.records.validation import Checked, Circumstances, Invalid, check, entry_checker


class NotInCatalogue(Invalid):
    """The organisation may not collect this class of information (row S1.3.3)."""


@dataclass(frozen=True)
class Drafted:
    """New drafts by the position of their raw values, what was wrong with the others, what was folded."""

    records: dict[int, Record] = field(default_factory=dict)
    refused: dict[int, Checked] = field(default_factory=dict)
    notices: dict[int, list[str]] = field(default_factory=dict)


def item_version(kind: Kind, organisation: Organisation, *, on: date, item_code: str = "") -> CatalogueItemVersion:
    """The version of the catalogue item a record of that kind is checked against; raises NotInCatalogue."""
    versions = CatalogueItemVersion.objects.in_force(on=on).filter(
        item__kind=kind.code, item__organisation=organisation
    )
    if item_code:
        versions = versions.filter(item__code=item_code)
    found = versions.select_related("item").order_by("-valid_from", "-version").first()
    if found is None:
        raise NotInCatalogue.because("", f"不在目录内：{organisation}的征集目录没有“{kind.label}”信息项")
    return found


def draft(
    kind_code: str,
    raw: Mapping[str, Any],
    *,
    organisation: Organisation,
    by: User,
    at: datetime,
    today: date,
    door: Door,
    item_code: str = "",
) -> tuple[Record, list[str]]:
    """Write one new draft; returns it with the notices, or raises Invalid and nothing is stored."""
    drafted = draft_many(
        kind_code, [raw], organisation=organisation, by=by, at=at, today=today, door=door, item_code=item_code
    )
    if drafted.refused:
        raise Invalid(drafted.refused[0])
    return drafted.records[0], drafted.notices[0]


def draft_many(
    kind_code: str,
    raws: Sequence[Mapping[str, Any]],
    *,
    organisation: Organisation,
    by: User,
    at: datetime,
    today: date,
    door: Door,
    item_code: str = "",
    is_backfill: bool = False,
) -> Drafted:
    """Write the drafts that are right, in one transaction and a fixed number of queries; name the others."""
    may_enter(by, organisation)
    kind = kinds.get(kind_code)
    version = item_version(kind, organisation, on=today, item_code=item_code)
    spec = kind.spec(version)
    circumstances = Circumstances(organisation=organisation, today=today, door=door, is_backfill=is_backfill)
    checker = entry_checker(kind, spec, circumstances)
    drafted = Drafted()
    clean: dict[int, Mapping[str, Any]] = {}
    typed: dict[int, dict[str, str]] = {}
    for position, raw in enumerate(raws):
        checked = checker.check(raw)
        if checked.problems:
            drafted.refused[position] = checked
        else:
            clean[position], drafted.notices[position], typed[position] = checked.data, checked.notices, checked.typed
    base = {
        "kind": kind.code, "organisation": organisation, "item_version": version,
        "entered_by": by, "entered_at": at, "is_backfill": is_backfill,
    }  # fmt: skip
    with storing.refusals_as_problems(), transaction.atomic():
        _insert(drafted, clean, kind, spec, base, today=today)
        AuditLog.objects.bulk_create(
            AuditLog(
                at=at,
                by=by,
                action="record.draft",
                object_type="registry.record",
                object_key=str(record.pk),
                detail=log.as_typed(typed[position]),
            )
            for position, record in drafted.records.items()
        )
    return drafted


def _insert(
    drafted: Drafted,
    clean: Mapping[int, Mapping[str, Any]],
    kind: Kind,
    spec: Specification,
    base: Mapping[str, Any],
    *,
    today: date,
) -> None:
    values = {position: storing.values_of(spec, data) for position, data in clean.items()}
    subjects, objections = subject_matching.match([subject_matching.described(spec, each) for each in values.values()])
    filled = {}
    for index, (position, each) in enumerate(values.items()):
        if index in objections:
            drafted.refused[position] = Checked({}, [objections[index]])
            continue
        record = Record(**base, subject=subjects[index])
        filled[position] = (record, storing.fill(record, spec, each, today=today))
    _refuse_doubles(drafted, filled, kind)
    storing.insert(list(filled.values()), kind)
    drafted.records.update({position: record for position, (record, _) in filled.items()})


def _refuse_doubles(drafted: Drafted, filled: dict[int, Any], kind: Kind) -> None:
    seen = storing.taken(kind, [record for record, _ in filled.values()])
    for position, (record, _) in list(filled.items()):
        key = (record.organisation_id, record.document_key, record.subject_id)
        if record.document_key and key in seen:
            problem = Problem(field="document_number", message=f"文书号：{storing.TAKEN}")
            drafted.refused[position] = Checked({}, [problem])
            del filled[position]
        seen.add(key)


def revise(record: Record, raw: Mapping[str, Any], *, by: User, at: datetime, today: date, door: Door) -> list[str]:
    """Replace the contents of a draft, or of one that was returned; returns the notices."""
    may_enter(by, record.organisation)
    spec = record.specification
    checked = _checked(record, spec, raw, today=today, door=door)
    with storing.refusals_as_problems(), transaction.atomic():
        record = Record.objects.select_for_update(of=("self",)).get(pk=record.pk)
        if record.status not in EDITABLE:
            raise Invalid.because("", f"{record.get_status_display()}的记录不能直接修改，请用“更正”")
        before = editions.contents(record)
        values = storing.values_of(spec, checked.data)
        (subject,), objections = subject_matching.match([subject_matching.described(spec, values)])
        if objections or subject is None:
            raise Invalid(Checked({}, list(objections.values())))
        record.subject = subject
        detail = storing.fill(record, spec, values, today=today)
        record.validate_constraints()
        record.save()
        detail.save()
        changes = editions.difference(before, editions.contents(record))
        log.write("record.revise", by=by, at=at, about=record, changes=changes, **log.as_typed(checked.typed))
    return checked.notices


def discard(record: Record, *, by: User, at: datetime) -> None:
    """Delete a draft that nobody but its clerk has seen; what was ever submitted stays."""
    may_enter(by, record.organisation)
    with transaction.atomic():
        record = Record.objects.select_for_update(of=("self",)).get(pk=record.pk)
        if record.status not in EDITABLE or record.seq:
            raise Invalid.because("", "已提交过的记录不能删除")
        log.write("record.discard", by=by, at=at, about=record, kind=record.kind)
        record.delete()


def propose_correction(
    record: Record, raw: Mapping[str, Any], *, reason: str, by: User, at: datetime, today: date, door: Door
) -> Correction:
    """Put changed values before another person; the old edition stays shown meanwhile.

    `raw` names only what changes. The subject is never corrected: a record on the wrong subject is revoked
    and entered anew (lifecycle Q19).
    """
    may_enter(by, record.organisation)
    if not reason.strip():
        raise Invalid.because("reason", "更正理由：必填")
    if record.status not in LIVE:
        raise Invalid.because("", f"{record.get_status_display()}的记录不能更正")
    if record.corrections.filter(decided_at=None).exists():
        raise Invalid.because("", "该记录已有一份待审核的更正")
    with storing.refusals_as_problems(), transaction.atomic():
        changes = _changed_values(record, raw, today=today, door=door)
        correction = Correction.objects.create(
            record=record, changes=changes, reason=reason.strip(), proposed_by=by, proposed_at=at
        )
        log.write(
            "record.propose_correction", by=by, at=at, about=record, reason=correction.reason, fields=sorted(changes)
        )
    return correction


def _changed_values(record: Record, raw: Mapping[str, Any], *, today: date, door: Door) -> dict[str, Any]:
    spec = record.specification
    whole = {item.name: raw_form(item, editions.read(record, item)) for item in spec.typed} | dict(raw)
    entered_on = clock.day_of(record.entered_at)  # a delay is that of the entry, not of mending it later
    checked = _checked(record, spec, whole, today=today, door=door, entered_on=entered_on)
    before = editions.contents(record)
    after = {name: editions.as_json(value) for name, value in storing.values_of(spec, checked.data).items()}
    changes = {name: after[name] for name in after if name in spec.typed and after[name] != before[name]}
    fixed = next((item for item in spec.kept_by("subject") if item.name in changes), None)
    if fixed is not None:
        raise Invalid.because(fixed.name, f"{fixed.label}：主体不能更正，对象有误的记录须撤销后重新录入")
    if not changes:
        raise Invalid.because("", "没有任何改动")
    return changes


def apply_correction(record: Record, correction: Correction, *, today: date) -> dict[str, Any]:
    """Write the proposed values into the record's rows and say what changed; inside the workflow's transaction."""
    spec = record.specification
    before = editions.contents(record)
    values = {item.name: editions.read(record, item) for item in spec}
    values |= {name: editions.from_json(spec[name], value) for name, value in correction.changes.items()}
    storing.fill(record, spec, values, today=today).save()
    return editions.difference(before, editions.contents(record))


def raw_form(item: FieldSpec, value: Any) -> Any:
    """A stored value as if somebody had typed it now."""
    if item.type is FieldType.PERSONS:
        return named_persons.typed_again(value or [])
    return value.number() if isinstance(value, Person) else value


def _checked(
    record: Record,
    spec: Specification,
    raw: Mapping[str, Any],
    *,
    today: date,
    door: Door,
    entered_on: date | None = None,
) -> Checked:
    circumstances = Circumstances(
        organisation=record.organisation,
        today=today,
        door=door,
        entered_on=entered_on,
        is_backfill=record.is_backfill,
    )
    checked = check(record.the_kind, spec, raw, circumstances=circumstances)
    if checked.problems:
        raise Invalid(checked)
    return checked


def may_enter(by: User, organisation: Organisation) -> None:
    """Raises PermissionDenied unless this is a clerk of that organisation."""
    if not by.has_perm("registry.enter_record") or by.organisation_id != organisation.pk:
        raise PermissionDenied("只有提供单位的录入员可以录入")
