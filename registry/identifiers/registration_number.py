"""工商注册号 (GS 15-2006): 15 digits of the time before the unified code; archives still cite them.

Six digits of the registering authority, eight of a sequence (0-3 domestic, 4-5 foreign-invested,
6-9 个体工商户), one check digit after ISO 7064 MOD 11,10. The 13-digit numbers of before 2007 have no check
and are kept as text.
"""

from collections.abc import Iterator

from registry.identifiers.errors import IdentifierError, WrongCharacter, WrongCheckCharacter, WrongLength
from registry.identifiers.normalise import normalise_code

LENGTH = 15


def check_digit(first14: str) -> str:
    """The 15th digit that belongs to 14 digits."""
    product = 10
    for digit in first14:
        total = (product + int(digit)) % 10 or 10
        product = 2 * total % 11
    return str((11 - product) % 10)


def has_form(text: str) -> bool:
    """Whether a normalised text is 15 digits, be the check right or wrong."""
    return len(text) == LENGTH and text.isascii() and text.isdigit()


def is_valid(text: str) -> bool:
    """Whether a text already normalised is a valid number."""
    return has_form(text) and check_digit(text[:-1]) == text[-1]


def validate(number: str) -> str:
    """The number in its normal form; raises the first `IdentifierError` of `faults`."""
    text = normalise_code(number).text
    for fault in faults(text):
        raise fault
    return text


def faults(text: str) -> Iterator[IdentifierError]:
    """What is wrong with a normalised text as a registration number."""
    if len(text) != LENGTH:
        yield WrongLength(LENGTH, len(text))
    elif not has_form(text):
        for position, character in enumerate(text, start=1):
            if not (character.isascii() and character.isdigit()):
                yield WrongCharacter(position, "注册号应为数字", character)
    elif (expected := check_digit(text[:-1])) != text[-1]:
        yield WrongCheckCharacter(LENGTH, expected, text[-1])
