"""Who files, without a national login: subject code, representative's name and the last four of the ID, then papers.

Whatever does not fit gets the same answer: that a code, a name or a record exists is told to nobody. Where no number
is on file there is nothing to compare, and the papers decide: staff look at them before they accept.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from objections import budgets
from registry.audit.encryption import Undecryptable
from registry.directory.persons import Person
from registry.directory.positions import Position
from registry.directory.subjects import Subject
from registry.identifiers import NameProblem, clean_person_name, normalise_code
from registry.records import editions
from registry.records.fields import FieldType
from registry.records.models import PersonalItem, Record
from registry.records.statuses import NOT_YET_PUBLIC

NOT_IDENTIFIED = "所填主体、姓名和证件号码后四位与该信息登记的内容核对不一致，请检查后重试；多次不一致将暂停核对"
LOCKED = "核对不一致的次数过多，已暂停核对，请稍后再试，或者携带证件到信用办窗口办理"
_HEADS = ("法定代表人", "主要负责人", "经营者")  # who speaks for an organisation
_HOUSEHOLDS = 10  # from so many addresses together may one record be tried


class Unidentified(Exception):
    """It does not fit; the message is the same whatever it was."""


@dataclass(frozen=True)
class Claim:
    """Who somebody says they are."""

    subject_code: str
    name: str
    id_last4: str


def identify(about: Record | Subject | None, claim: Claim, *, on: date, address: str | None) -> bool:
    """Whether a number on file on that day proves the claim (False: the papers must); raises Unidentified.

    Five wrong claims lock: for what they are about from this address, and from everywhere after fifty.
    """
    limit = settings.GUESSES["identity"]
    target = f"{about._meta.model_name}:{about.pk}" if about is not None else f"{claim.subject_code}:{claim.name}"
    budgeted = (
        ("identity", f"{target}@{budgets.household(address)}", limit),
        ("identity", target, limit * _HOUSEHOLDS),
    )
    if any(budgets.spent(purpose, whose) >= most for purpose, whose, most in budgeted):
        raise Unidentified(LOCKED)
    proved = _compare(about, claim, on=on)
    if proved is not None:
        return proved
    try:
        for purpose, whose, most in budgeted:
            budgets.spend(purpose, whose, most)
    except budgets.Exhausted:
        raise Unidentified(LOCKED) from None
    raise Unidentified(NOT_IDENTIFIED)


def _compare(about: Record | Subject | None, claim: Claim, *, on: date) -> bool | None:
    """True: proved; False: fits as far as anything is on file; None: does not fit."""
    record = about if isinstance(about, Record) else None
    if about is None or (record is not None and record.status in NOT_YET_PUBLIC):
        return None
    subject: Subject = record.subject if record is not None else about
    if not subject.is_natural and normalise_code(claim.subject_code).text != subject.uscc:
        return None
    name = _folded(claim.name)
    known = [*_of_subject(subject, on=on), *(_of_record(record) if record is not None else ())]
    if known and name not in {_folded(each) for each, _ in known}:
        return None
    numbers = [person for each, person in known if person is not None and _folded(each) == name]
    if not numbers:
        return False
    return True if any(_ends_with(person, claim.id_last4) for person in numbers) else None


def _of_subject(subject: Subject, *, on: date) -> Iterator[tuple[str, Person | None]]:
    """Who stands behind the subject as far as the directory says."""
    if subject.is_natural:
        yield subject.name, subject.person
        return
    if subject.legal_representative:
        yield subject.legal_representative, None
    in_office = Position.objects.held(on=on).filter(subject=subject, role__in=_HEADS).select_related("person")
    for known in in_office:
        yield known.person.name, known.person


def _of_record(record: Record) -> Iterator[tuple[str, Person | None]]:
    """Who else stands behind it as far as this record says."""
    if record.subject.is_natural:
        return
    spec = record.specification
    for field in spec:
        if field.type is FieldType.ID_NUMBER and field.person_name_field:
            name = editions.read(record, spec[field.person_name_field])
            if name and field.keeper != "subject":
                yield name, editions.read(record, field)
    named = PersonalItem.objects.filter(record=record, role__in=_HEADS, held_until=None).select_related("person")
    for known in named:
        yield known.person.name, known.person


def _ends_with(person: Person, last4: str) -> bool:
    try:
        number = person.number()
    except Undecryptable:
        return False
    return hmac.compare_digest(number[-4:].encode(), normalise_code(last4).text.encode())


def _folded(name: str) -> str:
    try:
        return "".join(clean_person_name(name).split()).upper()
    except NameProblem:
        return name
