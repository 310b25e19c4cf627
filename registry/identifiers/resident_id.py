"""居民身份证号 (GB 11643-1999): six digits of region, birth date, three of sequence, check character.

Personal data (个人信息保护法 28): no message, exception or `repr` made here repeats a number. The region is
not checked, it may be long abolished (612401…) or belong to a 港澳台居民居住证. Numbers of 15 digits lost
their force in 2013 and are recognised only to be turned away, or to be masked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from registry.identifiers import regions
from registry.identifiers.errors import (
    IdentifierError,
    LegacyResidentId,
    WrongBirthDate,
    WrongCharacter,
    WrongLength,
)
from registry.identifiers.normalise import normalise_code

LENGTH = 18
EARLIEST_BIRTH = date(1880, 1, 1)
ADULT_AGE = 18  # 民法典 17

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_FORM = re.compile(r"[0-9]{17}[0-9X]")
_NEAR_FORM = re.compile(r"[0-9]{15,18}[0-9X]")  # one missing, one too many

# In running text the digits may stand apart a little, and may be wide or of another script.
_GAP = r"[\s\-\u00ad\u200b-\u200f\u2010-\u2015\u2060\ufeff]{0,2}"
_SPACED = f"[0-9]{_GAP}"
_CENTURY = f"(?:1{_GAP}[89]|2{_GAP}0){_GAP}"
_CHECK = f"(?:[0-9X]|{_GAP}[0-9X](?![0-9]))?"  # a gap and more than one digit: something else follows
_IN_TEXT = re.compile(f"(?=((?:{_SPACED}){{6}}{_CENTURY}(?:{_SPACED}){{8}}[0-9]{_CHECK}))")
_OLD_IN_TEXT = re.compile(rf"(?<![0-9])[0-9]{{6}}{_GAP}[0-9]{{6}}{_GAP}[0-9]{{3}}(?![0-9])")
# No number of either age has fewer digits than this: most texts are done with at a glance. Looked for from the first
# digit of a run only, since a run that is long enough from a later one is so from the first.
_ENOUGH_DIGITS = re.compile(rf"(?<!\d)(?:\d{_GAP}){{14}}\d")
# Small, wide, Roman, Cyrillic, Greek, the sign of multiplication.
_LIKE_X = dict.fromkeys(map(ord, "xＸｘⅩⅹХхΧχ×"), "X")


@dataclass(frozen=True, slots=True)
class Span:
    """Where a number stands in a text, asked like a `re.Match`; it does not hold the number."""

    first: int
    after: int

    def start(self) -> int:
        return self.first

    def end(self) -> int:
        return self.after

    def span(self) -> tuple[int, int]:
        return self.first, self.after


def check_character(first17: str) -> str:
    """The 18th character that belongs to 17 digits (ISO 7064 MOD 11-2)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=False)) % 11]


def is_valid(text: str, *, on: date) -> bool:
    """Whether a text already normalised is a valid number of somebody born by that day."""
    return next(faults(text, on=on), None) is None


def validate(raw: str, *, on: date) -> str:
    """The number in its normal form; raises the first `IdentifierError` of `faults`, never repeating it."""
    text = normalise_code(raw).text
    for fault in faults(text, on=on):
        raise fault
    return text


def faults(text: str, *, on: date) -> Iterator[IdentifierError]:
    """What is wrong with a normalised text as a resident ID; says neither its digits nor the right check."""
    if len(text) == 15 and text.isascii() and text.isdigit():
        yield LegacyResidentId()
    elif len(text) != LENGTH:
        yield WrongLength(LENGTH, len(text))
    elif not _FORM.fullmatch(text):
        yield from _wrong_characters(text)
    else:
        yield from _wrong_date(text, on)
        if check_character(text) != text[-1]:
            yield IdentifierError("身份证号校验码错误：第18位与前17位不符，请核对", LENGTH)


def warnings(text: str) -> tuple[str, ...]:
    """Remarks on a valid number: a region where nobody is registered, now or ever."""
    if regions.may_be_home(text[:6]):
        return ()
    return ("身份证号前6位不像行政区划代码，请核对",)


