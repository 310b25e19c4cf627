"""What the API says of a code, a subject and a record: plain dicts from plain rows.

Serializers cost half the time of an answer, model instances a quarter; the shapes are told in `shapes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count

from registry.directory.catalogue import CatalogueItemVersion
from registry.directory.subjects import Subject, public_name
from registry.identifiers.verdict import Verdict
from registry.reading.addresses import record_address, subject_page
from registry.reading.changes import Step, Told
from registry.reading.presenting import Presenter, visible
from registry.reading.subjects import facts
from registry.records import editions, kinds
from registry.records.fields import FieldSpec, FieldType, Specification
from registry.records.models import Record
from registry.records.statuses import Status

Values = Mapping[str, Any]

OF_SUBJECT = ("uscc", "name", "kind", "published_on")
OF_RECORD = (
    "pk", "uid", "kind", "title", "document_number", "decided_on", "public_from", "public_until", "edition", "status",
    "organisation__uscc", "organisation__name", *(f"subject__{name}" for name in OF_SUBJECT),
)  # fmt: skip
OF_CONTENTS = ("editions__data", "editions__sha256", "item_version__fields")


def of_code(verdict: Verdict, subject: Values | None) -> dict[str, Any]:
    """The verdict on any string, with the subject that bears or bore the number."""
    return verdict.as_dict() | {"subject": None if subject is None else brief(subject)}


def brief(subject: Values) -> dict[str, Any]:
    """A subject in one line; a natural person has neither code nor address here, and a masked name."""
    return {
        "code": subject["uscc"],
        "name": visible(public_name(subject["kind"], subject["name"])),
        "kind": subject["kind"],
        "url": subject_page(subject["kind"], subject["uscc"], subject["published_on"]) or None,
    }


def of_subject(subject: Subject, *, on: date) -> dict[str, Any]:
    """What the subject's page says."""
    counted = Record.objects.public(on=on).filter(subject=subject).order_by().values_list("kind").annotate(Count("pk"))
    per_kind = dict(counted)
    return brief({name: getattr(subject, name) for name in OF_SUBJECT}) | {
        "region": subject.region_id,
        "state": subject.get_state_display(),
        "established_on": subject.established_on,
        "facts": [{"label": fact.label, "value": fact.value} for fact in facts(subject, on=on)],
        "former_names": [visible(former.name) for former in subject.former_names.order_by("-pk")],
        "counts": {kind.code: per_kind.get(kind.code, 0) for kind in kinds.every()},
    }


def rows(found: Iterable[Values]) -> list[dict[str, Any]]:
    """Records as they stand in a list."""
    return [_row(values) for values in found]


def _row(record: Values) -> dict[str, Any]:
    uid = str(record["uid"])
    return {
        "uid": uid,
        "kind": record["kind"],
        "kind_label": kinds.get(record["kind"]).label,
        "title": visible(record["title"]),
        "document_number": visible(record["document_number"]),
        "subject": brief({name: record[f"subject__{name}"] for name in OF_SUBJECT}) | _opened_name(record),
        "organisation": {"code": record["organisation__uscc"], "name": record["organisation__name"]},
        "decided_on": record["decided_on"],
        "public_from": record["public_from"],
        "public_until": record["public_until"],
        "edition": record["edition"],
        "url": record_address(uid),
    }


def _opened_name(record: Values) -> dict[str, str]:
    """The full name of a person, where what the record says lets it be read."""
    said = record.get("editions__data") or {}
    return {"name": visible(record["subject__name"])} if kinds.get(record["kind"]).opens_name(said) else {}


def of_record(record: Values) -> dict[str, Any]:
    """A record with its public fields: by name for programs, with codes of the standard and labels for people."""
    presenter, subject_kind = Presenter(_specification(record)), record["subject__kind"]
    data = record["editions__data"]
    codes = {field.name: field.code for field in presenter.public}
    return _row(record) | {
        "status": record["status"],
        "status_label": Status(record["status"]).label,
        "contents": {field.name: _value(presenter, field, data, subject_kind) for field in presenter.public},
        "fields": [
            {"name": shown.name, "code": codes[shown.name] or None, "label": shown.label, "value": shown.value}
            for shown in presenter.fields(data, subject_kind)
        ],
        "sha256": record["editions__sha256"],
    }


def _specification(record: Values) -> Specification:
    kind = kinds.get(record["kind"])
    if not kind.described_by_catalogue:
        return kind.spec()
    return kind.spec(CatalogueItemVersion(fields=record["item_version__fields"]))


def _value(presenter: Presenter, field: FieldSpec, data: Values, subject_kind: str) -> Any:
    """A public field as programs read it: days and amounts as the edition keeps them, the rest as on the page."""
    kept = data.get(field.name) if field.is_shown(data) else None
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


def page(results: Sequence[Values], *, total: int, capped: bool, next_page: str | None, notice: str) -> dict[str, Any]:
    """One page of a list; `count` is exact unless `count_capped`."""
    answer = {"count": total, "count_capped": capped, "next": next_page, "results": list(results)}
    return answer | {"notice": notice} if notice else answer


def of_step(step: Step, *, next_page: str) -> dict[str, Any]:
    """Some steps of the feed of changes, and where to read on."""
    return {
        "cursor": step.place.written(),
        "next": next_page,
        "more": step.more,
        "results": [_told(told) for told in step.told],
    }


def _told(told: Told) -> dict[str, Any]:
    return {
        "number": told.number,
        "change": told.what,
        "uid": str(told.uid),
        "kind": told.kind,
        "marks": list(told.marks),
        "record": None if told.record is None else of_record(told.record),
    }


def of_draft(record: Record, notices: Sequence[str]) -> dict[str, Any]:
    """What a clerk's machine needs to go on: where the draft is, its state, what was folded."""
    return {
        "uid": str(record.uid),
        "status": record.status,
        "status_label": record.get_status_display(),
        "seq": record.seq,
        "notices": list(notices),
    }
