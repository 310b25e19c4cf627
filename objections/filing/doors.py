"""Against floods and machines, without shutting anybody out: no picture to read, nothing that needs a script.

A first page carries a sealed time and a field that people do not see. Whoever is too quick, fills that field or sends
many pages has a question in words to answer at the end; whoever goes on has to wait, and is told how long.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import QueryDict

from objections import budgets

TRAP = "website"  # hidden from people; machines fill in whatever there is
SEAL = "seal"
_SALT = "objections.form"
_OLDEST = 24 * 60 * 60
_DIGITS = "零一二三四五六七八九"
_WRITTEN = {word: number for number, word in enumerate("零一二三四五六七八九十")} | {
    f"十{_DIGITS[n]}": 10 + n for n in range(1, 9)
}


@dataclass(frozen=True)
class Sum:
    """The question and the sealed answer that goes with it."""

    text: str
    seal: str


def seal() -> str:
    """When the form was given out, so that nobody can claim another time."""
    return signing.dumps(int(time.time()), salt=_SALT)


def age(sealed: str) -> float | None:
    """How many seconds ago the form was given out; None for a seal that is not ours or too old."""
    try:
        return time.time() - signing.loads(sealed, salt=_SALT, max_age=_OLDEST)
    except signing.BadSignature:
        return None


def looks_mechanical(posted: QueryDict) -> bool:
    """Whether the trap was filled or the seal is missing: a reason to ask, never one to refuse."""
    return bool(posted.get(TRAP)) or age(posted.get(SEAL, "")) is None


def count_page(address: str | None) -> bool:
    """Count a page sent by this address; whether that is many. Raises budgets.Exhausted for too many."""
    many, most = settings.FORMS["posts"]
    whose = budgets.household(address)
    budgets.spend("page", whose, most)
    return budgets.spent("page", whose) > many


def filed_many(address: str | None) -> bool:
    """Whether this address has filed often of late. Raises budgets.Exhausted where it has to wait."""
    many, most = settings.FORMS["filings"]
    filed = budgets.spent("filing", budgets.household(address))
    if filed >= most:
        raise budgets.Exhausted(budgets.WINDOW)
    return filed >= many


def count_filing(address: str | None) -> None:
    """Count a case this address has filed; the same form sent again is none."""
    budgets.spend("filing", budgets.household(address), 2**31)


def ask() -> Sum:
    """A question in words: 三加五等于几？ A screen reader says it, a phone shows it."""
    one, other = secrets.randbelow(9) + 1, secrets.randbelow(9) + 1
    text = f"为防止机器提交，请回答：{_DIGITS[one]}加{_DIGITS[other]}等于几？"
    return Sum(text, signing.dumps(one + other, salt=f"{_SALT}.sum"))


def is_right(sealed: str, answer: str) -> bool:
    """Whether the answer, in digits or in words, is that of the sealed question."""
    typed = "".join(answer.split())
    number = _WRITTEN.get(typed, int(typed) if typed.isdecimal() and len(typed) < 4 else None)
    try:
        return number is not None and number == signing.loads(sealed, salt=f"{_SALT}.sum", max_age=_OLDEST)
    except signing.BadSignature:
        return False
