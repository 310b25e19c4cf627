"""The whole of the demo data, once, in one transaction, in the order of time."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.db import transaction

from ankang_credit.demo import (
    accounts,
    aftermath,
    api_keys,
    arrears,
    cases,
    code_events,
    directory,
    joint_measures,
    legacy,
    lists,
)
from ankang_credit.demo.cast import Cast
from ankang_credit.demo.decisions import BACKFILL_REASON, LATE_REASONS, Typist
from ankang_credit.demo.desks import Desk, desks
from ankang_credit.demo.directory import Body
from ankang_credit.demo.timetable import BACKFILL_DAYS_AGO, Timetable, at, last_workday
from exchange import onboarding
from registry.directory import calendar
from registry.directory.organisations import Organisation
from registry.directory.staff import User
from registry.records.models import Record

SEED = 8  # 安政发〔2017〕8号
CREDIT_OFFICE_ACCOUNT = "xyb"
_LATE_SHARE = 0.07
_ARREARS = 30  # announcements of each body that makes any
_CODE_EVENTS_DAYS_AGO = (BACKFILL_DAYS_AGO, 6)
_OPEN_WORK = 4  # of drafts, submitted and returned each
_SETTLED_DAYS = 7  # what happened to records later is over by then
_ONE_IN = 5  # sessions after which a record was corrected, or one withdrawn
_SUSPENDED, _RECENT = 2, 200
_RENAMED = 6
_WITH_OPEN_WORK = 10
_WITH_ACCOUNTS = ("scj", "sq_scj")


@dataclass
class Session:
    """What one body entered and published on one day, of one kind."""

    day: date
    body: Body
    kind: str
    raws: list[dict[str, Any]]
    is_backfill: bool = False


def is_loaded() -> bool:
    return Organisation.objects.filter(uscc=directory.marker()).exists()


@transaction.atomic
def load(*, today: date, scale: float = 1.0) -> None:
    """Write the demo data, made relative to that day; the caller sees that they are not there yet."""
    chance = Random(SEED)
    bodies = directory.read()
    directory.write(bodies)
    directory.catalogues(bodies, today=today)
    accounts.create(bodies)
    _onboard(bodies, on=today - timedelta(days=BACKFILL_DAYS_AGO + 60))
    working = desks(bodies)
    cast = Cast(chance, scale)
    typists = {key: Typist(desk.body, cast, chance) for key, desk in working.items()}
    workday = last_workday(today - timedelta(days=1), calendar.current())
    sessions = [
        *_code_sessions(bodies, cast, chance, today=today),
        *_decision_sessions(typists, working, chance, today=today, scale=scale),
        *_arrears_sessions(bodies, cast, chance, today=today, scale=scale),
    ]
    penalties = _hold_sessions(sessions, working, today=today)
    _leave_open(working, typists, on=workday, scale=scale)
    aftermath.write_down_ends(before=today)
    aftermath.rename_some(by=User.objects.get(username=CREDIT_OFFICE_ACCOUNT), on=workday, most=_RENAMED)
    legacy.write(bodies, chance)
    aftermath.suspend_some(penalties[-_RECENT:], on=workday, most=_SUSPENDED)
    joint_measures.put_lists(working.values(), on=workday - timedelta(days=60))
    lists.write(working[directory.LISTING_BODY], working[directory.COURT], on=workday)
    joint_measures.follow(working[directory.LISTING_BODY], on=workday)
    cases.play(penalties, today=today)


def hand_out_secrets(file: Path, passwords: Mapping[str, accounts.Password]) -> None:
    """These passwords, and new keys. The file that says them comes last: where it is, everything else is."""
    with transaction.atomic():
        lines = [*accounts.hand_out(passwords), "", *api_keys.issue(), "", *cases.codes_to_try(), lists.person_to_try()]
    accounts.write(file, lines)


def _onboard(bodies: Iterable[Body], *, on: date) -> None:
    for body in bodies:
        if body.is_onboarded:
            onboarding.onboard(body.organisation, by=None, at=at(on, 9))


def _code_sessions(bodies: list[Body], cast: Cast, chance: Random, *, today: date) -> Iterator[Session]:
    days = tuple(today - timedelta(days=age) for age in _CODE_EVENTS_DAYS_AGO)
    with_catalogue = [body for body in bodies if body.region != directory.WITHOUT_CATALOGUE]
    for day, body, raws in code_events.typed(with_catalogue, cast, chance, days):
        yield Session(day, body, "code-event", raws)


def _decision_sessions(
    typists: dict[str, Typist], working: dict[str, Desk], chance: Random, *, today: date, scale: float
) -> Iterator[Session]:
    known = calendar.current()
    for key, typist in typists.items():
        body = working[key].body
        for kind, volume in body.volumes.items():
            timetable = Timetable(chance, known, today, round(volume * scale))
            for day, number in timetable.shares():
                raws = [_decision(typist, timetable, kind, day, chance) for _ in range(number)]
                yield Session(day, body, kind, raws, is_backfill=day == timetable.backfill)


def _decision(typist: Typist, timetable: Timetable, kind: str, day: date, chance: Random) -> dict[str, Any]:
    if day == timetable.backfill:
        decided, reason = timetable.decided_long_ago(), BACKFILL_REASON
    elif chance.random() < _LATE_SHARE:
        decided, reason = timetable.decided_late(day), chance.choice(LATE_REASONS)
    else:
        decided, reason = timetable.decided(day), ""
    return typist.typed(kind, decided=decided, entered=day, late_reason=reason)


def _arrears_sessions(
    bodies: list[Body], cast: Cast, chance: Random, *, today: date, scale: float
) -> Iterator[Session]:
    day = today - timedelta(days=20)
    for body in bodies:
        if body.announces_arrears:
            raws = arrears.typed(body, cast, chance, day=day, number=math.ceil(_ARREARS * scale))
            yield Session(day, body, "catalogue-record", list(raws))


def _hold_sessions(sessions: list[Session], working: dict[str, Desk], *, today: date) -> list[Record]:
    """All of it in the order of time; returns the penalties."""
    penalties: list[Record] = []
    for number, session in enumerate(
        sorted(sessions, key=lambda session: (session.day, session.body.key, session.kind))
    ):
        aftermath.write_down_ends(before=session.day)
        desk = working[session.body.key]
        records = desk.enter(session.kind, session.raws, on=session.day, is_backfill=session.is_backfill)
        desk.publish(records, on=session.day)
        if session.kind == "penalty":
            penalties += records
        if session.kind in ("licence", "penalty") and session.day < today - timedelta(days=_SETTLED_DAYS):
            if number % _ONE_IN == 0:
                aftermath.correct(desk, records[0], on=session.day + timedelta(days=1))
            if number % _ONE_IN == 1:
                aftermath.withdraw(desk, records[-1], on=session.day + timedelta(days=5))
    return penalties


def _leave_open(working: dict[str, Desk], typists: dict[str, Typist], *, on: date, scale: float) -> None:
    """Work that waits: most of it at the bodies one can log in to, some at others that decide anything."""
    deciding = [key for key, desk in working.items() if any(desk.body.volumes.values())]
    deciding.sort(key=_WITH_ACCOUNTS.__contains__, reverse=True)
    for key in deciding[: math.ceil(_WITH_OPEN_WORK * scale)]:
        number = _OPEN_WORK * (2 if key in _WITH_ACCOUNTS else 1)
        aftermath.open_work(working[key], typists[key], on=on, number=number)
