"""Where a record and a subject are read."""

from __future__ import annotations

import uuid
from datetime import date
from functools import lru_cache

from django.urls import get_urlconf, reverse

from registry.directory.subjects import Subject, SubjectKind
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


def address(route: str) -> str:
    """Where a page without a key stands."""
    return _address(route, get_urlconf())


@lru_cache(maxsize=64)
def _address(route: str, urlconf: str | None) -> str:
    return reverse(route, urlconf)


def record_url(record: Record) -> str:
    return record_address(record.uid)


def subject_url(subject: Subject) -> str:
    return subject_page(subject.kind, subject.uscc, subject.published_on)


def subject_page(kind: str, code: str | None, published_on: date | None) -> str:
    """The address of the page of a subject of that kind and code; '' where it has none."""
    has_page = code and kind != SubjectKind.NATURAL and published_on is not None
    return subject_address(code) if has_page else ""
