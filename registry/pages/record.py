"""The page of a record: what it says now, since when and until when, and what happened to it in public."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from registry import clock
from registry.pages.crumbs import Crumb, Place
from registry.pages.refusing import Refused, public_page
from registry.pages.urls_of_kinds import list_url
from registry.reading.addresses import subject_url
from registry.reading.ended import absence
from registry.reading.presenting import Presenter, visible
from registry.records.models import Record, RecordEdition, RecordEvent
from registry.records.statuses import Action

# What anybody may know of a record's life; who did it, and for what reason, stays with the departments. An entry
# that was hidden by another and came back does not tell so (信用主体权益保护).
TOLD = {
    Action.PUBLISH: "公示",
    Action.LIST: "列入并公示",
    Action.CORRECT: "更正",
    Action.HOLD: "进入核实，措施暂停执行",
    Action.RELEASE: "核实结束",
}


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
    shown = Record.objects.public(on=on).select_related("subject", "organisation")
    found = shown.filter(uid=uid).first()
    if found is None:
        raise Refused(*absence(uid, on=on))
    return render(request, "registry/record.html", _context(found))


def _context(record: Record) -> dict[str, object]:
    presenter = Presenter(record.specification)
    editions = list(record.editions.order_by("-edition"))
    current = editions[0]
    return {
        "place": _place(record, current),
        "record": record,
        "title": visible(record.title),
        "subject_name": visible(record.subject.public_name),
        "subject_url": subject_url(record.subject),
        "fields": presenter.fields(current.data, record.subject.kind),
        "marks": [f"{hold.get_ground_display()}中" for hold in record.holds.filter(closed_at=None)],
        "updated_on": clock.day_of(current.at).isoformat(),
        "term": _term(record),
        "steps": _steps(record.events.filter(action__in=TOLD).order_by("seq"), presenter),
        "editions": [(row.edition, written(row.at)) for row in editions],
        "extras": [f"{record.kind}/_record.html", "_components/nothing.html"],
    }


def written(moment: datetime) -> str:
    """A moment as the clocks of Ankang showed it."""
    return moment.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _term(record: Record) -> str:
    return f"{record.public_from}至{record.public_until}" if record.public_until else f"{record.public_from}起"


def _steps(events: Sequence[RecordEvent], presenter: Presenter) -> list[Step]:
    return [
        Step(
            at=written(event.at),
            label=TOLD[Action(event.action)],
            edition=event.edition,
            corrected=tuple(presenter.labels(event.changes)),
        )
        for event in events
    ]


def _place(record: Record, current: RecordEdition) -> Place:
    name, title = visible(record.subject.public_name), visible(record.title)
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