def birth_date(text: str) -> date:
    """The birth date in a valid number; ValueError where there is none."""
    born = _date(text[6:14])
    if born is None:
        raise ValueError("身份证号第7至14位不是有效日期")
    return born


def age_on(text: str, on: date) -> int:
    """Completed years of age (周岁), which count from the day after the birthday (民法典 201, 202)."""
    born = birth_date(text)
    return on.year - born.year - ((on.month, on.day) <= (born.month, born.day))


def is_minor(text: str, on: date) -> bool:
    """Whether the holder is under age on that day; the eighteenth birthday still counts as minority."""
    return age_on(text, on) < ADULT_AGE


def find(text: str) -> Iterator[Span]:
    """Every place that reads like a resident ID, old or new, whole or without its check; no two overlap.

    Wide digits and up to two blanks or hyphens between digits are seen through. A place counts if it holds a
    real birth date and either a region where people are registered or the right check character. Meant for
    masking: a number of another kind is taken for one once in ten thousand times, of 15 digits more often.
    """
    if not _ENOUGH_DIGITS.search(text):
        return
    digits = text if text.isascii() else _plain_digits(text)
    digits = digits.replace("x", "X")
    found = [match.span(1) for match in _IN_TEXT.finditer(digits) if _is_personal(match[1])]
    found += [match.span() for match in _OLD_IN_TEXT.finditer(digits) if _is_old_personal(match[0])]
    yield from _merged(sorted(found))


def looks_like_resident_id(text: str) -> bool:
    """Whether a text holds anything that reads like a resident ID."""
    return _ENOUGH_DIGITS.search(text) is not None and next(find(text), None) is not None


def is_near(text: str, *, on: date) -> bool:
    """Whether a normalised text is, or was meant as, a resident ID with one digit wrong, missing or extra.

    It is enough that 16 to 19 digits hold a birth date where it belongs, counted from the end; or that they
    begin with a region where people are registered and then hold the century or the month and day of a birth.
    """
    if looks_like_resident_id(text):
        return True
    if not _NEAR_FORM.fullmatch(text):
        return False
    born = _date(text[-12:-4])
    if born and EARLIEST_BIRTH <= born <= on:
        return True
    in_part = text[6:8] in ("19", "20") or _date("2000" + text[-8:-4]) is not None
    return in_part and regions.may_be_home(text[:6])


def _wrong_characters(text: str) -> Iterator[IdentifierError]:
    for position, character in enumerate(text, start=1):
        if position == LENGTH and character not in _CHECKS:
            yield WrongCharacter(position, "校验码应为数字或 X")
        elif position < LENGTH and not (character.isascii() and character.isdigit()):
            yield WrongCharacter(position, "身份证号前17位应为数字")


def _wrong_date(text: str, on: date) -> Iterator[IdentifierError]:
    born = _date(text[6:14])
    if born is None:
        yield WrongBirthDate("身份证号第7至14位不是有效日期", 7)
    elif born > on:
        yield WrongBirthDate("身份证号中的出生日期晚于当日", 7)
    elif born < EARLIEST_BIRTH:
        yield WrongBirthDate("身份证号中的出生日期过早", 7)


def _date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def _plain_digits(text: str) -> str:
    """The text, place by place, with digits of every script and likenesses of X in ASCII."""
    return re.sub(r"\d", lambda digit: str(int(digit[0])), text).translate(_LIKE_X)


def _is_personal(spaced: str) -> bool:
    number = re.sub(r"[^0-9X]", "", spaced)
    if _date(number[6:14]) is None:
        return False
    return regions.may_be_home(number[:6]) or (len(number) == LENGTH and check_character(number) == number[-1])


def _is_old_personal(spaced: str) -> bool:
    number = re.sub(r"[^0-9]", "", spaced)
    return _date("19" + number[6:12]) is not None and regions.may_be_home(number[:6])


def _merged(spans: list[tuple[int, int]]) -> Iterator[Span]:
    start = end = -1
    for first, after in spans:
        if first >= end:
            if end > 0:
                yield Span(start, end)
            start, end = first, after
        else:
            end = max(end, after)
    if end > 0:
        yield Span(start, end)
