"""The page of a record: what it says now, since when and until when, and what happened to it in public."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from registry import clock
from registry.pages import beside
from registry.pages.crumbs import Crumb, Place
from registry.pages.refusing import Refused, public_page
from registry.pages.urls_of_kinds import list_url
from registry.reading.addresses import subject_url
from registry.reading.ended import absence
from registry.reading.naming import subject_name
from registry.reading.presenting import Presenter, visible
from registry.reading.records import Published, Told, published
from registry.records.models import Record


@dataclass(frozen=True)
class Step:
    """One line of the timeline."""

    at: str
    label: str
    edition: int
    corrected: tuple[str, ...] = ()  # labels of the fields that changed


@public_page
def record(request: HttpRequest, *, uid: uuid.UUID, on: date) -> HttpResponse:
    """A record that has ended is gone: 410 for organisations, for natural persons as if it had never been."""
    found = published(uid, on=on)
    if found is None:
        raise Refused(*absence(uid, on=on))
    return render(request, "registry/record.html", _context(found, on=on))


def _context(found: Published, *, on: date) -> dict[str, object]:
    record, editions = found.record, found.editions
    presenter = Presenter(record.specification)
    return {
        "place": _place(found),
        "record": record,
        "title": visible(record.title),
        "nature": record.the_kind.nature.value,
        "status": record.get_status_display(),
        "subject_name": visible(_name(found)),
        "subject_url": subject_url(record.subject),
        "fields": presenter.fields(found.data, record.subject.kind),
        "marks": found.marks,
        "updated_on": clock.day_of(editions[0].at).isoformat(),
        "term": _term(record),
        "steps": _steps(found.told, presenter),
        "editions": [(act.edition, written(act.at)) for act in editions],
        "extras": [f"{record.kind}/_record.html", "_components/nothing.html"],
        "beside": beside.of_record(record, on=on),
        "line_act": beside.line_act(record),
    }


def written(moment: datetime) -> str:
    """A moment as the clocks of Ankang showed it."""
    return moment.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _term(record: Record) -> str:
    return f"{record.public_from}至{record.public_until}" if record.public_until else f"{record.public_from}起"


def _steps(told: Sequence[Told], presenter: Presenter) -> list[Step]:
    return [Step(written(act.at), act.label, act.edition, tuple(presenter.labels(act.changed))) for act in told]


def _name(found: Published) -> str:
    record = found.record
    return subject_name(record.the_kind, record.subject.kind, record.subject.name, found.data)


def _place(found: Published) -> Place:
    record = found.record
    name, title = visible(_name(found)), visible(record.title)
    return Place(
        title=f"{name} {title}",
        trail=(Crumb(record.kind_label, list_url(record.the_kind)), Crumb(title)),
        column=record.kind_label,
        keywords=f"{record.kind_label},{name}",
        description=f"{record.organisation.name}归集的{record.kind_label}信息",
        published_at=written(record.published_at),
        source=record.organisation.name,
        is_indexed=not record.subject.is_natural,
    )
