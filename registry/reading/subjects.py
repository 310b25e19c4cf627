"""What is told of a subject besides its records; the operator's name is masked and the home of one is not shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from registry import privacy
from registry.directory.subjects import IdentifierScheme, Subject, SubjectKind
from registry.identifiers.departments import DEPARTMENTS
from registry.reading.presenting import visible
from registry.records.models import Record


@dataclass(frozen=True)
class Fact:
    label: str
    value: str


def facts(subject: Subject, *, on: date) -> list[Fact]:
    """What identifies the subject; the operator's name is masked and the home of one is not shown."""
    former = "、".join(visible(row.name) for row in subject.former_names.order_by("-pk"))
    facts = [
        Fact("统一社会信用代码", subject.uscc or ""),
        Fact("主体类别", subject.get_kind_display()),
        Fact("登记管理部门", _authority(subject)),
        Fact("所在区划", subject.region.name if subject.region else ""),
        Fact("登记状态", subject.get_state_display()),
        Fact("成立日期", str(subject.established_on or "")),
        Fact("赋码或转换日期", _coded_on(subject, on=on)),
        Fact("法定代表人", privacy.mask_person_name(subject.legal_representative)),
        Fact("住所", visible(subject.address) if subject.kind == SubjectKind.LEGAL else ""),
        Fact("曾用名", former),
        *_old_numbers(subject),
    ]
    return [fact for fact in facts if fact.value]


def _authority(subject: Subject) -> str:
    if subject.registration_organisation is not None:
        return subject.registration_organisation.name
    row = DEPARTMENTS.get((subject.uscc or "")[:2])
    return row.department if row else ""


def _coded_on(subject: Subject, *, on: date) -> str:
    events = Record.objects.public(on=on).filter(subject=subject, kind="code-event")
    return str(events.order_by("-decided_on", "-pk").values_list("decided_on", flat=True).first() or "")


def _old_numbers(subject: Subject) -> list[Fact]:
    rows = subject.identifiers.order_by("scheme", "value")
    if subject.kind == SubjectKind.BUSINESS:
        # The tax number of an individual business was made of its operator's ID number.
        rows = rows.exclude(scheme=IdentifierScheme.TAX)
    return [Fact(f"原{row.get_scheme_display()}", visible(row.value)) for row in rows]
