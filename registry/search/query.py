"""What the search box holds: an exact code, an exact document number, or words to look for in names.

Everything typed is literal: %, _ and the signs of regular expressions mean themselves. What was meant as a
resident ID is not searched, not stored and not given back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from registry.identifiers import document_key, judge, name_key, normalise_code
from registry.identifiers.verdict import PERSONAL, Scheme, Verdict

MAX_CHARACTERS = 100
MAX_TERMS = 10

NO_PERSONS = PERSONAL.problems[0].message
TOO_LONG = f"检索内容过长，只按前{MAX_CHARACTERS}个字检索"
TOO_MANY = f"检索词过多，只按前{MAX_TERMS}个词检索"
NOTHING = "请输入统一社会信用代码、文书号，或者名称中的几个字"

_DOCUMENT = re.compile(r"(?=.*[0-9]).+号|.*〔[0-9]{4}〕.*[0-9].*")
_CODE = re.compile(r"[0-9A-Z]{6,20}")


@dataclass(frozen=True, kw_only=True)
class Query:
    """The words for names, and what else the text may be; all empty means there is nothing to look for."""

    terms: tuple[str, ...] = ()
    code: str = ""
    is_certain: bool = False  # the code is valid, so it is not a name
    fault: str = ""  # why the code is not valid, to be said if no old number reads like it either
    document: str = ""
    notice: str = ""


def read(typed: str, *, on: date) -> Query:
    """What was typed, understood; never an exception."""
    verdict = judge(typed, on=on)
    if verdict.scheme is Scheme.RESIDENT_ID:
        return Query(notice=NO_PERSONS)
    code = _code(typed, verdict)
    fault = verdict.problems[0].message if code and verdict.code and verdict.problems else ""
    if fault and verdict.scheme is Scheme.USCC:
        return Query(notice=fault)
    text, notices = typed.strip(), []
    if len(text) > MAX_CHARACTERS:
        text, _ = text[:MAX_CHARACTERS], notices.append(TOO_LONG)
    terms = tuple(dict.fromkeys(filter(None, map(name_key, text.split()))))
    if len(terms) > MAX_TERMS:
        terms, _ = terms[:MAX_TERMS], notices.append(TOO_MANY)
    if not terms and not notices:
        notices.append(NOTHING)
    return Query(
        terms=terms,
        code=code,
        is_certain=bool(code) and verdict.valid,
        fault=fault,
        document=_document(text),
        notice="；".join(notices),
    )


def _code(typed: str, verdict: Verdict) -> str:
    """The text as a code, where it reads like one, even a wrong one, rather than like a Latin name."""
    text = verdict.code or normalise_code(typed[:MAX_CHARACTERS]).text
    if not _CODE.fullmatch(text):
        return ""
    digits = sum(character.isdigit() for character in text)
    return text if verdict.valid or digits * 2 >= len(text) else ""


def _document(text: str) -> str:
    key = document_key(text)
    return key if _DOCUMENT.fullmatch(key) else ""
