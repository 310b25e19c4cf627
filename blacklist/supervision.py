"""Key supervision of those who are listed (三（一）, S3.1.5) and urging them to perform (三（四）, S3.4.1).

The task itself is derived: it stands open while the entry lives, rests while its measures rest, and ends with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied

from blacklist.models import SupervisionVisit, UrgingNotice
from registry import clock
from registry.audit import log
from registry.directory.staff import User
from registry.models import Record
from registry.records.reasons import ReasonProblem, clean_reason
from registry.records.statuses import LIVE
from registry.records.visibility import in_term
from registry.records.workflow import MoveRefused

VISIT_EVERY = timedelta(days=90)  # default of this portal, not of the document: once a quarter


@dataclass(frozen=True)
class Task:
    """What supervision asks of the determining body for one entry."""

    next_visit: date | None  # None while it rests
    visits: int
    on: date

    @property
    def is_resting(self) -> bool:
        return self.next_visit is None

    @property
    def is_late(self) -> bool:
        return self.next_visit is not None and self.next_visit < self.on


def task(record: Record, *, on: date) -> Task | None:
    """The supervision task of an entry on that day; None where it is not, or no longer, listed."""
    if record.status not in LIVE or not Record.objects.filter(in_term(on=on), pk=record.pk).exists():
        return None
    visits = list(record.supervision_visits.values_list("visited_on", flat=True))
    if record.holds.filter(closed_at=None).exists():
        return Task(None, len(visits), on)
    return Task(max([record.public_from, *visits]) + VISIT_EVERY, len(visits), on)


def visit(record: Record, *, visited_on: date, finding: str, by: User, at: datetime) -> SupervisionVisit:
    """Write down a visit to a subject under key supervision."""
    _may_work_on(record, by, at)
    if not record.public_from <= visited_on <= clock.day_of(at):
        raise MoveRefused("检查日期须在列入之日至今天之间")
    made = SupervisionVisit.objects.create(
        record=record, organisation=by.organisation, visited_on=visited_on, finding=_words(finding), by=by, at=at
    )
    log.write("listing.visit", by=by, at=at, about=record)
    return made


def urge(record: Record, *, sent_on: date, due_on: date, delivered: str, by: User, at: datetime) -> UrgingNotice:
    """Write down that the subject was urged to perform by a day."""
    _may_work_on(record, by, at)
    if not record.listing.item.is_refusal:
        raise MoveRefused("督促履行适用于第三类行为（拒不履行法定义务）")
    if not record.public_from <= sent_on <= clock.day_of(at) or due_on < sent_on:
        raise MoveRefused("发出日期须在列入之日至今天之间，履行期限不能早于发出日期")
    made = UrgingNotice.objects.create(
        record=record, organisation=by.organisation, sent_on=sent_on, due_on=due_on, delivered=_words(delivered),
        by=by, at=at,
    )  # fmt: skip
    log.write("listing.urge", by=by, at=at, about=record)
    return made


def note_response(notice: UrgingNotice, *, response: str, by: User, at: datetime) -> UrgingNotice:
    """What came of an urging."""
    _may_work_on(notice.record, by, at)
    notice.response = _words(response)
    notice.save()
    log.write("listing.response", by=by, at=at, about=notice.record)
    return notice


def _may_work_on(record: Record, by: User, at: datetime) -> None:
    if not by.has_perm("registry.enter_record") or by.organisation_id != record.organisation_id:
        raise PermissionDenied("只能办理本单位的记录，且须有录入员角色")
    if not Record.objects.live(on=clock.day_of(at)).filter(pk=record.pk).exists():
        raise MoveRefused(f"{record.get_status_display()}的记录没有重点监管和督促事项")


def _words(text: str) -> str:
    try:
        kept = clean_reason(text, longest=500)
    except ReasonProblem as problem:
        raise MoveRefused(str(problem)) from None
    if not kept:
        raise MoveRefused("请写明情况")
    return kept
