"""The joint check: who among those asked about has a live entry, how it stands, what follows from it in a matter.

Any number of codes costs the same few questions. What is repaired, expired or revoked is never met;
what rests is met and says so. Each entry met is kept with the edition that was read, so that it can be recalled.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from measures import standing, triggering
from measures.models import (
    ApplicationMatter,
    CheckHit,
    JointCheck,
    Measure,
    MeasureApplication,
    Strength,
)
from measures.standing import Enforcement, Standings
from registry.directory.organisations import Organisation, OrganisationKind
from registry.directory.persons import Person
from registry.directory.staff import User
from registry.directory.subjects import Subject, SubjectIdentifier
from registry.identifiers import NameProblem, clean_person_name
from registry.identifiers.normalise import normalise_code
from registry.prepared import Prepared
from registry.records import kinds
from registry.records.models import PersonalItem, Record
from registry.records.visibility import Audience, RecordQuerySet

MOST = 100_000
LONGEST_CONSORTIUM = 100
BETWEEN_CONSORTIA = "；"


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who asks in which matter, when; `by` is None for a machine that acts for its body."""

    organisation: Organisation
    matter: ApplicationMatter
    at: datetime
    today: date
    by: User | None = None
    key_prefix: str = ""

    @property
    def is_finance(self) -> bool:
        return self.organisation.kind == OrganisationKind.FINANCE

    @property
    def audience(self) -> Audience:
        """Banks and insurers see what anybody sees; bodies with public duties see what they share."""
        return Audience.PUBLIC if self.is_finance else Audience.ORGANISATION


@dataclass
class Answer:
    """The check as it was kept, and per question whether somebody was found and hit, in the order asked."""

    check: JointCheck
    asked: Sequence[str]
    subjects: Sequence[int | None]  # the subject each code stands for
    hits: list[CheckHit] = field(default_factory=list)

    @property
    def hit_subjects(self) -> frozenset[int]:
        return frozenset(hit.record.subject_id for hit in self.hits)


def biting() -> list[str]:
    """The kinds of record that carry punishments."""
    return [kind.code for kind in kinds.every() if kind.bites]


def entries(asker: Asker) -> RecordQuerySet:
    """The live entries this asker may meet; a suspended one is met too."""
    return Record.objects.visible(to=asker.audience, on=asker.today, of=biting())


@transaction.atomic
def check_codes(codes: Sequence[str], asker: Asker, consortia: Sequence[str] = ()) -> Answer:
    """Ask about these codes as they were typed; one nobody bears is answered found: no, hit: no.

    `consortia` names for each code the consortium it bids with ('' = none): a hit of one member is one of all (S3.3.6).
    """
    texts = [normalise_code(code).text for code in codes]
    bearers = bearers_of(texts)
    subjects = [bearers.get(text) for text in texts]
    keys = list(dict.fromkeys(key for key in subjects if key is not None))
    records = list(_entries_of(keys, asker)) if len(keys) != 1 or _is_listed(keys[0], asker) else []
    found = sum(key is not None for key in subjects)
    single = keys[0] if len(codes) == 1 and keys else None
    hit_keys = {record.subject_id for record in records}
    check = _kept(asker, asked=len(codes), found=found, hit=sum(key in hit_keys for key in subjects), subject=single)
    bids = _bids(subjects, consortia)
    met = [Met(record, consortium=bids.get(record.subject_id, "")) for record in records]
    return Answer(check, texts, subjects, _hits(check, met, asker))


def _bids(subjects: Sequence[int | None], consortia: Sequence[str]) -> dict[int, str]:
    """Of each subject, with whom it bids; of several all are named, as far as they fit."""
    named: dict[int, dict[str, None]] = {}
    for subject, consortium in zip(subjects, consortia, strict=False):
        if subject is not None and consortium:
            named.setdefault(subject, {})[consortium] = None
    return {subject: BETWEEN_CONSORTIA.join(names)[:LONGEST_CONSORTIUM] for subject, names in named.items()}


