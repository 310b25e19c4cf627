"""Records and subjects as they stand in results and panels: plain values, worked out before the template."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString

from registry import clock
from registry.directory.subjects import Subject
from registry.pages.highlighting import highlight
from registry.reading.addresses import subject_url
from registry.reading.lines import Line
from registry.reading.presenting import visible


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
    return [
        RecordCard(
            url=line.url,
            kind=line.kind.code,
            kind_label=line.kind.label,
            name=highlight(visible(line.subject_name), query),
            subject_url=line.subject_url,
            title=visible(line.title),
            number=visible(line.document_number),
            organisation=line.organisation,
            nature=line.kind.nature.value,
            decided_on=line.decided_on.isoformat(),
            updated_on=clock.day_of(line.said_at).isoformat(),
        )
        for line in lines
    ]


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
