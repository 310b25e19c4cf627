"""Where a record and a subject are read, and the columns that a line about them needs."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from registry.directory.subjects import Subject
from registry.records.models import Record

_READ = (
    "uid", "kind", "title", "document_number", "decided_on", "edition", "status", "public_from", "public_until",
    "subject__kind", "subject__name", "subject__uscc", "subject__published_on", "organisation__name", "organisation__uscc",
)  # fmt: skip


def for_lines(records: QuerySet[Record]) -> QuerySet[Record]:
    """The records with exactly what a line of a list reads."""
    return records.select_related("subject", "organisation").only(*_READ)


def record_url(record: Record) -> str:
    return reverse("registry:record", args=[record.uid])


def subject_url(subject: Subject) -> str:
    """The address of the subject's page; '' where it has none."""
    if subject.is_natural or subject.published_on is None:
        return ""
    return reverse("registry:subject", args=[subject.uscc])
