"""What a person is offered to do with a batch; asking for it (`deciding`) decides again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied

from registry.directory.staff import User
from registry.intake import deciding, moving, undoing
from registry.intake.deciding import Act
from registry.intake.models import BatchState, ImportBatch
from registry.records.statuses import Action


@dataclass(frozen=True)
class Offer:
    """An act this person could ask for now, and how many rows or records it would touch."""

    act: Act
    needs_reason: bool = False
    count: int | None = None


def offered(batch: ImportBatch, *, to: User) -> list[Offer]:
    """Nothing while a worker has the batch in hand."""
    if batch.is_at_work:
        return []
    return [*(_of_clerks(batch) if is_clerk(to, batch) else ()), *_steps(batch, to)]


def is_clerk(user: User, batch: ImportBatch) -> bool:
    """Whether this person enters records of the body that delivered the file."""
    return user.has_perm("registry.enter_record") and user.organisation_id == batch.organisation_id


def _of_clerks(batch: ImportBatch) -> Iterator[Offer]:
    checked, committed = batch.state == BatchState.CHECKED, batch.state == BatchState.COMMITTED
    if (checked or committed) and batch.stored_as and (count := deciding.to_store(batch)):
        yield Offer(Act.CONFIRM, count=count)
    if checked:
        yield Offer(Act.GIVE_UP)
    if committed and batch.rows_stored and undoing.may_be_undone(batch):
        yield Offer(Act.UNDO, count=batch.rows_stored)


def _steps(batch: ImportBatch, user: User) -> Iterator[Offer]:
    for act in deciding.STEPS if batch.state == BatchState.COMMITTED else ():
        action = Action(act.value)
        rule = batch.the_kind.rule_book.get(action)
        if rule is None or not _may_move(batch, action, user):
            continue
        if count := moving.standing_before(batch, action).count():
            yield Offer(act, needs_reason=rule.needs_reason, count=count)


def _may_move(batch: ImportBatch, action: Action, user: User) -> bool:
    try:
        deciding.may_move(batch, action, user)
    except PermissionDenied:
        return False
    return True
