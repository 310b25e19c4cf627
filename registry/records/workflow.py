"""How a record moves from draft to the end of its public life.

Each kind brings its rule book; `move_many` obeys it. Pages, the API, the admin and tasks call `move` or
`move_many`; nothing else writes `Record.status`. One call locks the subjects, then the records, checks, changes
the status, and writes events, editions and outbox rows, all in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from registry import clock
from registry.directory.catalogue import Openness
from registry.directory.staff import User
from registry.directory.subjects import Subject
from registry.records import changes as feed
from registry.records import drafting, editions, kinds, outbox, personal_items
from registry.records.models import Correction, Hold, Record, RecordEdition, RecordEvent
from registry.records.openness import openness_of
from registry.records.statuses import LIVE, Action, Operation, StateCode, Status


class MoveRefused(Exception):
    """The rule book does not allow this move now; the message says why and what would help."""


@dataclass(frozen=True)
class Act:
    """One call of `move_many`: what is done, by whom, when and why."""

    action: Action
    by: User | None
    at: datetime
    reason: str

    @property
    def today(self) -> date:
        return clock.day_of(self.at)


Guard = Callable[[Sequence[Record], Act], Mapping[int, str]]  # why not, by the record's key
Effect = Callable[[Sequence[Record], Act], None]


@dataclass(frozen=True)
class Who:
    """A member of staff with this permission, of the organisation that provides the record."""

    permission: str
    not_the_author: bool = False  # four eyes: whoever entered or proposed it may not decide it


@dataclass(frozen=True, kw_only=True)
class Transition:
    sources: frozenset[Status]
    target: Status | None  # None: stays where it is
    who: Who | None  # None: the system
    guards: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()  # run after the step, before it is written; may set its columns
    needs_reason: bool = False
    operation: Operation | None = None  # what the province is told; None: nothing
    state: StateCode = StateCode.NORMAL


RuleBook = Mapping[Action, Transition]
Follower = Callable[[Sequence[Record]], None]

_followers: list[Follower] = []
_demanded: dict[Action, list[Guard]] = {}


def demand(action: Action, guard: Guard) -> None:
    """Have `guard` asked before any record, of whatever kind, takes this step.

    For steps that only end a procedure of another room: a repair is granted there, never by the step alone.
    """
    asked = _demanded.setdefault(action, [])
    if guard not in asked:
        asked.append(guard)


def follow(follower: Follower) -> None:
    """Have `follower` called with the moved records, inside the transaction (the search index does)."""
    if follower not in _followers:
        _followers.append(follower)


def from_(*sources: Status) -> frozenset[Status]:
    return frozenset(sources)


@dataclass(frozen=True)
class Outcome:
    """What became of each record of a set."""

    events: list[RecordEvent] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


def available(record: Record, *, to: User) -> list[Action]:
    """The actions this person could take on this record now, in rule-book order."""
    return [
        action
        for action, rule in record.the_kind.rule_book.items()
        if record.status in rule.sources and rule.who is not None and _stranger(record, rule.who, to) is None
    ]


def move(
    record: Record,
    action: Action | str,
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
    expecting: int | None = None,
) -> RecordEvent:
    """Take one step; raises MoveRefused or PermissionDenied.

    `expecting` is the `seq` the caller last saw: a decision on a page that has become stale is refused.
    """
    rule = _rule(record, Action(action))
    if rule is not None and record.status in rule.sources and (why := _forbidden(record, rule.who, by)):
        raise PermissionDenied(why)
    seen = None if expecting is None else {record.pk: expecting}
    outcome = move_many([record], action, by=by, at=at, reason=reason, expecting=seen)
    if outcome.refused:
        raise MoveRefused(outcome.refused[record.pk])
    record.refresh_from_db()
    return outcome.events[0]


@transaction.atomic
def move_many(
    records: Iterable[Record],
    action: Action | str,
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
    expecting: Mapping[int, int] | None = None,
) -> Outcome:
    """Take the same step with each record; those that cannot are named and left as they were."""
    act = Act(action=Action(action), by=by, at=at, reason=reason.strip())
    outcome = Outcome()
    for kind_code, batch in _locked(records).items():
        rule = kinds.get(kind_code).rule_book.get(act.action)
        moving = _admitted(batch, rule, act, expecting or {}, outcome)
        if moving and rule is not None:
            outcome.events.extend(_carry_out(moving, rule, act))
    return outcome


def _locked(records: Iterable[Record]) -> dict[str, list[Record]]:
    """The records as they stand now, by kind; locks subjects, then records, each in the order of their keys."""
    records = list(records)
    keys = [record.pk for record in records]
    subjects = set(Subject.objects.filter(records__in=keys).values_list("pk", flat=True)) | _named_beside(records)
    list(Subject.objects.select_for_update().filter(pk__in=subjects).order_by("pk").values_list("pk"))
    locked = (
        Record.objects.select_for_update(of=("self",))
        .filter(pk__in=keys)
        .select_related("subject__person", "organisation", "item_version__item")
        .order_by("pk")
    )
    by_kind: dict[str, list[Record]] = {}
    for record in locked:
        by_kind.setdefault(record.kind, []).append(record)
    for code, batch in by_kind.items():
        _attach_details(kinds.get(code), batch)
    return by_kind


def _named_beside(records: Iterable[Record]) -> set[int]:
    """The persons whom these records name, as subjects: what of theirs is shown changes with the step."""
    naming = [record.pk for record in records if record.the_kind.names_persons]
    return personal_items.subjects_named(Record.objects.filter(pk__in=naming)) if naming else set()


def lock_one(record: Record) -> Record:
    """The record as it stands now, locked in the one order: subject, then record."""
    (batch,) = _locked([record]).values()
    return batch[0]


def _attach_details(kind: kinds.Kind, batch: Sequence[Record]) -> None:
    rows = kind.detail._default_manager.in_bulk([record.pk for record in batch], field_name="record_id")
    for record in batch:
        if record.pk in rows:
            setattr(record, kind.detail_name, rows[record.pk])


def _admitted(
    batch: Sequence[Record], rule: Transition | None, act: Act, expecting: Mapping[int, int], outcome: Outcome
) -> list[Record]:
    admitted = []
    for record in batch:
        why = _refusal(record, rule, act, expecting.get(record.pk))
        if why is None:
            admitted.append(record)
        else:
            outcome.refused[record.pk] = why
    for guard in (*rule.guards, *_demanded.get(act.action, ())) if rule else ():
        refused = guard(admitted, act)
        outcome.refused.update(refused)
        admitted = [record for record in admitted if record.pk not in refused]
    return admitted


def _refusal(record: Record, rule: Transition | None, act: Act, seen: int | None) -> str | None:
    if rule is None or record.status not in rule.sources:
        return f"{record.get_status_display()}的记录不能{act.action.label}"
    if seen is not None and seen != record.seq:
        return f"页面内容已过期：{_latest(record)}，请刷新后再处理"
    if why := _forbidden(record, rule.who, act.by):
        return why
    if rule.needs_reason and not act.reason:
        return f"{act.action.label}必须说明理由"
    return None


def _latest(record: Record) -> str:
    event = record.events.order_by("-seq").select_related("by").first()
    return f"已由{event.by or '系统'}{event.get_action_display()}" if event else "记录已变更"


def _forbidden(record: Record, who: Who | None, by: User | None) -> str | None:
    """Why this actor may not take the step; None when it may."""
    if who is None:
        return None if by is None else "此操作由系统按期限自动办理"
    return "请先登录" if by is None else _stranger(record, who, by)


def _stranger(record: Record, who: Who, by: User) -> str | None:
    if not by.has_perm(who.permission):
        return "您的角色不能办理此操作"
    if by.organisation_id != record.organisation_id:
        return "只能办理本单位的记录"
    if who.not_the_author and by.pk == record.entered_by_id:
        return "录入人不能审核自己录入的记录"
    return None


def _rule(record: Record, action: Action) -> Transition | None:
    return record.the_kind.rule_book.get(action)


def _carry_out(moving: Sequence[Record], rule: Transition, act: Act) -> list[RecordEvent]:
    yielding = _Yielding.to(moving, act)
    came_from = {record.pk: record.status for record in moving}
    changes = _apply_corrections(moving, act) if act.action is Action.CORRECT else {}
    for record in moving:
        _step(record, rule, act, came_from[record.pk])
    for effect in rule.effects:
        effect(moving, act)
    if act.action in _NEW_CONTENTS:
        personal_items.write(moving)
    if act.action in _OPENS:
        _introduce(moving, act)
    _write(moving)
    if act.action in _NEW_CONTENTS:
        RecordEdition.objects.bulk_create([editions.edition_of(record, at=act.at) for record in moving], batch_size=500)
    events = _write_events(moving, act, came_from, changes)
    if rule.operation is not None:
        _promise(events, rule.operation, rule.state)
    yielding.write_down(act)
    for follower in _followers:
        follower(moving)
    return events


def _write(moving: Sequence[Record]) -> None:
    """Store what the step set. The rows are there and locked, so this only ever updates: an upsert writes a
    set many times faster than `bulk_update`, whose CASE for each column grows with the square of the set."""
    Record.objects.bulk_create(
        moving, update_conflicts=True, unique_fields=["id"], update_fields=_WRITTEN, batch_size=500
    )


_WRITTEN = [
    "status", "seq", "edition", "openness", "public_from", "public_until", "term_rule", "title",
    "document_number", "document_key", "decided_on", "reviewed_by", "reviewed_at", "published_at",
]  # fmt: skip
_OPENS = (Action.PUBLISH, Action.LIST)
_NEW_CONTENTS = (*_OPENS, Action.CORRECT)


def _step(record: Record, rule: Transition, act: Act, came_from: str) -> None:
    record.status = rule.target or came_from
    record.seq += 1
    if act.action in _OPENS:
        record.reviewed_by, record.reviewed_at = act.by, act.at
        record.published_at, record.public_from = act.at, act.today
    if act.action in _NEW_CONTENTS:
        record.edition += 1
        # A person may have come of age, or an item been closed, since the draft was written.
        record.openness = openness_of(record, detail=record.detail, on=act.today)


def _promise(events: Sequence[RecordEvent], operation: Operation, state: StateCode) -> None:
    """Tell the province; what is corrected while a ground holds it stays disputed out there."""
    held: set[int] = set()
    if operation is Operation.UPDATE:
        open_holds = Hold.objects.filter(record__in=[event.record_id for event in events], closed_at=None)
        held = set(open_holds.values_list("record_id", flat=True))
    outbox.promise([event for event in events if event.record_id not in held], operation, state)
    outbox.promise([event for event in events if event.record_id in held], operation, StateCode.DISPUTED)


def _introduce(moving: Sequence[Record], act: Act) -> None:
    """A subject has a page from the first public record about it, not from the first draft."""
    shown = {record.subject_id for record in moving if record.openness == Openness.PUBLIC}
    Subject.objects.filter(pk__in=shown, published_on=None).update(published_on=act.today)


def _write_events(
    moving: Sequence[Record], act: Act, came_from: Mapping[int, str], changes: Mapping[int, dict[str, Any]]
) -> list[RecordEvent]:
    events = RecordEvent.objects.bulk_create(
        [
            RecordEvent(
                record=record,
                seq=record.seq,
                action=act.action,
                from_status=came_from[record.pk],
                to_status=record.status,
                edition=record.edition,
                by=act.by,
                at=act.at,
                reason=act.reason,
                changes=changes.get(record.pk, {}),
            )
            for record in moving
        ],
        batch_size=1000,
    )
    feed.note(events)
    return events


def _apply_corrections(moving: Sequence[Record], act: Act) -> dict[int, dict[str, Any]]:
    changes = {}
    for correction in Correction.objects.filter(record__in=moving, decided_at=None):
        record = next(one for one in moving if one.pk == correction.record_id)
        changes[record.pk] = drafting.apply_correction(record, correction, today=act.today)
        correction.decided_by, correction.decided_at, correction.is_accepted = act.by, act.at, True
        correction.save()
    return changes


class _Yielding:
    """Records of other kinds that this act may hide or show again (a listing hides an honour).

    What is shown is derived; but the province and the change feed hear of it only through an event.
    """

    def __init__(self, subjects: set[int], kind_codes: frozenset[str], on: date) -> None:
        self.subjects, self.kind_codes, self.on = subjects, kind_codes, on
        self.before = self._hidden()

    @classmethod
    def to(cls, moving: Sequence[Record], act: Act) -> _Yielding:
        above = {record.kind for record in moving}
        below = frozenset(kind.code for kind in kinds.every() if kind.yields_to & above)
        subjects = {record.subject_id for record in moving}
        return cls(subjects | personal_items.subjects_named(moving) if below else subjects, below, act.today)

    def _hidden(self) -> set[int]:
        if not self.kind_codes:
            return set()
        of_these = Record.objects.filter(subject__in=self.subjects, kind__in=self.kind_codes)
        return set(of_these.hidden(on=self.on).values_list("pk", flat=True))

    def write_down(self, act: Act) -> None:
        after = self._hidden()
        self._tell(after - self.before, Action.HIDE, StateCode.OTHER, act)
        self._tell(self.before - after, Action.SHOW, StateCode.NORMAL, act)

    def _tell(self, keys: set[int], action: Action, state: StateCode, act: Act) -> None:
        if not keys:
            return
        records = list(Record.objects.select_for_update().filter(pk__in=keys, status__in=LIVE).order_by("pk"))
        for record in records:
            record.seq += 1
        Record.objects.bulk_update(records, ["seq"])
        shown = Act(action=action, by=act.by, at=act.at, reason=act.action.label)
        events = _write_events(records, shown, {record.pk: record.status for record in records}, {})
        outbox.promise(events, Operation.UPDATE, state)
        for follower in _followers:
            follower(records)


def diagram(rule_book: RuleBook) -> str:
    """A rule book as a Mermaid state diagram, for the documents."""
    lines = ["stateDiagram-v2", f"    [*] --> {Status.DRAFT.name}"]
    for action, rule in rule_book.items():
        for source in sorted(rule.sources):
            target = rule.target or source
            lines.append(f"    {Status(source).name} --> {target.name}: {action.label}")
    return "\n".join(lines)
