"""Codes newly assigned and numbers converted, as the registration authorities would type them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from ankang_credit.demo import fabricating
from ankang_credit.demo.cast import CITY, Cast, Party
from ankang_credit.demo.directory import Body
from registry.directory.subjects import IdentifierScheme

TRADERS = ("91", "92", "93")
_SHARE_OF_TRADERS = 0.19  # the other prefixes all have their event: most of them have no other record
_REACH = 300  # days before the report
_FEW = 20  # not worth reporting more than once


def typed(bodies: Iterable[Body], cast: Cast, chance: Random, days: tuple[date, ...]) -> Iterator[tuple]:
    """(day, body, raw values) for each authority and report day; nobody is registered twice."""
    registered: set[str] = set()
    # Counties first, or the city would have registered everybody.
    for body in sorted(bodies, key=lambda body: body.region == CITY):
        mine = [party for party in _registered_by(body, cast, chance) if party.code not in registered]
        registered.update(party.code for party in mine)
        reports = days if len(mine) > _FEW else days[-1:]
        for number, day in enumerate(reports):
            raws = [_event(party, day, chance) for party in mine[number :: len(reports)]]
            if raws:
                yield day, body, raws


def _registered_by(body: Body, cast: Cast, chance: Random) -> list[Party]:
    parties = cast.of_prefix(body.prefixes, body.region)
    return [
        party
        for party in parties
        if party.prefix not in TRADERS or (party.region == body.region and chance.random() < _SHARE_OF_TRADERS)
    ]


def _event(party: Party, day: date, chance: Random) -> dict[str, Any]:
    event = {
        "event_kind": "增量赋码",
        "counterparty_name": party.name,
        "counterparty_uscc": party.code,
        "decided_on": day - timedelta(days=chance.randrange(1, _REACH)),
    }
    return event | _old_number(party, chance) if chance.random() < 0.4 else event


def _old_number(party: Party, chance: Random) -> dict[str, str]:
    if party.prefix in TRADERS:
        number = fabricating.old_registration_number(party.code[2:8], int(party.code[11:16]))
        scheme = IdentifierScheme.REGISTRATION
    else:
        number, scheme = party.code[8:17], IdentifierScheme.ORGANISATION
    return {"event_kind": "存量转换", "old_scheme": scheme.label, "old_value": number}
