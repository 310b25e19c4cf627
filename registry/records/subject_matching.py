"""Which subject a set of values is about: found by code or by document number, created when new."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

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


def reference(one: Named) -> str:
    """What the subject is known by: the index of a person's document number, or else the code."""
    return one["person"].number_index if one.get("person") else one["uscc"] or ""


class Bearer(NamedTuple):
    """Who bears a code or a document, as far as matching asks; `pk` is None for a subject yet to be created."""

    pk: int | None
    name: str
    keys: tuple[str, ...]  # of its present and former names
    is_natural: bool


class Matcher:
    """Finds the subject of each description, set after set, and remembers those it met.

    A name that is neither the present nor a former one of the code's bearer is refused: a wrong code would put
    the record on somebody else.
    """

    def __init__(self) -> None:
        self._bearers: dict[str, Bearer] = {}

    def match(
        self, wanted: Sequence[Named], *, accepted: Collection[int] = ()
    ) -> tuple[list[Bearer | None], dict[int, Problem], list[Named]]:
        """The bearer for each description; by position what speaks against it; the descriptions of new subjects.

        Three queries however many are asked for. At the positions `accepted` somebody has looked at the name.
        """
        self._learn(wanted)
        found: list[Bearer | None] = []
        problems: dict[int, Problem] = {}
        new: list[Named] = []
        for position, one in enumerate(wanted):
            known = self._bearers.get(reference(one))
            if known is None:
                known = self._bearers[reference(one)] = _newcomer(one)
                new.append(one)
            elif position not in accepted and (problem := _objection(known, one)):
                problems[position] = problem
            found.append(None if position in problems else known)
        return found, problems, new

    def _learn(self, wanted: Sequence[Named]) -> None:
        strangers = [one for one in wanted if reference(one) not in self._bearers]
        codes = {one["uscc"] for one in strangers if not one.get("person")}
        indexes = {one["person"].number_index for one in strangers if one.get("person")}
        if codes:
            self._remember(Subject.objects.filter(uscc__in=codes), "uscc")
        if indexes:
            self._remember(Subject.objects.filter(person__number_index__in=indexes), "person__number_index")

    def _remember(self, subjects: QuerySet, known_by: str) -> None:
        former: dict[int, list[str]] = {}
        for pk, key in FormerName.objects.filter(subject__in=subjects).values_list("subject", "name_key"):
            former.setdefault(pk, []).append(key)
        for ref, pk, name, key, kind in subjects.values_list(known_by, "pk", "name", "name_key", "kind"):
            keys = (name if key == name else key, *former.get(pk, ()))  # most often one text twice
            self._bearers[ref] = Bearer(pk, name, keys, kind == SubjectKind.NATURAL)


def _newcomer(one: Named) -> Bearer:
    return Bearer(None, one["name"], (name_key(one["name"]),), one["kind"] == SubjectKind.NATURAL)


def _objection(known: Bearer, one: Named) -> Problem | None:
    if one["name"] == known.name or name_key(one["name"]) in known.keys:
        return None
    if known.is_natural:
        return Problem(field="counterparty_name", message="相对人名称：与该证件号码已登记的姓名不一致，请核对")
    return Problem(
        field="counterparty_name",
        message=f"相对人名称：该代码登记的名称为“{known.name}”，与填写的不一致；如已更名，请信用办先登记更名",
    )


def match(wanted: Sequence[Named]) -> tuple[list[Subject | None], dict[int, Problem]]:
    """The subject for each description, created when new, and by position what speaks against it."""
    found, problems, new = Matcher().match(wanted)
    created = {reference(one): subject for one, subject in zip(new, _create(new), strict=True)}
    known = Subject.objects.select_related("person").in_bulk({one.pk for one in found if one and one.pk})
    subjects = [
        None if bearer is None else known.get(bearer.pk) or created[reference(one)]
        for bearer, one in zip(found, wanted, strict=True)
    ]
    return subjects, problems


def _new(one: Named) -> Subject:
    return Subject(
        kind=one["kind"],
        name=one["name"],
        name_key=name_key(one["name"]),
        uscc=one.get("uscc") or None,
        person=one.get("person"),
    )


def region_of(code: str | None, regions: Collection[str]) -> str | None:
    """Where the code says its bearer was registered, if that is a region of ours."""
    region = uscc.parts(code).region if code else ""
    return region if region in regions else None


def _create(wanted: Sequence[Named]) -> list[Subject]:
    """Insert the new ones; whoever created the same subject a moment before has our thanks (P55)."""
    if not wanted:
        return []
    new = [_new(one) for one in wanted]
    regions = set(Region.objects.values_list("pk", flat=True))
    for subject in new:
        subject.region_id = region_of(subject.uscc, regions)
    Subject.objects.bulk_create(new, batch_size=1000, ignore_conflicts=True)
    stored = Subject.objects.filter(
        Q(uscc__in=[subject.uscc for subject in new if subject.uscc])
        | Q(person__in=[subject.person_id for subject in new if subject.person_id])
    )
    keys = {(uscc_, person): pk for pk, uscc_, person in stored.values_list("pk", "uscc", "person")}
    for subject in new:
        subject.pk = keys[subject.uscc, subject.person_id]
        subject._state.adding = False
    return new


def add_former_name(subject: Subject, name: str, *, until: Any = None) -> FormerName:
    """Keep a name the subject once bore, so that searching it still finds the subject."""
    former, _ = FormerName.objects.get_or_create(
        subject=subject, name_key=name_key(name), defaults={"name": name, "until": until}
    )
    return former
