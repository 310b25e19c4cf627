"""Licences and penalties as a clerk would type them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

from ankang_credit.demo import tables
from ankang_credit.demo.cast import Cast
from ankang_credit.demo.directory import Body
from registry.directory.terms import Severity
from registry.workdays import add_months

FOR_EVER = date(2099, 12, 31)
LATE_REASONS = ("窗口系统升级，数据未能及时导出", "文书送达耗时较长", "业务科室移交迟延", "县区汇总后统一报送")
BACKFILL_REASON = "历史存量信息补录"
_ASKED_TERMS = (3, 5, 8, 11)  # months a body asks for, to the end of the last; every rule allows twelve
_SHORT_TERM = 36  # months; what runs for longer ends on the very day
_YUAN = Decimal(10_000)


class Typist:
    """What one body's clerk types; document numbers count on."""

    def __init__(self, body: Body, cast: Cast, chance: Random) -> None:
        self._body = body
        self._cast = cast
        self._chance = chance
        self._numbers = count(90001)
        self._lines = {
            "licence": _of(body.function, tables.rows("licences")),
            "penalty": _of(body.function, tables.rows("penalties")),
        }

    def typed(self, kind: str, *, decided: date, entered: date, late_reason: str = "") -> dict[str, Any]:
        """The raw values of one decision of that day, entered on that day."""
        make = self._licence if kind == "licence" else self._penalty
        return make(decided, entered) | {"late_reason": late_reason}

    def _licence(self, decided: date, entered: date) -> dict[str, Any]:
        # Nobody enters a licence that is over already.
        running = [line for line in self._lines["licence"] if _valid_to(line, decided) > entered]
        (line,) = self._chance.choices(running, [int(line["weight"]) for line in running])
        number = self._number(line["mark"], decided)
        certificate = line["certificate_name"]
        return {
            **self._party(line),
            "document_name": line["document_name"],
            "document_number": number,
            "category": line["category"],
            "certificate_name": certificate,
            "certificate_number": f"YS{number[-6:-1]}" if certificate else "",
            "content": line["content"],
            "decided_on": decided,
            "valid_from": decided,
            "valid_to": _valid_to(line, decided),
            "secrecy": "商业秘密" if self._chance.random() < 0.0005 else "",
        }

    def _penalty(self, decided: date, entered: date) -> dict[str, Any]:
        lines = self._lines["penalty"]
        if decided.year < entered.year:  # no warning is entered for an earlier year, see below
            lines = [line for line in lines if not _is_minor(line)]
        line = self._chance.choice(lines)
        if _is_minor(line):
            # A warning may be shown for no longer than its own day under some of the rules.
            decided = entered
        fined = {} if _is_minor(line) else self._fined(line)
        return {
            **self._party(line),
            "document_number": self._number(line["mark"], decided),
            "violation": line["violation"],
            "facts": line["facts"],
            "basis": line["basis"],
            "category": line["category"],
            "content": "警告",
            "severity": line["severity"],
            "decided_on": decided,
            "public_until": "" if _is_minor(line) else self._asked_until(decided, entered),
            **fined,
        }

    def _fined(self, line: tables.Row) -> dict[str, Any]:
        lowest, highest = int(line["lowest"]), int(line["highest"])
        yuan = round(lowest + (highest - lowest) * self._chance.random() ** 2, -2)
        confiscated = 300 * self._chance.randrange(1, 60) if "没收" in line["category"] else 0
        said = [f"罚款人民币{yuan:.0f}元"] + ([f"没收违法所得{confiscated}元"] if confiscated else [])
        revoked = "吊销许可证件" in line["category"]
        return {
            "content": "；".join(said + (["吊销食品经营许可证"] if revoked else [])),
            "fine": str(Decimal(yuan) / _YUAN),
            "confiscated": str(Decimal(confiscated) / _YUAN) if confiscated else "",
            "suspended_licence": "食品经营许可证 YS90001" if revoked else "",
        }

    def _asked_until(self, decided: date, entered: date) -> date | str:
        """A shorter term, where the body asks for one; otherwise the rule decides."""
        until = _end_of_month(add_months(decided, self._chance.choice(_ASKED_TERMS)))
        return until if self._chance.random() < 0.25 and until > entered + timedelta(days=30) else ""

    def _party(self, line: tables.Row) -> dict[str, str]:
        if line["of_persons"] == "1":
            return self._cast.draw_person().stated()
        return self._cast.draw(region=self._body.region, trades=line["trades"].split()).stated()

    def _number(self, mark: str, decided: date) -> str:
        return f"{self._body.word}{mark}〔{decided.year}〕{next(self._numbers)}号"


def _of(function: str, lines: Iterable[tables.Row]) -> list[tables.Row]:
    return [line for line in lines if function in line["functions"].split()]


def _is_minor(line: tables.Row) -> bool:
    return line["category"] == "警告" or line["severity"] == Severity.MINOR


def _valid_to(line: tables.Row, decided: date) -> date:
    if not line["months"]:
        return FOR_EVER
    until = add_months(decided, int(line["months"])) - timedelta(days=1)
    return _end_of_month(until) if int(line["months"]) <= _SHORT_TERM else until


def _end_of_month(day: date) -> date:
    return add_months(day.replace(day=1), 1) - timedelta(days=1)
