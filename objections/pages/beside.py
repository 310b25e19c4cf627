"""What stands beside a record and a subject for the public: the ways to answer back, and what was put right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from objections.filing import admission
from objections.models import Restoration
from registry.directory.catalogue import Nature
from registry.directory.subjects import Subject
from registry.pages.beside import LineAct
from registry.reading.addresses import address
from registry.records.models import Record

MOST = 5


def answers(record: Record, on: date) -> Mapping[str, Any]:
    """The links to object, to repair and to report, each with what must be known before."""
    asked = f"?record={record.uid}"
    said: dict[str, Any] = {
        "object_url": address("objections:objection_start") + asked,
        "complain_url": address("objections:complaint_start") + asked,
        "rules_url": address("objections:rules"),
    }
    if record.the_kind.nature is Nature.ADVERSE:
        terms = admission.repair_terms(record, on=on)
        said |= {
            "repair_url": address("objections:repair_start") + asked,
            "terms": terms,
            "is_due": terms.is_due(on),
        }
    return said


def object_to_line(record: Record) -> LineAct:
    """An objection from the very line that is wrong."""
    return LineAct("有误？", f"{address('objections:objection_start')}?record={record.uid}&field=")


def put_right(subject: Subject, on: date) -> Mapping[str, Any] | None:
    """The clarifications about a subject, where it wanted them said; the same place that said the wrong thing."""
    said = list(Restoration.objects.clarified().filter(record__subject=subject).select_related("record")[:MOST])
    return {"clarifications": said} if said else None
