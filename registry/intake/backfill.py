"""How far each body is with the decisions of earlier years (补录): done of what it said it has to enter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.db.models.functions import ExtractYear

from registry.audit import log
from registry.directory.organisations import Organisation
from registry.directory.staff import User
from registry.intake.models import BackfillTarget
from registry.records import drafting, kinds
from registry.records.models import Record
from registry.records.statuses import LIVE, Status
from registry.records.validation import Invalid

EARLIEST = 2000
MOST = 1_000_000
_DONE = (*LIVE, Status.EXPIRED, Status.REPAIRED)


@dataclass(frozen=True)
class Progress:
    """One body, kind and year: how many it has to enter, has entered, and has published."""

    organisation: Organisation
    kind: str
    year: int
    target: int | None
    entered: int
    done: int

    @property
    def kind_label(self) -> str:
        return kinds.get(self.kind).label

    @property
    def percent(self) -> int | None:
        return min(100, self.done * 100 // self.target) if self.target else None


def progress(organisations: Iterable[Organisation]) -> list[Progress]:
    """Of these bodies, from a partial index: two queries however many there are."""
    bodies = {body.pk: body for body in organisations}
    counted = (
        Record.objects.filter(is_backfill=True, organisation__in=bodies)
        .order_by()
        .values("organisation", "kind", year=ExtractYear("decided_on"))
        .annotate(entered=Count("pk"), done=Count("pk", filter=Q(status__in=_DONE)))
    )
    found = {(row["organisation"], row["kind"], row["year"]): (row["entered"], row["done"]) for row in counted}
    targets = {
        (target.organisation_id, target.kind, target.year): target.target
        for target in BackfillTarget.objects.filter(organisation__in=bodies)
    }
    return [
        Progress(bodies[body], kind, year, targets.get((body, kind, year)), *found.get((body, kind, year), (0, 0)))
        for body, kind, year in sorted(found | targets, key=lambda each: (bodies[each[0]].uscc, each[1], -each[2]))
    ]


def set_target(kind_code: str, year: int, target: int, *, by: User, at: datetime) -> BackfillTarget:
    """A body says how many decisions of that year it has to enter; saying it again replaces it."""
    if by.organisation is None:
        raise PermissionDenied("您的账号没有所属单位")
    drafting.may_enter(by, by.organisation)
    kind = kinds.get(kind_code)
    if kind.backfill_problem is None:
        raise Invalid.because("kind", f"{kind.label}没有补录")
    made, _ = BackfillTarget.objects.update_or_create(
        organisation=by.organisation, kind=kind.code, year=year,
        defaults={"target": target, "set_by": by, "set_at": at},
    )  # fmt: skip
    log.write("backfill_target.set", by=by, at=at, about=made, kind=kind.code, year=year, target=target)
    return made
