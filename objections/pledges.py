"""Promises that subjects make of their own accord (二（二）主动发布信用承诺; row S2.2.1): which body looks them through,
and the record it makes of one. The kind itself belongs to another room and is known here by its code alone.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet

from objections.models import Case
from registry import clock
from registry.directory.catalogue import CatalogueItemVersion
from registry.directory.organisations import Organisation
from registry.directory.staff import User
from registry.records import drafting, workflow
from registry.records.models import Record
from registry.records.parsing import Door
from registry.records.statuses import Action
from registry.records.validation import Invalid
from registry.records.workflow import MoveRefused

KIND = "commitment"
OF_OWN_ACCORD = "主动型"


def accepting_bodies(*, on: date) -> QuerySet[Organisation]:
    """The bodies that collect commitments by the catalogue of that day."""
    versions = CatalogueItemVersion.objects.in_force(on=on).filter(item__kind=KIND)
    bodies = Organisation.objects.filter(is_active=True, pk__in=versions.values("item__organisation"))
    return bodies.order_by("region", "name")


def shown_commitment(record: Record | None, *, on: date) -> Record | None:
    """The record, if it is a commitment that may be replaced by a new one."""
    if record is None or record.kind != KIND or not Record.objects.live(on=on).filter(pk=record.pk).exists():
        return None
    return record


def draft(case: Case, *, by: User, at: datetime) -> Record:
    """The draft of the promise in that case, submitted for review; raises MoveRefused with what speaks against it."""
    pledge, subject = case.pledge, case.subject
    values = {
        "subject_name": subject.name,
        "subject_kind": subject.kind,
        "subject_uscc": subject.uscc,
        "type": OF_OWN_ACCORD,
        "reason": pledge.reason,
        "content": pledge.content,
        "standard": pledge.standard,
        "quality": pledge.quality,
        "liability": pledge.liability,
        "decided_on": str(clock.day_of(case.filed_at)),
        "valid_to": str(pledge.valid_to or ""),
    }
    try:
        record, _ = drafting.draft(
            KIND, values, organisation=case.body, by=by, at=at, today=clock.day_of(at), door=Door.FORM
        )
    except Invalid as refused:
        why = "；".join(problem.message for problem in refused.checked.problems)
        raise MoveRefused(f"不能生成承诺记录：{why}") from None
    workflow.move(record, Action.SUBMIT, by=by, at=at)
    record.refresh_from_db()
    return record
