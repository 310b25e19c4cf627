"""What a typed code is, and whose: the one answer behind the lookup page, the search box and subject pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.directory.subjects import Subject
from registry.identifiers import resident_id, uscc
from registry.identifiers.normalise import normalise_code
from registry.identifiers.verdict import PERSONAL, READ_AT_MOST, Scheme, Verdict, judge

_LONGEST_NUMBER = 50  # SubjectIdentifier.value
_OLD_NUMBER = re.compile(rf"(?=.*[0-9])[0-9A-Z]{{6,{_LONGEST_NUMBER}}}")


class Outcome(StrEnum):
    KNOWN = "known"
    UNKNOWN = "unknown"  # well formed, but nobody here bears it
    MALFORMED = "malformed"
    PERSONAL = "personal"  # a resident ID: neither looked up nor repeated


@dataclass(frozen=True)
class Answer:
    """The verdict on a code and, where there is one, the public subject that bears or bore it."""

    verdict: Verdict
    outcome: Outcome
    subject: Subject | None = None

    @property
    def is_code(self) -> bool:
        """Whether the text was meant as a number rather than as a name in Latin letters."""
        code = self.verdict.code
        return code is not None and code.isascii() and sum(map(str.isdigit, code)) * 2 >= len(code)

    @property
    def suggestion(self) -> str:
        """A code that differs by misread letters only and passes every check; '' if there is none."""
        return next((problem.suggestion for problem in self.verdict.problems if problem.suggestion), "")


def look_up(typed: str, *, on: date) -> Answer:
    """The answer on any text; the database is asked only about what may be a number of a subject."""
    verdict = judge(typed, on=on)
    if holds_an_id_number(typed, verdict):
        return Answer(PERSONAL, Outcome.PERSONAL)
    number = _number(typed, verdict)
    subject = _bearer(number) if number else None
    if subject is not None:
        return Answer(verdict, Outcome.KNOWN, subject)
    return Answer(verdict, Outcome.UNKNOWN if verdict.valid else Outcome.MALFORMED)


def holds_an_id_number(typed: str, verdict: Verdict) -> bool:
    """Whether the text is, or contains, what reads like a resident ID: it is not looked up nor shown again."""
    if verdict.valid:
        return False
    return verdict.scheme is Scheme.RESIDENT_ID or any(True for _ in resident_id.find(typed[:READ_AT_MOST]))


def _number(typed: str, verdict: Verdict) -> str:
    """What could stand in the registers; '' for a unified code with a mistake, which is nobody's, and for names.

    Archives hold numbers from before 2015 of many forms (610922NA900001X), so any run of that length may be one.
    """
    if verdict.valid:
        return verdict.code or ""
    text = normalise_code(typed[: _LONGEST_NUMBER * 2]).text
    return text if _OLD_NUMBER.fullmatch(text) and len(text) != uscc.LENGTH else ""


def _bearer(number: str) -> Subject | None:
    found = Subject.objects.public().with_code(number).select_related("region", "registration_organisation")
    # Two schemes may share a number; the live code goes first.
    return max(found, key=lambda subject: (subject.uscc == number, subject.pk), default=None)
