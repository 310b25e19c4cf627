"""Which subject a set of values is about: found by code or by document number, created when new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from registry.directory.persons import Person
from registry.directory.regions import Region
from registry.directory.subjects import FormerName, Subject, SubjectKind
from registry.identifiers import uscc
from registry.identifiers.normalise import name_key
from registry.records.fields import Specification
from registry.records.kinds import Problem

Named = Mapping[str, Any]  # values by the subject's attribute: name, uscc, kind, person


def described(spec: Specification, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the values say about the subject, by the subject's own attributes."""
    said = {item.attribute: values[item.name] for item in spec.kept_by("subject")}
    said.setdefault("kind", _kind_by_code(said.get("uscc")))
    if said["kind"] == SubjectKind.NATURAL:
        said["uscc"] = None
    return said


def _kind_by_code(code: str | None) -> SubjectKind:
    # 92 is 个体工商户 (GB 32100-2015); every other prefix is an organisation.
    return SubjectKind.BUSINESS if code and code.startswith("92") else SubjectKind.LEGAL


def match(wanted: Sequence[Named]) -> tuple[list[Subject | None], dict[int, Problem]]:
    """The subject for each description, and by position what speaks against it.

    Three queries however many are asked for. A name that is neither the present nor a former one of the
    code's bearer is refused: a wrong code would put the record on somebody else.
    """
    by_code = _known_by_code({one["uscc"] for one in wanted if one.get("uscc")})
    by_person = _known_by_person({one["person"] for one in wanted if one.get("person")})
    found: list[Subject | None] = []
    problems: dict[int, Problem] = {}
    for position, one in enumerate(wanted):
        known = by_person.get(one["person"].pk) if one.get("person") else by_code.get(one["uscc"] or "")
        if known is None:
            known = _new(one)
            _remember(known, by_code, by_person)
        elif problem := _objection(known, one):
            problems[position] = problem
        found.append(None if position in problems else known)
    _create([subject for subject in found if subject is not None and subject.pk is None])
    return found, problems


def _known_by_code(codes: set[str]) -> dict[str, Subject]:
    return {
        subject.uscc or "": subject
        for subject in Subject.objects.filter(uscc__in=codes).prefetch_related("former_names")
    }


def _known_by_person(persons: set[Person]) -> dict[int, Subject]:
    subjects = Subject.objects.filter(person__in=persons).select_related("person")
    return {subject.person_id or 0: subject for subject in subjects}


def _remember(subject: Subject, by_code: dict[str, Subject], by_person: dict[int, Subject]) -> None:
    if subject.uscc:
        by_code[subject.uscc] = subject
    if subject.person_id:
        by_person[subject.person_id] = subject


def _objection(known: Subject, one: Named) -> Problem | None:
    key = name_key(one["name"])
    names = {known.name_key}
    if known.pk:
        names |= {former.name_key for former in known.former_names.all()}
    if key in names:
        return None
    if known.is_natural:
        return Problem(field="counterparty_name", message="相对人名称：与该证件号码已登记的姓名不一致，请核对")
    return Problem(
        field="counterparty_name",
        message=f"相对人名称：该代码登记的名称为“{known.name}”，与填写的不一致；如已更名，请信用办先登记更名",
    )


def _new(one: Named) -> Subject:
    return Subject(
        kind=one["kind"],
        name=one["name"],
        name_key=name_key(one["name"]),
        uscc=one.get("uscc") or None,
        person=one.get("person"),
    )


def _create(subjects: Sequence[Subject]) -> None:
    """Insert the new ones; whoever created the same subject a moment before has our thanks (P55)."""
    if not subjects:
        return
    unique = list({id(subject): subject for subject in subjects}.values())
    regions = set(Region.objects.values_list("pk", flat=True))
    for subject in unique:
        code = uscc.parts(subject.uscc).region if subject.uscc else ""
        subject.region_id = code if code in regions else None
    Subject.objects.bulk_create(unique, batch_size=1000, ignore_conflicts=True)
    stored = Subject.objects.filter(
        Q(uscc__in=[subject.uscc for subject in unique if subject.uscc])
        | Q(person__in=[subject.person_id for subject in unique if subject.person_id])
    )
    keys = {(uscc_, person): pk for pk, uscc_, person in stored.values_list("pk", "uscc", "person")}
    for subject in unique:
        subject.pk = keys[subject.uscc, subject.person_id]
        subject._state.adding = False


def add_former_name(subject: Subject, name: str, *, until: Any = None) -> FormerName:
    """Keep a name the subject once bore, so that searching it still finds the subject."""
    former, _ = FormerName.objects.get_or_create(
        subject=subject, name_key=name_key(name), defaults={"name": name, "until": until}
    )
    return former
