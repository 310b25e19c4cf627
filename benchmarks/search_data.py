"""A full portal for the benchmarks: the real tables, filled with made-up subjects and records.

Beside N public records stand 10 % that are not: drafts, withdrawn, expired, of restricted use, and a night's
worth whose term is over although the job has not marked them yet.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter
from random import Random
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

from benchmarks.loading import load
from benchmarks.search_names import COUNTIES, name_maker
from registry.directory import rules
from registry.directory.catalogue import Nature, Openness, UpdateCycle
from registry.directory.subjects import SubjectKind, SubjectState
from registry.identifiers import name_key, organisation_code, uscc
from registry.models import (
    CatalogueItem,
    CatalogueItemVersion,
    CollectionCatalogue,
    Organisation,
    Record,
    SearchEntry,
    Subject,
    User,
)
from registry.records import kinds
from registry.records.statuses import Status
from registry.search import fulltext, keys, schema, statistics

TODAY = date(2026, 3, 2)
YEARS = 12
SUBJECTS_PER_RECORD = 0.35
KINDS = {"licence": 70, "penalty": 15, "code-event": 10, "catalogue-record": 5}
ORGANISATIONS_PER_REGION = 6

# Of 4,400 records 4,000 are public; of as many, one ends a night in the twelve years of the data.
_FATES = {"public": 4_000, "draft": 120, "withdrawn": 80, "expired": 120, "shared": 79, "over": 1}


@dataclass(frozen=True)
class _Firm:
    pk: int
    key: str
    region: str
    established: date


def fill(size: int) -> None:
    """Fill the empty database behind `connection` with that many public records."""
    random, is_postgresql = Random(20160301), connection.vendor == "postgresql"
    rules.load()
    versions, staff = _departments()
    _drop_token_index()
    firms = list(_firms(round(size * SUBJECTS_PER_RECORD), random))
    entries = list(_subject_entries(firms))
    load(Record, _records(size, firms, versions, staff, random, entries))
    # PostgreSQL gets them by name as from `index.rebuild`; SQLite keeps them by key anyhow.
    entries.sort(key=itemgetter(_NAMES[SearchEntry].index("name" if is_postgresql else "id")))
    load(SearchEntry, entries)
    _execute([schema.CREATE_TOKEN_INDEX] if is_postgresql else fulltext.rebuild())
    _execute(connection.ops.sequence_reset_sql(no_style(), [Subject, Record]))
    _execute(["VACUUM (ANALYZE)"] if is_postgresql else ["ANALYZE"])
    statistics.refresh(force=True)


def _drop_token_index() -> None:
    _execute([schema.DROP_TOKEN_INDEX] if connection.vendor == "postgresql" else fulltext.drop())


def _execute(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _departments() -> tuple[dict[str, list[CatalogueItemVersion]], tuple[User, User]]:
    """Bodies of every region, each collecting every kind; by kind the versions records are checked against."""
    versions: dict[str, list[CatalogueItemVersion]] = {kind: [] for kind in KINDS}
    for region in COUNTIES:
        catalogue = CollectionCatalogue.objects.create(
            region_id=region, title="公共信用信息征集共享指导目录", issued_on=date(2014, 1, 1)
        )
        for number in range(ORGANISATIONS_PER_REGION):
            body = Organisation.objects.create(
                name=f"{COUNTIES[region] or '安康市'}试例第{number + 1}局",
                uscc=_uscc("11", region, int(region) * 10 + number),
                kind="government",
                level="county" if COUNTIES[region] else "city",
                region_id=region,
            )
            for kind in KINDS:
                versions[kind].append(_version(catalogue, body, kind))
    clerk, reviewer = (User.objects.create(username=name, organisation=body) for name in ("clerk", "reviewer"))
    return versions, (clerk, reviewer)


def _version(catalogue: CollectionCatalogue, body: Organisation, kind: str) -> CatalogueItemVersion:
    item = CatalogueItem.objects.create(
        catalogue=catalogue, organisation=body, code=f"{body.uscc}-{kind}", kind=kind, name=kind
    )
    return CatalogueItemVersion.objects.create(
        item=item,
        version=1,
        openness=Openness.PUBLIC,
        nature=Nature.BASIC,
        update_cycle=UpdateCycle.SEVEN_WORKDAYS,
        legal_basis="国发〔2016〕33号",
        valid_from=date(2014, 1, 1),
    )


def _uscc(prefix: str, region: str, number: int) -> str:
    body = f"X{number:07d}"
    first17 = f"{prefix}{region}{body}{organisation_code.check_character(body)}"
    return first17 + uscc.check_character(first17)


def _firms(count: int, random: Random) -> Iterator[_Firm]:
    make = name_maker(random)
    made: list[_Firm] = []

    def rows() -> Iterator[tuple[Any, ...]]:
        for pk in range(1, count + 1):
            region, name = make()
            established = TODAY - timedelta(days=random.randrange(365 * 20))
            firm = _Firm(pk, name_key(name), region, established)
            made.append(firm)
            values = {
                "id": pk, "kind": SubjectKind.LEGAL.value, "name": name, "name_key": firm.key,
                "uscc": _uscc("91", region, pk), "region": region, "state": SubjectState.LIVE.value,
                "established_on": established, "legal_representative": "", "address": "",
                "published_on": TODAY,
            }  # fmt: skip
            yield _row(Subject, values)

    load(Subject, rows())
    yield from made


def _subject_entries(firms: list[_Firm]) -> Iterator[tuple[Any, ...]]:
    for firm in firms:
        values = {
            "id": keys.subject_key(firm.established, firm.pk), "subject": firm.pk,
            "kind": kinds.SUBJECT_NUMBER, "name": firm.key, "region": int(firm.region),
            "year": firm.established.year, "public_from": date.min, "public_until": date.max,
            "is_contested": False,
        }  # fmt: skip
        yield _row(SearchEntry, values)


def _records(
    size: int,
    firms: list[_Firm],
    versions: dict[str, list[CatalogueItemVersion]],
    staff: tuple[User, User],
    random: Random,
    entries: list[tuple[Any, ...]],
) -> Iterator[tuple[Any, ...]]:
    """Rows of records; appends to `entries` those of the index, as `registry.search.entries` would."""
    count = round(size * sum(_FATES.values()) / _FATES["public"])
    fates = random.choices(list(_FATES), list(_FATES.values()), k=count)
    of_kinds = random.choices(list(KINDS), list(KINDS.values()), k=count)
    by_region = {
        kind: {region: [v for v in of if v.item.organisation.region_id == region] for region in COUNTIES}
        for kind, of in versions.items()
    }
    for pk, (fate, kind) in enumerate(zip(fates, of_kinds, strict=True), start=1):
        firm = random.choice(firms)
        # Nine of ten are about a firm of the body's own region; in it the first body writes the most.
        region = firm.region if random.random() < 0.9 else random.choice(list(COUNTIES))
        version = random.choices(by_region[kind][region], (32, 16, 8, 4, 2, 1))[0]
        values = _record(pk, kind, firm, version, staff, fate, random)
        yield _row(Record, values)
        if fate in ("public", "over"):
            entries.append(_entry(pk, kind, firm, version, values))


def _record(
    pk: int,
    kind: str,
    firm: _Firm,
    version: CatalogueItemVersion,
    staff: tuple[User, User],
    fate: str,
    random: Random,
) -> dict[str, Any]:
    decided = TODAY - timedelta(days=random.randrange(365 * YEARS))
    noon = datetime.combine(decided, datetime.min.time(), UTC) + timedelta(hours=4)
    status = {"draft": Status.DRAFT, "withdrawn": Status.WITHDRAWN, "expired": Status.EXPIRED}
    until = TODAY + timedelta(days=random.randrange(3_650)) if random.random() < 0.5 else None
    is_draft = fate == "draft"
    return {
        "id": pk, "uid": uuid.UUID(int=random.getrandbits(128)), "kind": kind, "subject": firm.pk,
        "organisation": version.item.organisation_id, "item_version": version.pk, "title": "试例事项",
        "document_number": f"试许〔{decided.year}〕{pk}号", "document_key": f"试许〔{decided.year}〕{pk}号",
        "decided_on": decided, "status": status.get(fate, Status.PUBLISHED).value,
        "seq": 0 if is_draft else 2, "edition": 0 if is_draft else 1,
        "openness": (Openness.SHARED if fate == "shared" else Openness.PUBLIC).value,
        "public_from": None if is_draft else decided,
        "public_until": TODAY - timedelta(days=1) if fate in ("expired", "over") else until,
        "is_backfill": False, "entered_by": staff[0].pk, "entered_at": noon,
        "reviewed_by": None if is_draft else staff[1].pk, "reviewed_at": None if is_draft else noon,
        "published_at": None if is_draft else noon,
    }  # fmt: skip


def _entry(pk: int, kind: str, firm: _Firm, version: CatalogueItemVersion, values: dict[str, Any]) -> tuple[Any, ...]:
    decided, body = values["decided_on"], version.item.organisation
    entry = {
        "id": keys.record_key(decided, pk), "record": pk, "subject": firm.pk,
        "kind": kinds.get(kind).number, "name": firm.key, "organisation": body.pk,
        "region": int(body.region_id), "year": decided.year, "public_from": values["public_from"],
        "public_until": values["public_until"] or date.max, "is_contested": False,
    }  # fmt: skip
    return _row(SearchEntry, entry)


def _row(model: type[models.Model], values: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(map(values.get, _NAMES[model]))


_NAMES = {model: [f.name for f in model._meta.concrete_fields] for model in (Subject, Record, SearchEntry)}
