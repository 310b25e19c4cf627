"""Records and subjects as they stand in results and panels: plain values, worked out before the template."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString

from registry import clock
from registry.directory.subjects import Subject
from registry.pages.highlighting import highlight
from registry.reading.addresses import record_url, subject_url
from registry.reading.lines import Line
from registry.reading.presenting import visible
from registry.records.models import Record


@dataclass(frozen=True)
class RecordCard:
    url: str
    kind: str
    kind_label: str
    name: SafeString
    subject_url: str
    title: str
    number: str
    organisation: str
    nature: str  # colours the pill; its words say the same
    decided_on: str
    updated_on: str


@dataclass(frozen=True)
class SubjectCard:
    url: str
    name: SafeString
    code: str
    kind_label: str
    region: str
    state: str
    state_label: str


def record_cards(lines: Iterable[Line], query: str = "") -> list[RecordCard]:
    """Cards in the order given."""
    return [_record_card(line.record, line.said_at, query) for line in lines]


def _record_card(record: Record, said_at: datetime, query: str) -> RecordCard:
    return RecordCard(
        url=record_url(record),
        kind=record.kind,
        kind_label=record.kind_label,
        name=highlight(visible(record.subject.public_name), query),
        subject_url=subject_url(record.subject),
        title=visible(record.title),
        number=visible(record.document_number),
        organisation=record.organisation.name,
        nature=record.the_kind.nature.value,
        decided_on=record.decided_on.isoformat(),
        updated_on=clock.day_of(said_at).isoformat(),
    )


def subject_cards(subjects: Iterable[Subject], query: str = "") -> list[SubjectCard]:
    """Cards of subjects whose region was selected with them."""
    return [
        SubjectCard(
            url=subject_url(subject),
            name=highlight(visible(subject.public_name), query),
            code=subject.uscc or "",
            kind_label=subject.get_kind_display(),
            region=subject.region.name if subject.region else "",
            state=subject.state,
            state_label=subject.get_state_display(),
        )
        for subject in subjects
    ]
