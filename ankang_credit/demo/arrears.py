"""A class of information that only the catalogue describes: announcements of unpaid social insurance."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from ankang_credit.demo.cast import Cast
from ankang_credit.demo.directory import Body

_TRADES = ("建筑", "商贸", "运输", "人力资源", "餐饮")


def typed(body: Body, cast: Cast, chance: Random, *, day: date, number: int) -> Iterator[dict[str, Any]]:
    """So many announcements that the body entered on that day."""
    for each in range(number):
        party = cast.draw(region=body.region, trades=_TRADES)
        owed_to = day.replace(day=1) - timedelta(days=1 + 30 * chance.randrange(6))
        yield {
            "counterparty_name": party.name,
            "counterparty_uscc": party.code,
            "document_number": f"{body.word}社险告〔{day.year}〕{9001 + each}号",
            "decided_on": day,
            "owed_from": owed_to - timedelta(days=180),
            "owed_to": owed_to,
            "amount": f"{chance.randrange(20, 4000) / 100:.2f}",
            "announced_by": body.organisation.name,
        }
