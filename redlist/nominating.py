"""Putting somebody forward as a model of honesty, and what the confirming body makes of it (row S2.1.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from redlist.checks import article_given, nominator_suits, rule_for
from redlist.models import Nomination, NominationState
from registry import clock
from registry.audit import log
from registry.directory.organisations import Organisation
from registry.directory.persons import DocumentType, Person
from registry.directory.staff import User
from registry.directory.subjects import SubjectKind
from registry.records import drafting
from registry.records.kinds import Problem
from registry.records.models import Record
from registry.records.parsing import Door, FieldProblem, check_resident_id
from registry.records.validation import Checked, Invalid
from registry.records.workflow import MoveRefused


@transaction.atomic
def nominate(said: Mapping[str, Any], *, by: User, at: datetime) -> Nomination:
    """Put somebody forward; raises Invalid with every reason. A resident ID is kept encrypted in Person alone."""
    if by.organisation is None or not by.has_perm("redlist.add_nomination"):
        raise PermissionDenied("只有推荐单位的联络员可以推荐")
    if problems := list(_problems(said, by.organisation, at)):
        raise Invalid(Checked({}, problems))
    person = None
    if said["subject_kind"] == SubjectKind.NATURAL:
        person = Person.objects.remember(
            name=said["subject_name"], document_type=DocumentType.RESIDENT_ID, number=said["id_number"]
        )
    nomination = Nomination.objects.create(
        nominator=by.organisation,
        organisation=said["organisation"],
        category=said["category"],
        subject_name=said["subject_name"],
        subject_kind=said["subject_kind"],
        subject_uscc=said["subject_uscc"] or "",
        person=person,
        title=said["title"],
        deeds=said["deeds"],
        article_url=said["article_url"] or "",
        by=by,
        at=at,
    )
    log.write("redlist.nominate", by=by, at=at, about=nomination, category=nomination.category_id)
    return nomination


def _problems(said: Mapping[str, Any], nominator: Organisation, at: datetime) -> Iterator[Problem]:
    category, today = said["category"], clock.day_of(at)
    is_person = said["subject_kind"] == SubjectKind.NATURAL
    if not category.takes(person=is_person):
        whom = "法人和其他组织" if is_person else "自然人"
        yield Problem(field="category", message=f"“{category.name}”只适用于{whom}")
    if rule_for(said["organisation"], category.pk, on=today) is None:
        yield Problem(field="organisation", message=f"该单位现行的红名单认定规则不含“{category.name}”")
    yield from article_given(category, said["article_url"])
    yield from nominator_suits(category, nominator, said["subject_uscc"], on=today)
    if is_person:
        try:
            check_resident_id(said["id_number"] or "", today=today)
        except FieldProblem as problem:
            yield Problem(field="id_number", message=f"身份证号码：{problem}")
    elif not said["subject_uscc"]:
        yield Problem(field="subject_uscc", message="统一社会信用代码：必填")


@transaction.atomic
def take_up(
    nomination: Nomination, *, document_number: str, level: str, decided_on: Any, by: User, at: datetime
) -> Record:
    """Write the draft the nomination asks for; from here it goes the way of every honour, cross-check included."""
    nomination = _undecided(nomination, by)
    person = nomination.person
    record, _ = drafting.draft(
        "redlist",
        {
            "subject_name": nomination.subject_name,
            "subject_kind": nomination.subject_kind,
            "subject_uscc": nomination.subject_uscc,
            "subject_document_type": person.document_type if person else "",
            "subject_id_number": person.number() if person else "",
            "category": nomination.category_id,
            "title": nomination.title,
            "level": level,
            "document_number": document_number,
            "decided_on": decided_on,
            "deeds": nomination.deeds,
            "nominator_name": nomination.nominator.name,
            "nominator_uscc": nomination.nominator.uscc,
            "article_url": nomination.article_url,
        },
        organisation=nomination.organisation,
        by=by,
        at=at,
        today=clock.day_of(at),
        door=Door.FORM,
    )
    _decide(nomination, NominationState.TAKEN_UP, by, at, record=record)
    return record


@transaction.atomic
def decline(nomination: Nomination, *, reason: str, by: User, at: datetime) -> Nomination:
    """Say why it is not taken up; the nominator reads it."""
    nomination = _undecided(nomination, by)
    if not reason.strip():
        raise Invalid.because("reason", "理由：必填")
    return _decide(nomination, NominationState.DECLINED, by, at, reason=reason.strip())


def _undecided(nomination: Nomination, by: User) -> Nomination:
    drafting.may_enter(by, nomination.organisation)
    nomination = Nomination.objects.select_for_update(of=("self",)).get(pk=nomination.pk)
    if nomination.state != NominationState.FILED:
        raise MoveRefused(f"该推荐{nomination.get_state_display()}")
    return nomination


def _decide(
    nomination: Nomination, state: NominationState, by: User, at: datetime, *, reason: str = "",
    record: Record | None = None,
) -> Nomination:  # fmt: skip
    nomination.state, nomination.decided_by, nomination.decided_at = state, by, at
    nomination.reason, nomination.record = reason, record
    nomination.save()
    log.write(f"redlist.nomination_{state.value}", by=by, at=at, about=nomination)
    return nomination