@transaction.atomic
def check_person(name: str, number: str, asker: Asker) -> Answer:
    """Ask about a person; a wrong number and an unknown person are answered alike, and the number is kept nowhere."""
    person = Person.objects.with_number(number).first()
    if person is not None and _folded(person.name) != _folded(name):
        person = None
    met = list(_entries_of_person(person, asker)) if person is not None else []
    # Whom no entry concerns is to the asker as unknown as whoever stands nowhere.
    check = _kept(asker, asked=1, found=int(bool(met)), hit=int(bool(met)), is_of_person=True)
    return Answer(check, [""], [met[0].record.subject_id if met else None], _hits(check, met, asker))


@dataclass(frozen=True)
class Met:
    """An entry that was met, as the subject's own or through a position."""

    record: Record
    person: Person | None = None
    role: str = ""
    consortium: str = ""


def bearers_of(texts: Sequence[str]) -> dict[str, int]:
    """The subjects that bear these codes, or bore them as older numbers; natural persons are not asked about so."""
    wanted = set(filter(None, texts))
    if len(wanted) == 1:
        only = wanted.pop()
        rows = _BEARER.ask(code=only) or _BEARER_OF_OLDER.ask(code=only)
        return {only: rows[0]["subject_id"]} if rows else {}
    found = dict(Subject.objects.filter(uscc__among=wanted).values_list("uscc", "pk"))
    if rest := wanted - found.keys():
        older = SubjectIdentifier.objects.filter(value__among=rest).order_by("pk")
        found.update(older.values_list("value", "subject_id"))
    return found


# Most single checks end here, unhit: their two questions are worked out once.
_BEARER = Prepared(lambda *, code: Subject.objects.filter(uscc=code).values(subject_id=F("pk")))
_BEARER_OF_OLDER = Prepared(
    lambda *, code: SubjectIdentifier.objects.filter(value=code).order_by("pk").values("subject_id")
)
_CONCERNED = Prepared(lambda *, matter: Measure.objects.filter(matters=matter).values("pk"))
_LISTED = {
    audience: Prepared(
        lambda *, subject, on, audience=audience: (
            Record.objects.visible(to=audience, on=on, of=biting()).filter(subject=subject).values("pk")
        )
    )
    for audience in (Audience.PUBLIC, Audience.ORGANISATION)
}


def _is_listed(subject: int, asker: Asker) -> bool:
    return bool(biting()) and bool(_LISTED[asker.audience].count(1, subject=subject, on=asker.today))


def _entries_of(subjects: Sequence[int], asker: Asker) -> Iterable[Record]:
    if not subjects:
        return ()
    live = entries(asker).select_related("organisation", "subject__person")
    return live.filter(subject__among=set(subjects)).order_by("pk")


def _entries_of_person(person: Person, asker: Asker) -> Iterator[Met]:
    live = entries(asker).select_related("organisation", "subject__person")
    for record in live.filter(subject__person=person).order_by("pk"):
        yield Met(record)
    if asker.is_finance:
        return
    named = PersonalItem.objects.filter(person=person, record__in=live).select_related(
        "role", "record__organisation", "record__subject__person"
    )
    for item in named.order_by("record"):
        if _answers(item):
            yield Met(item.record, person, item.role_id)


def _answers(item: PersonalItem) -> bool:
    """Whether the position is one that answers for something, and was held when the act was done."""
    role, day = item.role, triggering.act_day(item.record)
    is_listed = role.is_barred or role.loses_honours or role.is_recorded or role.is_limited
    in_office = (item.held_from is None or item.held_from <= day) and (
        item.held_until is None or day <= item.held_until
    )
    return is_listed and in_office


def _kept(asker: Asker, **counts: Any) -> JointCheck:
    number = f"LC{asker.today:%Y%m%d}{secrets.token_hex(5).upper()}"
    return JointCheck.objects.create(
        number=number, organisation=asker.organisation, matter=asker.matter, asked_by=asker.by, asked_at=asker.at,
        key_prefix=asker.key_prefix, subject_id=counts.pop("subject", None), **counts,
    )  # fmt: skip


