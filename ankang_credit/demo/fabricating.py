"""Numbers that pass every check and belong to nobody; each is told apart by its own count."""

from __future__ import annotations

from datetime import date, timedelta

from registry.identifiers import organisation_code, registration_number, resident_id, uscc

_FIRST_BIRTHDAY = date(1900, 1, 1)
_PER_DAY = 90


def unified_code(prefix: str, region: str, number: int) -> str:
    """A unified social credit code; its inner code begins XXD, as no real one does."""
    first17 = f"{prefix}{region}{inner_code(number)}"
    return first17 + uscc.check_character(first17)


def inner_code(number: int) -> str:
    """An organisation code of nine characters."""
    body = f"XXD{number:05d}"
    return body + organisation_code.check_character(body)


def old_registration_number(region: str, number: int) -> str:
    """A registration number of before 2015; the digits 99 where an old resident ID has its month."""
    first14 = f"{region}1099{number:04d}"
    return first14 + registration_number.check_digit(first14)


def resident_number(region: str, number: int) -> str:
    """A resident ID of somebody born in 1900."""
    born = _FIRST_BIRTHDAY + timedelta(days=number // _PER_DAY)
    first17 = f"{region}{born:%Y%m%d}{1 + number % _PER_DAY:03d}"
    return first17 + resident_id.check_character(first17)
