"""The page of one record for staff: what it says, what may be done with it, and everything that happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from registry import clock
from registry.admin import panels, timeline
from registry.directory.persons import Person
from registry.directory.staff import User
from registry.records import drafting, editions, workflow
from registry.records.fields import FieldSpec
from registry.records.models import Correction, Record
from registry.records.statuses import EDITABLE, LIVE, Action, Status

if TYPE_CHECKING:
    from registry.admin.records import RecordAdmin

# The step has a page of its own, belongs to the form, or ends a procedure of its own.
_ELSEWHERE = (Action.SUBMIT, Action.CORRECT, Action.REPAIR)


@dataclass(frozen=True)
class Line:
    """A field as the page shows it; `can_open` where a document number may be opened for a reason."""

    item: FieldSpec
    value: Any
    can_open: bool = False


@dataclass(frozen=True)
class Button:
    """A step this person may take now."""

    action: Action
    needs_reason: bool


@dataclass(frozen=True)
class Pending:
    """A correction waiting for another person's decision."""

    correction: Correction
    changes: tuple[timeline.Change, ...]
    may_decide: bool


def may_enter(user: User, record: Record) -> bool:
    """Whether this person enters records of the organisation that provides this one."""
    try:
        drafting.may_enter(user, record.organisation)
    except PermissionDenied:
        return False
    return True


def may_edit(user: User, record: Record) -> bool:
    return record.status in EDITABLE and may_enter(user, record)


def may_discard(user: User, record: Record) -> bool:
    return may_edit(user, record) and record.seq == 0


def may_propose(user: User, record: Record) -> bool:
    return record.status in LIVE and Action.CORRECT in record.the_kind.rule_book and may_enter(user, record)


def may_reveal(user: User, record: Record) -> bool:
    """Whether this person may open the numbers of its persons: in the body that provides the record, nobody else."""
    return user.has_perm("registry.reveal_person") and user.organisation_id == record.organisation_id


def lines(record: Record, *, to: User) -> list[Line]:
    """Every field of the record; document numbers masked."""
    spec = record.specification
    may_open = may_reveal(to, record)
    return [_line(item, editions.read(record, item), may_open) for item in spec]


def _line(item: FieldSpec, value: Any, may_open: bool) -> Line:
    if isinstance(value, Person):
        return Line(item, value.number_mask, may_open)
    return Line(item, editions.as_json(value))


def buttons(record: Record, *, to: User) -> list[Button]:
    """The steps the rule book offers this person now."""
    rules = record.the_kind.rule_book
    offered = workflow.available(record, to=to)
    return [Button(action, rules[action].needs_reason) for action in offered if action not in _ELSEWHERE]


def pending(record: Record, *, to: User) -> Pending | None:
    """The open correction of the record, with what it would change."""
    correction = record.corrections.filter(decided_at=None).select_related("proposed_by").first()
    if correction is None:
        return None
    before = editions.contents(record)
    spec = record.specification
    differing = editions.difference(before, before | correction.changes)
    may_decide = Action.CORRECT in workflow.available(record, to=to) and correction.proposed_by_id != to.pk
    return Pending(correction, timeline.changes(spec, differing), may_decide)


def context(record: Record, *, to: User, on: date) -> dict[str, Any]:
    """What the templates of a record's page are given."""
    acts = timeline.of(record)
    return {
        "record": record,
        "original": record,
        "kind": record.the_kind,
        "lines": lines(record, to=to),
        "buttons": buttons(record, to=to),
        "pending": pending(record, to=to),
        "may_propose": may_propose(to, record),
        "may_discard": may_discard(to, record),
        "panels": panels.of(record, on=on),
        "timeline": acts,
        "returned": _why_returned(record, acts),
    }


def _why_returned(record: Record, acts: list[timeline.Entry]) -> timeline.Entry | None:
    if record.status != Status.RETURNED:
        return None
    return next((act for act in acts if act.succeeded and act.what == Action.RETURN.label), None)


def show(
    admin: RecordAdmin,
    request: HttpRequest,
    record: Record,
    *,
    template: str = "detail",
    status: int = 200,
    said: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The record's page, or another one about it."""
    about = context(record, to=request.user, on=clock.today()) | dict(said or {})
    return page(admin, request, template, str(record), about, status=status)


def page(
    admin: RecordAdmin, request: HttpRequest, template: str, title: str, said: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page in the frame of the admin."""
    request.current_app = admin.admin_site.name
    frame = {
        **admin.admin_site.each_context(request),
        "title": title,
        "opts": admin.opts,
        "media": admin.media,
        "has_view_permission": True,
    }
    return TemplateResponse(request, f"admin/registry/record/{template}.html", {**frame, **said}, status=status)


def refused(admin: RecordAdmin, request: HttpRequest, key: int, why: str, *, status: int) -> HttpResponse:
    """The record as it stands now, and why the step was not taken."""
    messages.error(request, why)
    record = admin.get_object(request, str(key))
    return show(admin, request, record, status=status)
