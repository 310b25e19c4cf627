"""The one verb that makes a case of a draft: everything in one transaction, and once, however often it is sent."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from objections import codes, identity, notices, numbers, pledges, workflow
from objections import deadlines as limits
from objections.filing import admission, journeys
from objections.filing.admission import NotAdmitted
from objections.filing.journeys import Answers
from objections.filing.questions import ANONYMOUS
from objections.models import (
    Case,
    Complaint,
    Evidence,
    EvidenceState,
    FilingDraft,
    Objection,
    Pledge,
    RepairRequest,
    ServiceHours,
)
from objections.models.events import By, CaseEvent
from objections.rule_books import FIRST
from objections.statuses import CaseAction, CaseStatus, Procedure, RepairWay
from registry import clock
from registry.directory.regions import Region, RegionLevel
from registry.directory.subjects import Subject
from registry.identifiers import document_key
from registry.records.models import Record
from registry.records.statuses import NOT_YET_PUBLIC
from registry.records.workflow import lock_one

FILED_TEXT = "网上提交"


class Incomplete(Exception):
    """A page is missing or no longer right; `slug` says which, the message why."""

    def __init__(self, slug: str, message: str) -> None:
        super().__init__(message)
        self.slug = slug


@transaction.atomic
def submit(draft: FilingDraft, key: str, *, at: datetime) -> Case:
    """Make the case of this draft, or give back the one it became; raises Incomplete or NotAdmitted.

    The row of the draft is the lock: of twenty identical submissions one makes the case, the others find it. When
    the process dies in between, nothing is left and the next one makes it.
    """
    draft = FilingDraft.objects.select_for_update().get(pk=draft.pk)
    if draft.case is not None:
        return draft.case
    answers = draft.answers()
    _complete(draft, answers)
    case = _MAKERS[Procedure(draft.procedure)](draft, key, answers, at)
    draft.case = case
    draft.keep({})
    draft.save()
    return case


def record_of(answers: Answers) -> Record | None:
    """The record the filing is about: named by the page it came from, or by its document number and subject."""
    said = answers.get(journeys.RECORD, {})
    records = Record.objects.exclude(status__in=NOT_YET_PUBLIC).select_related("subject__person", "organisation")
    if uid := said.get("uid"):
        return records.filter(uid=uid).first()
    wanted = document_key(said.get("document_number", ""))
    if not wanted:
        return None
    found = records.filter(document_key=wanted).order_by("-pk")
    code = answers.get(journeys.WHO, {}).get("subject_code")
    if code:
        return found.filter(subject__uscc=code).first()
    name = answers.get(journeys.WHO, {}).get("name", "")
    return found.filter(subject__person__isnull=False, subject__name=name).first()


def _complete(draft: FilingDraft, answers: Answers) -> None:
    journey = journeys.JOURNEYS[Procedure(draft.procedure)]
    missing = journey.first_missing(answers)
    if missing != journeys.CHECK:
        raise Incomplete(missing, "还有内容没有填写")
    held = set(draft.evidence.exclude(state=EvidenceState.QUARANTINED).values_list("purpose", flat=True))
    for purpose in journeys.required_papers(journey.procedure, answers):
        if purpose not in held:
            raise Incomplete(journeys.PAPERS, f"缺少材料：{purpose.label}")


def _of_a_record(draft: FilingDraft, key: str, answers: Answers, at: datetime) -> tuple[Case, Record]:
    """The common row of an objection or a repair; the record is locked before anything is asked about it."""
    found = record_of(answers)
    if found is None:
        raise Incomplete(journeys.WHO, identity.NOT_IDENTIFIED)
    record = lock_one(found)
    who = answers[journeys.WHO]
    case = _case(
        draft,
        key,
        answers,
        at,
        record=record,
        record_edition=record.edition,
        subject=record.subject,
        body=record.organisation,
        region=record.organisation.region,
        capacity=who["capacity"],
        is_identified=bool(who.get("is_identified")),
    )
    case.keep_contact({**answers["reach"], **_person(who)})
    return case, record


def _person(who: Answers) -> dict[str, str]:
    return {name: who.get(name) or "" for name in ("name", "id_last4", "representative")}


def _object(draft: FilingDraft, key: str, answers: Answers, at: datetime) -> Case:
    case, record = _of_a_record(draft, key, answers, at)
    wrong = answers["wrong"]
    admission.admit_objection(record, ground=wrong["ground"], field_name=wrong["field_name"])
    detail = Objection(
        case=case,
        ground=wrong["ground"],
        field_name=wrong["field_name"],
        statement=wrong["statement"],
        claim=wrong["claim"],
    )
    return _file(draft, case, detail, at)


def _repair(draft: FilingDraft, key: str, answers: Answers, at: datetime) -> Case:
    case, record = _of_a_record(draft, key, answers, at)
    asked = answers["repair"]
    on = clock.day_of(at)
    terms = admission.admit_repair(record, way=asked["way"], on=on)
    is_service = asked["way"] == RepairWay.SERVICE
    detail = RepairRequest(
        case=case,
        way=asked["way"],
        corrected_on=None if is_service else date.fromisoformat(asked["corrected_on"]),
        correction=asked["correction"],
        effect_removal=asked["effect_removal"],
        rule=terms.rule,
        allowed_from=terms.facts.repair_from,
        allowed_until=terms.facts.repair_until,
        hours_needed=terms.facts.service_hours if is_service else None,
    )
    filed = _file(draft, case, detail, at)
    if is_service:
        claim_hours(filed, answers["service"]["rows"])
    return filed


def claim_hours(case: Case, rows: list[list[str]]) -> int:
    """Note the days of service somebody claims; returns how many are new to this case.

    A day counts once. What was claimed for the same record in a request that came to nothing counts in the next.
    """
    return sum(_claim_day(case, int(programme), date.fromisoformat(day), hours) for programme, day, hours in rows)


def _claim_day(case: Case, programme: int, served_on: date, hours: str) -> bool:
    claimed, is_new = ServiceHours.objects.select_related("case").get_or_create(
        person=case.subject.person,
        programme_id=programme,
        served_on=served_on,
        defaults={"case": case, "hours": Decimal(hours)},
    )
    came_to_nothing = claimed.case.record_id == case.record_id and claimed.case.status in _CAME_TO_NOTHING
    if came_to_nothing:
        claimed.case = case
        claimed.save(update_fields=["case"])
    return is_new or came_to_nothing


_CAME_TO_NOTHING = (CaseStatus.REFUSED, CaseStatus.REJECTED, CaseStatus.WITHDRAWN)


def _complain(draft: FilingDraft, key: str, answers: Answers, at: datetime) -> Case:
    accused, facts, reporter = answers["accused"], answers["facts"], answers["reporter"]
    subject = Subject.objects.filter(uscc=accused["accused_code"]).first() if accused["accused_code"] else None
    about = answers.get(journeys.RECORD, {}).get("uid")
    record = Record.objects.exclude(status__in=NOT_YET_PUBLIC).filter(uid=about).first() if about else None
    case = _case(
        draft,
        key,
        answers,
        at,
        record=record,
        record_edition=record.edition if record else 0,
        subject=subject or (record.subject if record else None),
        region=_region_of(subject),
    )
    case.keep_contact({name: reporter[name] for name in ("name", "phone", "email")})
    day = facts["happened_on"]
    detail = Complaint(
        case=case,
        topic_id=facts["topic"],
        accused_name=accused["accused_name"],
        accused_code=accused["accused_code"],
        facts=facts["facts"],
        place=facts["place"],
        happened_on=date.fromisoformat(day) if day else None,
        is_anonymous=reporter["manner"] == ANONYMOUS,
    )
    return _file(draft, case, detail, at)


def subject_of(answers: Answers) -> Subject | None:
    """The organisation that promises, by its code."""
    code = answers.get(journeys.WHO, {}).get("subject_code")
    return Subject.objects.with_code(code).first() if code else None


def replaced_by(answers: Answers, subject: Subject, *, on: date) -> Record | None:
    """The promise of the same subject that a new one takes the place of; raises Incomplete for another's."""
    uid = answers.get(journeys.RECORD, {}).get("uid")
    if not uid:
        return None
    found = pledges.shown_commitment(Record.objects.filter(uid=uid).first(), on=on)
    if found is None or found.subject_id != subject.pk:
        raise Incomplete(journeys.WHO, identity.NOT_IDENTIFIED)
    return found


