"""组织机构代码 (GB 11714-1997): eight characters and a check character, shown as 10774368-0.

Its letters count from A = 10 to Z = 35, unlike those of the unified code around it (there J = 18).
"""

import re
from collections.abc import Iterator
from operator import mul

from registry.identifiers.errors import IdentifierError, WrongCharacter, WrongCheckCharacter, WrongLength
from registry.identifiers.normalise import normalise_code

LENGTH = 9

_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CHECKS = "0123456789X"
_VALUES = {character: value for value, character in enumerate(_CHARACTERS)}
_FORM = re.compile(r"[0-9A-Z]{8}[0-9X]")
_SELF_ASSIGNED = re.compile(r"PDY(?!00000)[0-9]{5}.")


def check_character(first8: str) -> str:
    """The 9th character that belongs to eight digits or upper-case letters."""
    total = sum(map(mul, map(_VALUES.__getitem__, first8), _WEIGHTS))
    return _CHECKS[-total % 11]


def has_form(text: str) -> bool:
    """Whether a normalised text looks like an organisation code, be its check right or wrong."""
    return _FORM.fullmatch(text) is not None


def is_valid(text: str) -> bool:
    """Whether a text already normalised is a valid code."""
    return next(faults(text), None) is None


def is_official(text: str) -> bool:
    """False for PDY00001 to PDY99999, the block that the standard leaves to users."""
    return _SELF_ASSIGNED.fullmatch(text) is None


def validate(code: str) -> str:
    """The code in its normal form, without the hyphen; raises the first `IdentifierError` of `faults`."""
    text = normalise_code(code).text
    for fault in faults(text):
        raise fault
    return text


def faults(text: str) -> Iterator[IdentifierError]:
    """What is wrong with a normalised text as an organisation code."""
    if len(text) != LENGTH:
        yield WrongLength(LENGTH, len(text))
    elif not has_form(text):
        for position, character in enumerate(text, start=1):
            if character not in _CHARACTERS:
                yield WrongCharacter(position, "应为数字或大写英文字母", character)
            elif position == LENGTH and character not in _CHECKS:
                yield WrongCharacter(position, "校验码应为数字或 X", character)
    elif (expected := check_character(text)) != text[-1]:
        yield WrongCheckCharacter(LENGTH, expected, text[-1])


def display(code: str) -> str:
    """The code as certificates print it, with a hyphen before the check character."""
    return f"{code[:8]}-{code[8:]}"
