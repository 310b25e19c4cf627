"""The one way in which every door reads codes, names and document numbers.

A code is folded and the person is told what was folded. A name is stored as it was typed, only in Unicode's
composed form, and refused where it hides something; beside it stands a key under which names are compared.
Letters are never turned into digits here: O for 0 is a mistake to be named (`verdict`), not swallowed.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

# Characters that take no room: soft hyphen, joiners, fillers, marks of direction, byte order mark, tags.
_HIDDEN = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\u3164\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
# They choose among the shapes of a character, so rare characters in names may carry one; no key does.
_SHAPES = r"\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
_CONTROLS = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
_SURROGATES = r"\ud800-\udfff"
_NONCHARACTERS = r"\ufdd0-\ufdef\ufffe\uffff"

_INVISIBLE = re.compile(f"[{_HIDDEN}{_SHAPES}]")
_BLANK = re.compile(r"[\s\u2800]+")
_DASH = re.compile(
    r"[\-\u02d7\u058a\u05be\u1806\u2010-\u2015\u2043\u2212\u2e17\u2e1a\u2e3a\u2e3b\u2e40"
    r"\u301c\u3030\u30a0\u30fc\ufe31\ufe32\ufe58\ufe63\uff0d\uff70]+"
)
_FULL_WIDTH = re.compile(r"[\uff01-\uff5e]")
_NO_KEY = re.compile(rf"[\s\u2800|{_HIDDEN}{_SHAPES}{_CONTROLS}{_SURROGATES}{_NONCHARACTERS}]+")

_BRACKETS = dict.fromkeys(map(ord, "([{【〔〖〈《「『⟨"), "(") | dict.fromkeys(map(ord, ")]}】〕〗〉》」』⟩"), ")")
_DOTS = dict.fromkeys(map(ord, "·•・‧∙⋅⸱"), "·")
_YEAR_BRACKETS = dict.fromkeys(map(ord, "([【〔〖〈⟨"), "〔") | dict.fromkeys(map(ord, ")]】〕〗〉⟩"), "〕")

_REFUSED = (
    (re.compile(f"[{_CONTROLS}]"), "控制字符"),
    (re.compile(f"[{_SURROGATES}]"), "不成对的代理字符"),
    (re.compile(f"[{_HIDDEN}]"), "不可见字符"),
    (re.compile(f"[{_NONCHARACTERS}]"), "非法字符"),
)
# What names and sentences are made of, already composed and with nothing to hide: read in one pass.
_PLAIN_SET = (
    r" -~\u00b7\u2014\u2018\u2019\u201c\u201d\u2026\u3001\u3002\u3008-\u3011\u3014-\u3017\u4e00-\u9fff\uff01-\uff5e"
)
_PLAIN = re.compile(f"[{_PLAIN_SET}]*")
SEAM = "\0"  # between texts that are looked at together: neither blank nor digit, and in none that is clean
_PLAIN_TEXTS = re.compile(f"[{SEAM}{_PLAIN_SET}]*")
_BLANK_AT_A_SEAM = (f"{SEAM} ", f" {SEAM}")
# What is its own key: nothing in it would be folded.
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_OWN_NAME_KEY = re.compile(r"[0-9A-Z\u4e00-\u9fff]*")
_OWN_DOCUMENT_KEY = re.compile(r"[A-Z\u4e00-\u9fff]+〔[1-9][0-9]*〕[1-9][0-9]*号")
_ORDINAL = re.compile(r"第+(?=[0-9])")
_LEADING_ZEROS = re.compile(r"(?<=〕)0+(?=[0-9])|(?<![0-9])0+(?=[0-9]+号)")
_MARKS_AT_MOST = 4  # consecutive combining marks; no orthography needs more, "zalgo" text has thousands
_MAYBE_MARKS = re.compile(rf"[^\w\s]{{{_MARKS_AT_MOST + 1},}}")


class Normalised(NamedTuple):
    """A code as the site reads it, and what was changed on the way, in words for the person who typed it."""

    text: str
    changes: tuple[str, ...]


class NameProblem(ValueError):
    """A name that cannot be stored; the message names the character."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def normalise_code(raw: str) -> Normalised:
    """Half width, upper case, without blanks, hyphens and invisible characters; says what it changed."""
    if raw.isascii() and raw.isalnum():
        text = raw.upper()
        return Normalised(text, () if text == raw else ("已将小写字母转为大写",))
    changes: dict[str, None] = {}  # a set that keeps its order
    text = _until_stable(lambda text: _fold_code(text, changes), raw)
    return Normalised(text, tuple(changes))