def _promise(draft: FilingDraft, key: str, answers: Answers, at: datetime) -> Case:
    who, said, on = answers[journeys.WHO], answers["promise"], clock.day_of(at)
    subject = subject_of(answers)
    body = pledges.accepting_bodies(on=on).filter(pk=said["body"]).select_related("region").first()
    if subject is None:
        raise Incomplete(journeys.WHO, identity.NOT_IDENTIFIED)
    if body is None:
        raise Incomplete("promise", "所选单位已不再受理信用承诺，请另选一个")
    case = _case(
        draft, key, answers, at, subject=subject, body=body, region=body.region, capacity=who["capacity"],
        is_identified=bool(who.get("is_identified")),
    )  # fmt: skip
    case.keep_contact({**answers["reach"], **_person(who)})
    words = {name: said[name] for name in ("reason", "content", "standard", "quality", "liability")}
    day = said["valid_to"]
    detail = Pledge(
        case=case, **words, valid_to=date.fromisoformat(day) if day else None,
        replaces=replaced_by(answers, subject, on=on),
    )  # fmt: skip
    return _file(draft, case, detail, at)


def _region_of(subject: Subject | None) -> Region:
    """Whose office looks at it first: the county's of the accused where that is known, else the city's."""
    if subject is not None and subject.region is not None:
        return subject.region
    return Region.objects.current().get(level=RegionLevel.PREFECTURE)


def _case(draft: FilingDraft, key: str, answers: Answers, at: datetime, **values: Any) -> Case:
    procedure, on = Procedure(draft.procedure), clock.day_of(at)
    rules = limits.in_force(procedure, on=on)
    if not rules:
        raise NotAdmitted("当前没有有效的办理规则，暂时不能提交，请与信用办联系")
    return Case(
        procedure=procedure,
        number=numbers.next_number(procedure, on=on),
        status=FIRST[procedure],
        seq=1,
        regime=rules[0].regime,
        filed_at=at,
        query_code_sha256=codes.digest(codes.code_of(key)),
        submission_sha256=draft.pk,
        filing_sha256=digest(draft, answers),
        **values,
    )


def digest(draft: FilingDraft, answers: Answers) -> str:
    """What the receipt proves: every answer and every file as it was sent."""
    files = list(draft.evidence.order_by("pk").values_list("purpose", "sha256"))
    text = json.dumps([answers, files], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _file(draft: FilingDraft, case: Case, detail: Any, at: datetime) -> Case:
    case.save(force_insert=True)
    detail.case = case
    detail.save(force_insert=True)
    Evidence.objects.filter(draft=draft).update(case=case, draft=None)
    event = CaseEvent.objects.create(
        case=case, seq=1, action=CaseAction.FILE, to_status=case.status, party=By.APPLICANT, at=at, text=FILED_TEXT
    )
    notices.promise(case, event)
    workflow.reckon(case)
    return case


_MAKERS = {
    Procedure.OBJECTION: _object,
    Procedure.REPAIR: _repair,
    Procedure.COMPLAINT: _complain,
    Procedure.COMMITMENT: _promise,
}
