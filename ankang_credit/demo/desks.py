"""Clerk and reviewer of a body at work: the demo goes in by the doors that everybody uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from ankang_credit.demo.directory import Body
from ankang_credit.demo.timetable import at
from registry.directory.staff import Role, User
from registry.records import drafting, workflow
from registry.records.models import Record
from registry.records.parsing import Door
from registry.records.statuses import Action

Raw = Mapping[str, Any]


class DemoRefused(Exception):
    """The doors refused what the demo data hold: the tables and the rules of the product have parted."""


class Desk:
    """The two people of one body, who enter and publish on given days."""

    def __init__(self, body: Body, clerk: User, reviewer: User) -> None:
        self.body = body
        self.clerk = clerk
        self.reviewer = reviewer

    def enter(self, kind: str, raws: Sequence[Raw], *, on: date, is_backfill: bool = False) -> list[Record]:
        """Drafts of that morning."""
        drafted = drafting.draft_many(
            kind,
            raws,
            organisation=self.body.organisation,
            by=self.clerk,
            at=at(on, 9),
            today=on,
            door=Door.IMPORT,
            is_backfill=is_backfill,
        )
        for checked in drafted.refused.values():
            raise DemoRefused(f"{self.body.organisation} {kind} {on}: {checked.errors()}")
        return list(drafted.records.values())

    def submit(self, records: Sequence[Record], *, on: date) -> None:
        self._move(records, Action.SUBMIT, by=self.clerk, on=on, hour=10)

    def publish(self, records: Sequence[Record], *, on: date) -> None:
        """Submitted before noon, reviewed and published after."""
        self.submit(records, on=on)
        self._move(records, Action.PUBLISH, by=self.reviewer, on=on, hour=15)

    def take(self, records: Sequence[Record], action: Action, *, on: date) -> None:
        """The reviewer's step of a kind with a rule book of its own, that afternoon."""
        self._move(records, action, by=self.reviewer, on=on, hour=15)

    def return_(self, records: Sequence[Record], *, on: date, reason: str) -> None:
        self._move(records, Action.RETURN, by=self.reviewer, on=on, hour=16, reason=reason)

    def withdraw(self, records: Sequence[Record], *, on: date, reason: str) -> None:
        self._move(records, Action.WITHDRAW, by=self.reviewer, on=on, hour=11, reason=reason)

    def correct(self, record: Record, changes: Raw, *, on: date, reason: str) -> None:
        """Proposed by the clerk, accepted by the reviewer an hour later."""
        drafting.propose_correction(
            record, changes, reason=reason, by=self.clerk, at=at(on, 16), today=on, door=Door.FORM
        )
        self._move([record], Action.CORRECT, by=self.reviewer, on=on, hour=17)

    def _move(
        self, records: Sequence[Record], action: Action, *, by: User, on: date, hour: int, reason: str = ""
    ) -> None:
        outcome = workflow.move_many(records, action, by=by, at=at(on, hour), reason=reason)
        for why in outcome.refused.values():
            raise DemoRefused(f"{self.body.organisation} {action} {on}: {why}")


def desks(bodies: Iterable[Body]) -> dict[str, Desk]:
    """A desk for each body that has a clerk and a reviewer, by the body's key."""
    staff: dict[tuple[int | None, str], User] = {}
    for user in User.objects.filter(is_demo=True).prefetch_related("groups").order_by("pk"):
        for group in user.groups.all():
            staff.setdefault((user.organisation_id, group.name), user)
    found = {}
    for body in bodies:
        clerk = staff.get((body.organisation.pk, Role.CLERK.value))
        reviewer = staff.get((body.organisation.pk, Role.REVIEWER.value))
        if clerk and reviewer:
            found[body.key] = Desk(body, clerk, reviewer)
    return found
