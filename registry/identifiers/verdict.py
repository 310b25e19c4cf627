"""What any typed string is: a valid code, a code with mistakes that can be named, a person's number, or none.

Three rules decide the hard cases.

* A valid unified social credit code is one, whatever else it might be, with two exceptions. It is kept
  private if it is also a complete resident ID (home region, real birth date, right check); and if the region
  inside is none of an authority while the whole reads like a mistyped resident ID. No code with a region of
  Shaanxi meets the first: it would begin with a prefecture 61, and there is none. Of the real codes in the
  tests none meets either; of random codes made of digits about one in a hundred thousand.
* A valid 15-digit registration number is one, even if it reads like an old resident ID.
* Of what is neither, everything that was meant as a resident ID is treated as one: misread letters, a wrong
  check, a digit missing or too many (`resident_id.is_near`). Nothing of it comes back.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from registry.identifiers import organisation_code, registration_number, resident_id, uscc
from registry.identifiers.errors import WrongCharacter
from registry.identifiers.normalise import normalise_code
from registry.identifiers.regions import may_be_home, may_register, remark

ECHOED_AT_MOST = 64
READ_AT_MOST = 256  # of an endless text no more is looked at

_MISREAD = str.maketrans(uscc.CONFUSIONS)


class Scheme(StrEnum):
    USCC = "uscc"
    ORGANISATION_CODE = "organisation-code"
    REGISTRATION_NUMBER = "registration-number"
    RESIDENT_ID = "resident-id"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong, at a position counted from 1; `suggestion` is the whole code put right and valid."""

    position: int | None
    message: str
    suggestion: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return {"position": self.position, "message": self.message, "suggestion": self.suggestion}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of `judge`; `code` is the normal form where a scheme is recognised, valid or not."""

    input: str | None
    code: str | None
    scheme: Scheme
    valid: bool
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As the API answers; the API adds the subject."""
        return {
            "input": self.input,
            "code": self.code,
            "scheme": self.scheme.value,
            "valid": self.valid,
            "problems": [problem.as_dict() for problem in self.problems],
            "warnings": list(self.warnings),
        }


PERSONAL = Verdict(None, None, Scheme.RESIDENT_ID, False, (Problem(None, "请勿在此输入身份证号"),))


def judge(raw: str, *, on: date, regions: Mapping[str, str] | None = None) -> Verdict:
    """A verdict on any string, never an exception; `regions` maps the codes known to the site to names."""
    typed = raw if len(raw) <= READ_AT_MOST else raw.strip()
    text, changes = normalise_code(typed[:READ_AT_MOST])
    if is_personal(text, on=on):
        return PERSONAL
    whole = len(typed) <= READ_AT_MOST
    scheme = _scheme(text) if whole else Scheme.UNKNOWN
    problems = tuple(_problems(text, scheme)) if whole else (Problem(None, _unknown(len(typed))),)
    return Verdict(
        input=_echo(raw),
        code=None if scheme is Scheme.UNKNOWN else text,
        scheme=scheme,
        valid=not problems,
        problems=problems,
        warnings=tuple(_warnings(text, scheme, regions)) if not problems or scheme is Scheme.UNKNOWN else (),
        changes=changes,
    )


def is_personal(text: str, *, on: date) -> bool:
    """Whether a normalised text has to be kept private, by the rules above."""
    if uscc.is_valid(text):
        if not may_register(uscc.parts(text).region):
            return resident_id.is_near(text, on=on)
        return may_be_home(text[:6]) and resident_id.is_valid(text, on=on)
    if registration_number.is_valid(text):
        return False
    bare = re.sub(r"[\W_]+", "", text)  # dots and slashes between the digits hide nothing
    return resident_id.is_near(bare, on=on) or resident_id.is_near(bare.translate(_MISREAD), on=on)


def _scheme(text: str) -> Scheme:
    if registration_number.has_form(text):
        return Scheme.REGISTRATION_NUMBER
    if organisation_code.has_form(text):
        return Scheme.ORGANISATION_CODE
    plain = sum(character.isascii() and character.isalnum() for character in text)
    if abs(len(text) - uscc.LENGTH) <= 3 and plain > len(text) // 2:
        return Scheme.USCC
    return Scheme.UNKNOWN


def _problems(text: str, scheme: Scheme) -> Iterator[Problem]:
    match scheme:
        case Scheme.USCC:
            yield from _uscc_problems(text)
        case Scheme.ORGANISATION_CODE:
            yield from (Problem(fault.position, fault.message) for fault in organisation_code.faults(text))
        case Scheme.REGISTRATION_NUMBER:
            yield from (Problem(fault.position, fault.message) for fault in registration_number.faults(text))
        case _:
            yield Problem(None, _unknown(len(text)))


def _uscc_problems(text: str) -> Iterator[Problem]:
    corrected = uscc.corrected(text)
    if corrected and not organisation_code.is_valid(uscc.parts(corrected).organisation_code):
        corrected = None  # we suggest only what passes every check
    for fault in uscc.faults(text):
        misread = isinstance(fault, WrongCharacter) and fault.character in uscc.CONFUSIONS
        yield Problem(fault.position, fault.message, corrected if misread else None)


def _unknown(size: int) -> str:
    if size == 0:
        return "请输入统一社会信用代码"
    length = f"超过{ECHOED_AT_MOST}" if size > ECHOED_AT_MOST else f"为{size}"
    return f"无法识别：统一社会信用代码应为18位，现{length}位（旧注册号为15位，组织机构代码为9位）"


def _warnings(text: str, scheme: Scheme, known_regions: Mapping[str, str] | None) -> Iterator[str]:
    match scheme:
        case Scheme.USCC:
            yield from _uscc_warnings(text, known_regions)
        case Scheme.ORGANISATION_CODE if not organisation_code.is_official(text):
            yield "PDY 开头的代码为用户自定义代码，不是正式的组织机构代码"
        case Scheme.UNKNOWN if len(text) == 13 and text.isdigit():
            yield "13位数字可能是2007年以前的旧注册号，没有校验码，无法校验"


def _uscc_warnings(text: str, known_regions: Mapping[str, str] | None) -> Iterator[str]:
    parts = uscc.parts(text)
    if about_region := remark(parts.region, known_regions):
        yield about_region
    expected = organisation_code.check_character(parts.organisation_code)
    if expected != text[16]:
        yield f"第9至17位组织机构代码的校验码应为 {expected}，现为 {text[16]}，仅作提示，不影响代码有效"


def _echo(raw: str) -> str:
    """The beginning of what was typed, fit for JSON and for the eye: what hides or breaks shows as U+FFFD."""
    return "".join(
        "\ufffd" if unicodedata.category(character) in ("Cc", "Cf", "Cs") else character
        for character in raw[:ECHOED_AT_MOST]
    )
