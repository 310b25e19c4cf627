"""What a typed code is, and whose: the one answer behind the lookup page, the search box and subject pages."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.directory.subjects import Subject, SubjectIdentifier
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
    return look_up_all([typed], on=on)[0]


def look_up_all(texts: Sequence[str], *, on: date) -> list[Answer]:
    """The answer on each of them; the database is asked once, however many there are."""
    judged = [(typed, judge(typed, on=on)) for typed in texts]
    numbers = ["" if holds_an_id_number(*each) else _number(*each) for each in judged]
    bearers = _bearers({number for number in numbers if number})
    return [_answer(*each, bearers.get(number)) for each, number in zip(judged, numbers, strict=True)]


def _answer(typed: str, verdict: Verdict, subject: Subject | None) -> Answer:
    if holds_an_id_number(typed, verdict):
        return Answer(PERSONAL, Outcome.PERSONAL)
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


def _bearers(numbers: Collection[str]) -> dict[str, Subject]:
    """By number, the public subject that bears or bore it. Two schemes may share a number; the live code goes first."""
    if not numbers:
        return {}
    found = Subject.objects.public().with_code(*numbers).select_related("region", "registration_organisation")
    by_key = {subject.pk: subject for subject in found.order_by("pk")}
    live = {subject.uscc: subject for subject in by_key.values() if subject.uscc in numbers}
    return {number: by_key[key] for number, key in _once(numbers, by_key)} | live


def _once(numbers: Collection[str], keys: Collection[int]) -> list[tuple[str, int]]:
    """Which of the numbers these subjects bore before, the subject that came last being the last."""
    if len(numbers) == 1:  # then every one of them does
        return [(number, key) for number in numbers for key in keys]
    once = SubjectIdentifier.objects.filter(value__in=numbers, subject__in=keys)
    return list(once.order_by("subject").values_list("value", "subject"))
