"""The credit file of a natural person (安政发〔2017〕8号 三（八）): what stands in it now, opened for a purpose, on record.

The file itself is never stored: it is what live records say of the person, as their subject or in a position. So an
item ends with its entry by itself, and nothing outlives it here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from registry import clock
from registry.audit import log
from registry.audit.models import FilePurpose, PersonalDataAccess
from registry.directory.persons import Person
from registry.directory.staff import User
from registry.identifiers import NameProblem, clean_person_name
from registry.identifiers.normalise import normalise_code
from registry.records.models import Hold, PersonalItem, Record
from registry.records.reasons import ReasonProblem, clean_reason

SHORTEST_REASON = 4  # characters
NOTHING = "没有查到与所填姓名、证件号码一致的个人信用记录"


@dataclass(frozen=True)
class Item:
    """One live record in the file: by which position it came there, '' where it is about the person himself."""

    record: Record
    role: str
    is_held: bool


@dataclass(frozen=True)
class File:
    """What the file said at that moment; masked, as everywhere."""

    person: Person | None  # None: nobody, or nothing about him; the two are not told apart
    items: tuple[Item, ...]
    at: datetime


@transaction.atomic
def open_file(
    name: str, number: str, *, purpose: str, reason: str, identity_seen: bool = False, by: User, at: datetime,
    address: str | None = None,
) -> File:  # fmt: skip
    """Open the file of whoever has this name and number; the log line is written first.

    Raises PermissionDenied for roles that open no files, ValidationError by field for a purpose or reason that is
    not said. At the person's own request the identity document must have been seen (个人信息保护法 第四十五条).
    """
    if not by.has_perm("registry.open_personal_file"):
        raise PermissionDenied("您的角色不能查看个人信用档案")
    reason = _checked(purpose, reason, identity_seen)
    person = _bearer(name, number)
    items = tuple(_items(person, on=clock.day_of(at))) if person is not None else ()
    if person is None or not items:
        log.write("personal_file.none", by=by, at=at, purpose=FilePurpose(purpose).value)
        return File(None, (), at)
    PersonalDataAccess.objects.create(
        person=person, by=by, at=at, purpose=FilePurpose(purpose), reason=reason, address=address
    )
    return File(person, items, at)


def _checked(purpose: str, reason: str, identity_seen: bool) -> str:
    wrong: dict[str, str] = {}
    if purpose not in FilePurpose.values:
        wrong["purpose"] = f"用途：须为{'、'.join(FilePurpose.labels)}之一"
    try:
        reason = clean_reason(reason, longest=200)
    except ReasonProblem as problem:
        wrong["reason"] = str(problem)
    if len(reason) < SHORTEST_REASON:
        wrong.setdefault("reason", f"理由：请写明查看的具体事由（不少于{SHORTEST_REASON}个字）")
    if purpose == FilePurpose.OWN and not identity_seen:
        wrong["identity_seen"] = "本人查询的，须当面核对身份证件原件后勾选"
    if wrong:
        raise ValidationError(wrong)
    return reason


def _bearer(name: str, number: str) -> Person | None:
    person = Person.objects.with_number(normalise_code(number).text).first()
    return person if person is not None and _folded(person.name) == _folded(name) else None


def _items(person: Person, *, on: date) -> Iterator[Item]:
    live = Record.objects.live(on=on).select_related("organisation", "subject__person")
    own = list(live.filter(subject__person=person).order_by("-decided_on", "-pk"))
    named = PersonalItem.objects.filter(person=person, record__in=Record.objects.live(on=on))
    related = ("record__organisation", "record__subject__person")
    named = list(named.select_related(*related).order_by("-record__decided_on", "-pk"))
    keys = [record.pk for record in own] + [item.record_id for item in named]
    held = set(Hold.objects.filter(record__in=keys, closed_at=None).values_list("record_id", flat=True))
    for record in own:
        yield Item(record, "", record.pk in held)
    for item in named:
        yield Item(item.record, item.role_id, item.record_id in held)


def _folded(name: str) -> str:
    try:
        return "".join(clean_person_name(name).split()).upper()
    except NameProblem:
        return name
