"""A town of a thousand records, and the plainest possible search of it to compare with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from registry.directory.subjects import SubjectKind
from registry.identifiers.normalise import name_key
from registry.models import FormerName, Organisation, Person, Record, Region, Subject
from registry.records import kinds
from registry.records.statuses import Status
from registry.search.find import find
from tests.factories import (
    TODAY,
    CatalogueItemVersionFactory,
    OrganisationFactory,
    SubjectFactory,
    UserFactory,
)

REGIONS = ("610902", "610922", "610981", "612429")  # the last is 旬阳 of before 2000
FATES = (
    (8, {"status": Status.PUBLISHED}),
    (2, {"status": Status.LISTED}),
    (1, {"status": Status.DRAFT}),
    (1, {"status": Status.WITHDRAWN}),
    (1, {"status": Status.EXPIRED}),
    (1, {"status": Status.PUBLISHED, "openness": 1}),
    (1, {"status": Status.PUBLISHED, "public_until": TODAY - timedelta(days=1)}),
    (1, {"status": Status.PUBLISHED, "public_until": TODAY}),
    (1, {"status": Status.PUBLISHED, "public_from": TODAY + timedelta(days=1)}),
)


def name(random: Random) -> str:
    return "".join(
        random.choice(part)
        for part in (
            ("安康市", "安康", "", "陕西"),
            ("汉滨区", "石泉县", "旬阳", ""),
            ("宏达", "秦巴", "（东坝）鑫源", "A&B", "100%", "_茶_", "ＴＣＬ", "𠮷野"),
            ("建筑", "建设工程", "茶业", "商贸", "建筑建材"),
            ("有限公司", "有限责任公司", "合作社", "店"),
        )
    )


def build(random: Random, *, records: int = 1000, subjects: int = 350) -> None:
    """Rows as they stand, without index; `index.rebuild()` or `refresh` make that."""
    people = list(_subjects(random, subjects))
    bodies = [OrganisationFactory(region_id=region) for region in REGIONS for _ in range(2)]
    versions = {
        (body, kind.code): CatalogueItemVersionFactory(item__organisation=body, item__kind=kind.code)
        for body in bodies
        for kind in kinds.every()
    }
    staff = UserFactory(), UserFactory()
    weights = [weight for weight, _ in FATES]
    made = []
    for number in range(records):
        body, kind = random.choice(bodies), random.choice(list(kinds.every()))
        ((_, fate),) = random.choices(FATES, weights)
        made.append(_record(number, random, body, kind, versions[body, kind.code], people, staff, fate))
    Record.objects.bulk_create(made)


def _subjects(random: Random, count: int) -> Iterator[Subject]:
    for number in range(count):
        if number % 25 == 0:
            person = Person.objects.remember(name="柯试明", document_type="护照号", number=f"XX{number:07d}")
            yield SubjectFactory(kind=SubjectKind.NATURAL, name="柯试明", uscc=None, person=person, published_on=TODAY)
            continue
        subject = SubjectFactory(
            name=name(random),
            region_id=random.choice(REGIONS),
            published_on=random.choice((TODAY, TODAY, None)),
            established_on=random.choice((None, date(2014, 5, 6))),
        )
        if number % 7 == 0:
            former = name(random)
            FormerName.objects.create(subject=subject, name=former, name_key=name_key(former))
        yield subject


def _record(
    number: int,
    random: Random,
    body: Organisation,
    kind: kinds.Kind,
    version: Any,
    people: list[Subject],
    staff: tuple,
    fate: dict[str, Any],
) -> Record:
    day = TODAY - timedelta(days=random.randrange(1500))
    noon = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    values = {"openness": 0, "public_from": day, "public_until": None, "published_at": noon} | fate
    return Record(
        kind=kind.code,
        subject=random.choice(people),
        organisation=body,
        item_version=version,
        title="试例事项",
        document_number=f"试许〔{day.year}〕{number}号",
        document_key=f"试许〔{day.year}〕{number}号",
        decided_on=day,
        edition=1,
        entered_by=staff[0],
        entered_at=noon,
        reviewed_by=staff[1],
        reviewed_at=noon,
        **values,
    )


@dataclass(frozen=True)
class Question:
    q: str
    filters: dict[str, Any]


def questions(random: Random, count: int) -> Iterator[Question]:
    """Pieces of names, sometimes two, sometimes of nobody, with any filters."""
    names = [*Subject.objects.values_list("name", flat=True), *FormerName.objects.values_list("name", flat=True)]
    bodies = list(Organisation.objects.values_list("pk", flat=True))
    for _ in range(count):
        pieces = [_piece(random.choice(names), random) for _ in range(random.choice((1, 1, 1, 2, 3)))]
        choices = {
            "kind": [kind.number for kind in kinds.every()] + [kinds.SUBJECT_NUMBER],
            "organisation": bodies,
            "region": [*REGIONS, "610928"],
            "year": range(2022, 2027),
        }
        filters = {name: random.choice(of) for name, of in choices.items() if random.random() < 0.3}
        yield Question(" ".join(pieces), filters)


def _piece(text: str, random: Random) -> str:
    start = random.randrange(len(text))
    return text[start : start + random.choice((1, 2, 2, 3, 4, 6, 20))].lower()


class PlainScan:
    """What anybody may see on a day, read once from the two doors there are, and looked through row by row."""

    def __init__(self, on: date) -> None:
        self.on = on
        names: dict[int, list[str]] = {}
        for subject in Subject.objects.exclude(kind=SubjectKind.NATURAL).prefetch_related("former_names"):
            former = [old.name_key for old in subject.former_names.all()]
            names[subject.pk] = [subject.name_key, *former]
        after = dict(Region.objects.exclude(successor=None).values_list("pk", "successor_id"))
        self.today_s = lambda code: self.today_s(after[code]) if code in after else code
        public = Record.objects.public(on=on).select_related("organisation")
        self.records = [
            (r.decided_on, r.pk, kinds.get(r.kind).number, r.organisation_id,
             self.today_s(r.organisation.region_id), names[r.subject_id])
            for r in public if r.subject_id in names
        ]  # fmt: skip
        self.subjects = [
            (s.established_on or s.published_on, s.pk, kinds.SUBJECT_NUMBER, None,
             self.today_s(s.region_id), names[s.pk])
            for s in Subject.objects.public()
        ]  # fmt: skip

    def answer(self, question: Question) -> list[int]:
        wanted = question.filters
        rows = self.subjects if wanted.get("kind") == kinds.SUBJECT_NUMBER else self.records
        terms = list(filter(None, map(name_key, question.q.split())))
        region = self.today_s(wanted["region"]) if "region" in wanted else None
        found = [
            (day, pk)
            for day, pk, kind, body, of_region, names in rows
            if all(any(term in one for one in names) for term in terms)
            and wanted.get("kind", kind) == kind
            and wanted.get("organisation", body) == body
            and region in (None, of_region)
            and wanted.get("year", day.year) == day.year
        ]
        return [pk for _, pk in sorted(found, reverse=True)]


def differences(random: Random, count: int, *, on: date, cap: int, **options: Any) -> list[str]:
    """Questions whose answer is not that of the plain scan: keys, order, total, a later page as well."""
    scan, wrong = PlainScan(on), []
    for question in questions(random, count):
        expected = scan.answer(question)
        page = random.choice((1, 1, 2))
        found = find(question.q, on=on, page=page, per_page=10, **question.filters, **options)
        keys = [subject if record is None else record for record, subject in found.entries]
        start = (page - 1) * 10
        total = min(len(expected), cap), len(expected) > cap
        if (keys, (found.total, found.capped)) != (expected[start : start + 10], total):
            wrong.append(f"{question} page {page} by {found.path}")
    return wrong
