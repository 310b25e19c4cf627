"""Filing a carried-out measure: who, on whom, what, by which basis and document; never changed, only annotated."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied

from measures.models import ArchiveNote, MeasureApplication, MeasureArchive
from registry import clock
from registry.directory.organisations import Organisation
from registry.directory.staff import User


def file(application: MeasureApplication, *, by: User, at: datetime) -> MeasureArchive:
    """File it at the end of its body's chain; call it in the transaction of the feedback."""
    body = Organisation.objects.select_for_update().get(pk=application.organisation_id)
    last = MeasureArchive.objects.filter(organisation=body).order_by("-number").first()
    data = contents(application)
    previous = last.sha256 if last else ""
    return MeasureArchive.objects.create(
        application=application, organisation=body, number=(last.number if last else 0) + 1, data=data,
        previous_sha256=previous, sha256=digest(data, previous), filed_on=clock.day_of(at), by=by, at=at,
    )  # fmt: skip


def contents(application: MeasureApplication) -> dict[str, Any]:
    """What is kept for ever; a person stands in it by reference and mask."""
    record, person = application.record, application.person
    return {
        "body": application.organisation.name,
        "body_uscc": application.organisation.uscc,
        "measure": application.measure_id,
        "measure_name": application.measure.name,
        "strength": application.get_strength_display(),
        "basis": application.basis,
        "record": str(record.uid),
        "edition": record.edition,
        "subject": record.subject.public_name,
        "subject_uscc": record.subject.uscc,
        "person": None if person is None else {"ref": person.pk, "name": str(person), "role": application.role},
        "triggered_on": application.triggered_on.isoformat(),
        "executed_on": application.executed_on.isoformat(),
        "what": application.what,
        "document": application.document,
        "documents": [{"name": one.name, "sha256": one.sha256} for one in application.documents.all()],
        "decision": application.decision,
        "industry": application.industry,
        "fed_back_by": application.fed_back_by.username,
    }


def digest(data: dict[str, Any], previous: str) -> str:
    """Over the contents and the digest before it, so that no item can be altered, taken out or put in unseen."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def annotate(archive: MeasureArchive, text: str, *, by: User, at: datetime) -> ArchiveNote:
    """Add a remark; the item itself stays as it was filed."""
    if not by.has_perm("measures.feed_back") or by.organisation_id != archive.organisation_id:
        raise PermissionDenied("只能附注本单位的档案")
    return ArchiveNote.objects.create(archive=archive, text=text, by=by, at=at)


def broken() -> Iterator[str]:
    """The items whose chain does not hold, named."""
    previous: dict[int, tuple[int, str]] = {}
    for item in MeasureArchive.objects.order_by("organisation", "number").iterator():
        number, sha = previous.get(item.organisation_id, (0, ""))
        wrong = item.previous_sha256 != sha or item.number != number + 1
        if wrong or item.sha256 != digest(item.data, item.previous_sha256):
            yield str(item.pk)
        previous[item.organisation_id] = item.number, item.sha256
