"""What became of records after their publication, and what still lies on the desks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from ankang_credit.demo.cast import XUNYANG_COUNTY
from ankang_credit.demo.decisions import Typist
from ankang_credit.demo.desks import Desk
from ankang_credit.demo.timetable import at
from registry.directory import renaming
from registry.directory.staff import User
from registry.directory.subjects import Subject
from registry.records import expiry, holds
from registry.records.models import Record
from registry.records.models.holds import HoldGround
from registry.search import index

_CORRECTED = {  # what a clerk notices the next morning
    "licence": ("content", "{}（不含冷藏冷冻食品）"),
    "penalty": ("facts", "{}当事人已当场改正。"),
}


def correct(desk: Desk, record: Record, *, on: date) -> None:
    """Correct a published licence or penalty."""
    record = Record.objects.get(pk=record.pk)
    name, pattern = _CORRECTED[record.kind]
    changes = {name: pattern.format(getattr(record.detail, name))}
    desk.correct(record, changes, on=on, reason="录入有误，按决定书原文更正")


def withdraw(desk: Desk, record: Record, *, on: date) -> None:
    desk.withdraw([record], on=on, reason="决定已由本机关自行撤销")


def open_work(desk: Desk, typist: Typist, *, on: date, number: int) -> None:
    """Leave drafts, submitted and returned records on the desk, a third of each."""
    kind = "licence" if desk.body.volumes["licence"] else "penalty"
    raws = [typist.typed(kind, decided=on, entered=on) for _ in range(3 * number)]
    drafts = desk.enter(kind, raws, on=on)
    desk.submit(drafts[number:], on=on)
    desk.return_(drafts[2 * number :], on=on, reason="文书号与决定书不一致，请核对")


def suspend_some(penalties: Sequence[Record], *, on: date, most: int) -> None:
    """A reconsideration body stops the enforcement of a decision for a while; the record stays shown."""
    public = Record.objects.public(on=on).filter(pk__in=[record.pk for record in penalties])
    for record in public.select_related("reviewed_by").order_by("-pk")[:most]:
        reason = "行政复议机关决定停止执行"
        holds.open_hold(record, HoldGround.RECONSIDERATION, by=record.reviewed_by, at=at(on, 11), reason=reason)


def rename_some(*, by: User, on: date, most: int) -> None:
    """Some of those who were registered in the county of 旬阳 have taken the name of the city since."""
    of_the_county = Subject.objects.public().filter(name__startswith=XUNYANG_COUNTY).order_by("pk")
    renamed = [
        renaming.rename(subject, subject.name.replace(XUNYANG_COUNTY, "旬阳市", 1), by=by, at=at(on, 10))
        for subject in of_the_county[:most]
    ]
    index.refresh_subjects(renamed)


def write_down_ends(*, before: date) -> None:
    """Each night's job of all the nights up to that day on which something ended."""
    lapsed = Record.objects.lapsed(on=before).order_by("public_until")
    for day in list(lapsed.values_list("public_until", flat=True).distinct()):
        night = day + timedelta(days=1)
        expiry.expire(on=night, at=at(night, 0, 1))
