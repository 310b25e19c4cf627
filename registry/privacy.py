"""Masks of personal data, the only ones: templates, API, exports, pushes and logs all take them from here.

The last four characters of an ID number are a factor of identity, so no mask shows them. Unified social
credit codes are public and survive `redact`, unless they read like a resident ID from end to end.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from registry.identifiers import resident_id, uscc
from registry.identifiers.normalise import normalise_code

_REGION_LENGTH = 6
_COMPOUND_SURNAMES = frozenset(
    """
    欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台
    皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘
    子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐
    段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 西门 第五 公乘 仲长 即墨 达奚 褚师
    纳兰 完颜 耶律 叶赫
    """.split()
)

# A number may follow a percent-encoded character directly: 「%8913812345678」.
_STARTS = r"(?:(?<![0-9])|(?<=%[0-9A-F]{2}))"
_MOBILE = re.compile(rf"{_STARTS}(?:(?:00)?86[ -]?)?1[3-9][0-9][ -]?[0-9]{{4}}[ -]?[0-9]{{4}}(?![0-9])")
_CARD = re.compile(rf"{_STARTS}[0-9]{{4}}(?:[ -]?[0-9]{{4}}){{3}}(?:[ -]?[0-9]{{1,3}})?(?![0-9])")
_SECRETS = (
    re.compile(r"(?:BEARER|API[-_ ]?KEY)[\"']?(?:\s*[:=]\s*|\s+)[\"']?([A-Z0-9._~+/=-]{8,})"),
    re.compile(r"AUTHORIZATION[\"']?\s*[:=]\s*[\"']?[A-Z][A-Z0-9-]*\s+([^\s\"',\[]+)"),
)
_ORGANISATION = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])")
# Record numbers and digests are what a log is searched by; one in a thousand holds eleven digits in a row.
_DIGEST = re.compile(
    r"(?<![0-9A-Z])(?:[0-9A-F]{32}|[0-9A-F]{40}|[0-9A-F]{64}|[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12})(?![0-9A-Z])"
)


class _Span(NamedTuple):
    start: int
    end: int
    label: str = ""

    def holds(self, other: _Span) -> bool:
        return self.start <= other.start and other.end <= self.end


def mask_id_number(value: str) -> str:
    """610902************ for a resident ID; of any other document the first character, the rest stars."""
    number = normalise_code(value).text
    is_resident = len(number) in (15, 18) and number[:_REGION_LENGTH].isdecimal()
    shown = _REGION_LENGTH if is_resident else int(len(number) > 1)
    return number[:shown] + "*" * (len(number) - shown)


_DIGIT = re.compile(r"\d")
_FEWEST_DIGITS = 11  # of a mobile number; every other number that is masked has more


def mask_mobile(value: str) -> str:
    """138****1234; a number that is no mainland mobile shows nothing."""
    digits = re.sub(r"^(?:\+|00)?86(?=1[0-9]{10}$)", "", normalise_code(value).text)
    if re.fullmatch(r"1[3-9][0-9]{9}", digits) is None:
        return "*" * len(digits)
    return f"{digits[:3]}****{digits[-4:]}"


def mask_person_name(value: str) -> str:
    """The surname and one star, however long the name: 张*, 欧阳*."""
    name = "".join(value.split())
    if len(name) < 2:
        return "*" * len(name)
    is_compound = len(name) > 2 and name[:2] in _COMPOUND_SURNAMES
    return f"{name[: 1 + is_compound]}*"


def redact(text: str) -> str:
    """The text without resident IDs, mobile numbers, bank cards and tokens, for logs and error pages."""
    folded = text.upper() if text.isascii() else "".join(map(_fold, text))
    parts: list[str] = []
    reached = 0
    for start, end, label in _merged(sorted(_personal(folded, text))):
        parts += [text[reached:start], f"[{label}***]"]
        reached = end
    return "".join([*parts, text[reached:]])


class RedactingFilter(logging.Filter):
    """Redacts a log record in place, once for all handlers: message, traceback and extra fields."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, redacted; the traceback is from then on in `exc_text` only."""
        record.msg, record.args = redact(_message(record)), None
        if record.exc_info and not record.exc_text:
            record.exc_text = _FORMATTER.formatException(record.exc_info)
        # A handler that still had the exception could print it, with the values in it, in its own way.
        record.exc_info = None
        for name, value in vars(record).items():
            if isinstance(value, str) and name not in _OWN_FIELDS:
                setattr(record, name, redact(value))
        return True


_FORMATTER = logging.Formatter()
_OWN_FIELDS = frozenset(vars(logging.makeLogRecord({}))) - {"exc_text", "stack_info"}


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        # logging would print the arguments of a wrong call to stderr, past every filter.
        return f"{record.msg} {record.args!r}"


def _fold(character: str) -> str:
    """One character as half width and upper case; never more than one, so that places stay the same."""
    folded = unicodedata.normalize("NFKC", character).upper()
    return folded if len(folded) == 1 else character


def _personal(folded: str, text: str) -> Iterator[_Span]:
    """Where personal data and secrets stand; spans may overlap."""
    if len(_DIGIT.findall(folded)) >= _FEWEST_DIGITS:  # most log lines have no number to look at
        yield from _numbers_of_persons(folded, text)
    for secret in _SECRETS:
        for match in secret.finditer(folded):
            yield _Span(*match.span(1), "令牌")


def _numbers_of_persons(folded: str, text: str) -> Iterator[_Span]:
    organisations = [_Span(*m.span()) for m in _ORGANISATION.finditer(folded) if uscc.is_valid(m[0])]
    for found in resident_id.find(text):
        span = _Span(found.start(), found.end(), "身份证号")
        if not any(code.holds(span) and not span.holds(code) for code in organisations):
            yield span
    public = organisations + [_Span(*match.span()) for match in _DIGEST.finditer(folded)]
    for span in _numbers(folded):
        if not any(code.holds(span) for code in public):
            yield span


def _numbers(folded: str) -> Iterator[_Span]:
    for match in _MOBILE.finditer(folded):
        yield _Span(*match.span(), "手机号")
    for match in _CARD.finditer(folded):
        if _passes_luhn(match[0]):
            yield _Span(*match.span(), "银行卡号")


def _passes_luhn(number: str) -> bool:
    """The check of payment cards (ISO/IEC 7812-1)."""
    digits = [int(character) for character in reversed(number) if character.isdecimal()]
    doubled = (digit * 2 - 9 * (digit > 4) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _merged(spans: list[_Span]) -> Iterator[_Span]:
    """The same places without overlaps, each under the label of what begins first."""
    current: _Span | None = None
    for span in spans:
        if current is None or span.start >= current.end:
            if current:
                yield current
            current = span
        else:
            current = current._replace(end=max(current.end, span.end))
    if current:
        yield current
