"""Numbers from before the unified code: how each scheme is written, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from registry.directory.subjects import IdentifierScheme
from registry.identifiers import IdentifierError, normalise_code, organisation_code, registration_number
from registry.identifiers.verdict import is_personal

LONGEST = 50


class OlderNumberProblem(ValueError):
    """A number that cannot be kept; the message never repeats it, for it may be somebody's own."""


def faults(scheme: str, text: str) -> Iterable[IdentifierError]:
    """What is wrong with a normalised number of that scheme, where it has a check character.

    Archives also hold registration numbers of 13 digits and with letters (domain 1.3); they have none.
    """
    if scheme == IdentifierScheme.REGISTRATION and registration_number.has_form(text):
        return registration_number.faults(text)
    return organisation_code.faults(text) if scheme == IdentifierScheme.ORGANISATION else ()


def read(scheme: str, typed: str, *, on: date) -> str:
    """The number as it is kept; raises OlderNumberProblem."""
    text = normalise_code(typed[: 2 * LONGEST]).text
    if not text:
        raise OlderNumberProblem("原号码：必填")
    if is_personal(text, on=on):  # the tax number of a trader was made of his own resident ID
        raise OlderNumberProblem("原号码：请勿在此输入身份证号")
    if len(text) > LONGEST:
        raise OlderNumberProblem(f"原号码：最多{LONGEST}位")
    if found := [str(fault) for fault in faults(scheme, text)]:
        raise OlderNumberProblem(f"原号码：{'；'.join(found)}")
    return text
