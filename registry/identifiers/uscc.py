"""统一社会信用代码 (GB 32100-2015 with amendment No. 1): 18 characters that name an organisation for life.

    9 1 610902 MA70A1023 R
    | | |      |         check character, modulo 31 over the 31 characters of the alphabet
    | | |      organisation code with its own check character (GB 11714, where letters have other values)
    | | region of the registering authority on the day of registration
    | category
    registering department

Region and inner check only ever warn (`verdict`): real codes have retired regions and wrong inner checks.
"""

import re
from collections.abc import Iterator
from operator import mul
from typing import NamedTuple

from registry.identifiers.departments import DEPARTMENTS
from registry.identifiers.errors import (
    IdentifierError,
    UnknownCategory,
    WrongCharacter,
    WrongCheckCharacter,
    WrongLength,
)
from registry.identifiers.normalise import normalise_code

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CONFUSIONS = {"O": "0", "I": "1", "Z": "2", "S": "5", "V": "U"}  # letters left out because they are misread

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(LENGTH - 1))
_FORM = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")
_DEPARTMENT_NAMES = {prefix[0]: row.department for prefix, row in DEPARTMENTS.items()}


class Parts(NamedTuple):
    department: str
    category: str
    region: str
    organisation_code: str
    check_character: str


def check_character(first17: str) -> str:
    """The 18th character that belongs to 17 characters of the alphabet; KeyError for any other character."""
    total = sum(map(mul, map(_VALUES.__getitem__, first17), _WEIGHTS))
    return ALPHABET[-total % 31]


def is_valid(text: str) -> bool:
    """Whether a text already normalised is a valid code."""
    return (
        _FORM.fullmatch(text) is not None
        and text[:2] in DEPARTMENTS
        and check_character(text[: LENGTH - 1]) == text[-1]
    )


def validate(code: str) -> str:
    """The code in its normal form; raises the first `IdentifierError` of `faults`."""
    text = normalise_code(code).text
    if not is_valid(text):
        raise next(faults(text))
    return text


def faults(text: str) -> Iterator[IdentifierError]:
    """Everything that is wrong with a normalised text as a unified social credit code, in reading order."""
    wrong_form = [*_wrong_length(text), *_wrong_characters(text)]
    yield from wrong_form
    if not wrong_form:
        yield from _wrong_category(text)
        expected = check_character(text[: LENGTH - 1])
        if expected != text[-1]:
            yield WrongCheckCharacter(LENGTH, expected, text[-1])


def parts(code: str) -> Parts:
    """The five parts of a valid code in its normal form."""
    return Parts(code[0], code[1], code[2:8], code[8:17], code[17])


def corrected(text: str) -> str | None:
    """The code with misread letters (O for 0, I for 1 …) put right, if any and if it is valid then."""
    candidate = text.translate(str.maketrans(CONFUSIONS))
    return candidate if candidate != text and is_valid(candidate) else None


def _wrong_length(text: str) -> Iterator[IdentifierError]:
    if len(text) != LENGTH:
        yield WrongLength(LENGTH, len(text))


def _wrong_characters(text: str) -> Iterator[IdentifierError]:
    for position, character in enumerate(text, start=1):
        if character in CONFUSIONS:
            rule = f"代码不含字母 I、O、Z、S、V，是否为 {CONFUSIONS[character]}？"
            yield WrongCharacter(position, rule, character)
        elif character not in _VALUES:
            yield WrongCharacter(position, "代码只含数字和大写英文字母（I、O、Z、S、V 除外）", character)
        elif 3 <= position <= 8 and not character.isdigit():
            yield WrongCharacter(position, "第3至8位为行政区划码，应为数字", character)


def _wrong_category(text: str) -> Iterator[IdentifierError]:
    department, category = text[:2]
    if department not in _DEPARTMENT_NAMES:
        yield UnknownCategory(f"第1位“{department}”不是登记管理部门代码", 1)
    elif department + category not in DEPARTMENTS:
        name = _DEPARTMENT_NAMES[department]
        yield UnknownCategory(f"第2位“{category}”不是登记管理部门 {department}（{name}）的机构类别代码", 2)