def name_key(raw: str) -> str:
    """The form under which names are searched and compared; never shown, never holds our separator `|`."""
    return raw if _OWN_NAME_KEY.fullmatch(raw) else _until_stable(_fold_name, raw)


def document_key(raw: str) -> str:
    """The form under which document numbers are compared: 安市监罚[2026]第012号 is 安市监罚〔2026〕12号."""
    return raw if _OWN_DOCUMENT_KEY.fullmatch(raw) else _until_stable(_fold_document, raw)


def clean_name(raw: str) -> str:
    """The name as typed, trimmed and composed (NFC); raises `NameProblem` for what would hide or break."""
    text = raw.strip()
    if _PLAIN.fullmatch(text):
        return text
    text = unicodedata.normalize("NFC", text)
    for pattern, what in _REFUSED:
        if found := pattern.search(text):
            raise NameProblem(f"名称含有{what} U+{ord(found[0]):04X}（第{found.start() + 1}个字符），请删除后重试")
    if mark := _excess_mark(text):
        raise NameProblem(f"名称中连续的组合符号（U+{ord(mark):04X} 等）超过{_MARKS_AT_MOST}个，请删除后重试")
    return text


def is_clean(raw: str) -> bool:
    """Whether a text is what `clean_name` would make of it, as far as one look tells; nearly all are."""
    return _PLAIN.fullmatch(raw) is not None and raw == raw.strip()


def are_clean(whole: str, *, seams: int) -> bool:
    """Whether `is_clean` is true of every text in a whole that was joined by so many `SEAM`s; a plain text has no
    other blank than the space."""
    return (
        _PLAIN_TEXTS.fullmatch(whole) is not None
        and whole.count(SEAM) == seams
        and whole == whole.strip()
        and not any(blank in whole for blank in _BLANK_AT_A_SEAM)
    )


def clean_text(raw: str) -> str:
    """What somebody wrote in several lines: each line cleaned as a name is; raises `NameProblem`, naming the line."""
    lines = raw.strip().splitlines()
    cleaned = []
    for number, line in enumerate(lines, start=1):
        try:
            cleaned.append(clean_name(line))
        except NameProblem as problem:
            raise NameProblem(problem.message.replace("名称", f"第{number}行", 1)) from None
    return "\n".join(cleaned)


def clean_person_name(raw: str) -> str:
    """A person's name as `clean_name`, with the dot between its parts as U+00B7 (阿·买)."""
    if _HAN.fullmatch(raw):
        return raw
    return clean_name(raw).translate(_DOTS)


def _until_stable(fold: Callable[[str], str], text: str) -> str:
    """Fold again until nothing changes: taking a character out may let its neighbours compose."""
    while (folded := fold(text)) != text:
        text = folded
    return text


def _fold_code(text: str, changes: dict[str, None]) -> str:
    for hidden in sorted(set(_INVISIBLE.findall(text))):
        changes[f"已去除不可见字符 U+{ord(hidden):04X}"] = None
    text = _INVISIBLE.sub("", text)
    for pattern, change in ((_BLANK, "已去除空白"), (_DASH, "已去除连字符")):
        text, count = pattern.subn("", text)
        if count:
            changes[change] = None
    if (folded := unicodedata.normalize("NFKC", text)) != text:
        wide = _FULL_WIDTH.search(text)
        changes["已将全角字符转为半角" if wide else "已将兼容字符转为标准字符"] = None
    if (upper := folded.upper()) != folded:
        changes["已将小写字母转为大写"] = None
    return upper


def _fold_name(text: str) -> str:
    folded = _NO_KEY.sub("", unicodedata.normalize("NFKC", text).upper())
    return folded.translate(_BRACKETS).translate(_DOTS)


def _fold_document(text: str) -> str:
    folded = _NO_KEY.sub("", unicodedata.normalize("NFKC", text).upper())
    folded = _DASH.sub("-", folded.translate(_YEAR_BRACKETS))
    return _LEADING_ZEROS.sub("", _ORDINAL.sub("", folded))


def _excess_mark(text: str) -> str | None:
    for run in _MAYBE_MARKS.finditer(text):
        count = 0
        for character in run[0]:
            count = count + 1 if unicodedata.category(character).startswith("M") else 0
            if count > _MARKS_AT_MOST:
                return character
    return None
