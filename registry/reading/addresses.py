"""Where a record and a subject are read."""

from __future__ import annotations

import uuid
from functools import lru_cache

from django.urls import get_urlconf, reverse

from registry.directory.subjects import Subject
from registry.records.models import Record

_NO_RECORD, _NO_SUBJECT = str(uuid.UUID(int=0)), "0" * 18


def record_address(uid: uuid.UUID | str) -> str:
    before, after = _around("registry:record", _NO_RECORD, get_urlconf())
    return f"{before}{uid}{after}"


def subject_address(code: str) -> str:
    before, after = _around("registry:subject", _NO_SUBJECT, get_urlconf())
    return f"{before}{code}{after}"


@lru_cache(maxsize=8)
def _around(route: str, sample: str, urlconf: str | None) -> tuple[str, str]:
    """What stands before and after the key. Looking up the route for every row would cost as much as the row."""
    before, after = reverse(route, urlconf, args=[sample]).split(sample)
    return before, after


def record_url(record: Record) -> str:
    return record_address(record.uid)


def subject_url(subject: Subject) -> str:
    """The address of the subject's page; '' where it has none."""
    if subject.is_natural or subject.published_on is None:
        return ""
    return subject_address(subject.uscc or "")
