"""What the API says of a code, a subject and a record: plain dicts, because serializers cost half the time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from registry.directory.subjects import Subject
from registry.reading.addresses import record_url, subject_url
from registry.reading.codes import Answer
from registry.reading.presenting import Presenter, visible
from registry.reading.subjects import facts
from registry.records import editions, kinds
from registry.records.fields import FieldSpec, FieldType
from registry.records.models import Record, RecordEdition

Records = QuerySet[Record]


def of_code(found: Answer) -> dict[str, Any]:
    """The verdict on any string, with the subject that bears or bore the number."""
    return found.verdict.as_dict() | {"subject": None if found.subject is None else brief(found.subject)}


def brief(subject: Subject) -> dict[str, Any]:
    """A subject in one line; a natural person has neither code nor address here."""
    return {
        "code": subject.uscc,
        "name": visible(subject.public_name),
        "kind": subject.kind,
        "url": subject_url(subject) or None,
    }


def of_subject(subject: Subject, *, on: date) -> dict[str, Any]:
    """What the subject's page says."""
    counted = Record.objects.public(on=on).filter(subject=subject).order_by().values_list("kind").annotate(Count("pk"))
    per_kind = dict(counted)
    return brief(subject) | {
        "region": subject.region_id,
        "state": subject.get_state_display(),
        "established_on": subject.established_on,
        "facts": [{"label": fact.label, "value": fact.value} for fact in facts(subject, on=on)],
        "former_names": [visible(former.name) for former in subject.former_names.order_by("-pk")],
        "counts": {kind.code: per_kind.get(kind.code, 0) for kind in kinds.every()},
    }


def row(record: Record) -> dict[str, Any]:
    """A record as it stands in a list."""
    return {
        "uid": str(record.uid),
        "kind": record.kind,
        "kind_label": record.kind_label,
        "title": visible(record.title),
        "document_number": visible(record.document_number),
        "subject": brief(record.subject),
        "organisation": {"code": record.organisation.uscc, "name": record.organisation.name},
        "decided_on": record.decided_on,
        "public_from": record.public_from,
        "public_until": record.public_until,
        "edition": record.edition,
        "url": record_url(record),
    }


def of_record(record: Record, edition: RecordEdition) -> dict[str, Any]:
    """A record with its public fields: by name for programs, with codes of the standard and labels for people."""
    presenter = Presenter(record.the_kind.spec(record.item_version))
    codes = {field.name: field.code for field in presenter.public}
    return row(record) | {
        "status": record.status,
        "status_label": record.get_status_display(),
        "contents": {
            field.name: _value(presenter, field, edition.data, record.subject.kind) for field in presenter.public
        },
        "fields": [
            {"name": shown.name, "code": codes[shown.name] or None, "label": shown.label, "value": shown.value}
            for shown in presenter.fields(edition.data, record.subject.kind)
        ],
        "sha256": edition.sha256,
    }


def _value(presenter: Presenter, field: FieldSpec, data: Mapping[str, Any], subject_kind: str) -> Any:
    """A public field as programs read it: days and amounts as the edition keeps them, the rest as on the page."""
    kept = data.get(field.name)
    match field.type:
        case FieldType.DATE | FieldType.AMOUNT:
            return kept
        case FieldType.CHOICES if isinstance(kept, str):
            return kept.split(";")
        case _:
            return presenter.value(field, data, subject_kind) or None


def of_work(record: Record) -> dict[str, Any]:
    """A record as those see it who work on it: every field, its numbers masked, and what was last done about it."""
    last = record.events.select_related("by").order_by("-seq").first()
    contents = {
        name: value["mask"] if isinstance(value, dict) else value for name, value in editions.contents(record).items()
    }
    return of_draft(record, []) | {
        "kind": record.kind,
        "title": visible(record.title),
        "decided_on": record.decided_on,
        "contents": contents,
        "last": None if last is None else {
            "action": last.action,
            "label": last.get_action_display(),
            "by": str(last.by or "系统"),
            "at": last.at,
            "reason": last.reason,
        },
    }  # fmt: skip


def page(rows: Sequence[Mapping[str, Any]], *, total: int, capped: bool, next_page: str | None, notice: str) -> dict:
    """One page of a list; `count` is exact unless `count_capped`."""
    answer = {"count": total, "count_capped": capped, "next": next_page, "results": list(rows)}
    return answer | {"notice": notice} if notice else answer


def of_draft(record: Record, notices: Sequence[str]) -> dict[str, Any]:
    """What a clerk's machine needs to go on: where the draft is, its state, what was folded."""
    return {
        "uid": str(record.uid),
        "status": record.status,
        "status_label": record.get_status_display(),
        "seq": record.seq,
        "notices": list(notices),
    }