def _hits(check: JointCheck, met: Sequence[Met], asker: Asker) -> list[CheckHit]:
    if not met:
        return []
    held = standing.held_among({one.record.pk for one in met})
    measures = Recommended(asker) if asker.is_finance else Triggered(met, asker)
    made = [
        CheckHit(
            joint_check=check, record=one.record, person=one.person, role=one.role, seq=one.record.seq,
            consortium=one.consortium, edition=one.record.edition, measures=measures.of(one),
            enforcement=(Enforcement.SUSPENDED if one.record.pk in held else Enforcement.IN_FORCE).value,
        )
        for one in met
    ]  # fmt: skip
    return CheckHit.objects.bulk_create(made, batch_size=1000)


class Triggered:
    """The measures bodies have to take on what was met, each once, with the force it has for whoever asks."""

    def __init__(self, met: Sequence[Met], asker: Asker) -> None:
        self.asker = asker
        rows = self._rows({one.record.pk: one.record for one in met})
        stood = Standings.of([one for one in rows if one.measure.ends_on_performance], on=asker.today)
        self.by_target: dict[tuple[int, int | None], list[MeasureApplication]] = {}
        for one in rows:
            if self._counts(one, stood):
                self.by_target.setdefault((one.record_id, one.person_id), []).append(one)

    def _rows(self, records: Mapping[int, Record]) -> list[MeasureApplication]:
        found = MeasureApplication.objects.current().exclude(state="not_applicable")
        found = found.filter(record__among=records.keys()).select_related("measure")
        if concerned := [row["pk"] for row in _CONCERNED.ask(matter=self.asker.matter.pk)]:
            found = found.filter(measure__in=concerned)
        rows = list(found.order_by("measure", "pk"))
        for one in rows:
            one.record = records[one.record_id]
        return rows

    def _counts(self, one: MeasureApplication, stood: Standings) -> bool:
        today = self.asker.today
        if (one.valid_from and today < one.valid_from) or (one.valid_until and one.valid_until < today):
            return False
        ended = (standing.Standing.LIFTED, standing.Standing.NOT_APPLICABLE)
        return not one.measure.ends_on_performance or stood[one] not in ended

    def of(self, met: Met) -> list[dict[str, str]]:
        told: dict[tuple[str, str], dict[str, str]] = {}
        for one in self.by_target.get((met.record.pk, met.person.pk if met.person else None), ()):
            key = (one.measure_id, one.industry)
            if key not in told or one.organisation_id == self.asker.organisation.pk:
                told[key] = _told(one.measure, one.strength, one.industry, one.text)
        return list(told.values())


class Recommended:
    """The measures a bank or insurer is encouraged to think of; from the catalogue, since nothing is triggered there."""

    def __init__(self, asker: Asker) -> None:
        self.today = asker.today
        chosen = asker.matter.measures.all() if asker.matter.measures.exists() else Measure.objects.all()
        fitting = chosen.in_force(on=asker.today).filter(strength=Strength.RECOMMENDED, colour="punishment")
        self.measures = [one for one in fitting.order_by("pk") if one.may_be_taken_by(asker.organisation)]

    def of(self, met: Met) -> list[dict[str, str]]:
        item = met.record.the_kind.facts(met.record, self.today).taxonomy_item
        fitting = (one for one in self.measures if one.covers(item) and one.suits(met.record.subject.kind))
        return [_told(one, Strength.RECOMMENDED, "", "") for one in fitting]


def _told(measure: Measure, strength: str, industry: str, text: str) -> dict[str, str]:
    told = {
        "code": measure.code, "name": measure.name, "strength": strength, "strength_label": Strength(strength).label,
    }  # fmt: skip
    return told | {name: said for name, said in (("industry", industry), ("text", text)) if said}


def _folded(name: str) -> str:
    try:
        return "".join(clean_person_name(name).split()).upper()
    except NameProblem:
        return name
