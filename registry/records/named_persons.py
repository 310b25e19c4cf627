"""The persons a record names as answering for an act: from what was typed to the form that rows and editions keep.

At a page or in a workbook one person stands on a line: 姓名 证件号码 职务 [任职起 [任职止]], the kind of document before
the number where it is no resident ID. The API takes the same as objects. What is kept is a reference and a mask; the
number itself stands in `Person` alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from registry import privacy
from registry.directory.persons import DocumentType, Person
from registry.directory.positions import role_words
from registry.identifiers import clean_person_name
from registry.identifiers.normalise import NameProblem, normalise_code

MOST = 30  # persons one record may name
KEYS = ("name", "document_type", "number", "role", "held_from", "held_until")
ON_A_LINE = "每行一人：姓名 证件号码 职务 任职起 任职止，例如 张三 （证件号码） 法定代表人 2013-05-06"
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_LATIN = re.compile(r"[0-9A-Za-z*]+")

Named = dict[str, Any]


class PersonProblem(Exception):
    """A person who cannot be named so; the message never repeats a number."""


def read(raw: Any) -> list[Named]:
    """The persons somebody named, each as {name, document_type, number, role, held_from, held_until}.

    Raises PersonProblem, which says which person it is about by the place in the list.
    """
    given = _lines(raw) if isinstance(raw, str) else raw
    if not isinstance(given, list):
        raise PersonProblem(f"须为责任人员的列表。{ON_A_LINE}")
    if len(given) > MOST:
        raise PersonProblem(f"最多填写{MOST}人")
    named = []
    for place, one in enumerate(given, start=1):
        try:
            named.append(_person(one))
        except PersonProblem as problem:
            raise PersonProblem(f"第{place}人：{problem}") from None
    _refuse_doubles(named)
    return named


def _lines(text: str) -> list[Any]:
    return [_split(line) for line in re.split(r"[\n;；]", unicodedata.normalize("NFKC", text)) if line.strip()]


def _split(line: str) -> Mapping[str, Any]:
    words = [word for word in re.split(r"[\s,，、|]+", re.sub(r"至(?=\s|$|\d)", " ", line)) if word]
    days = [word for word in words if _DAY.fullmatch(word)]
    words = [word for word in words if word not in days]
    if not 3 <= len(words) <= 4 or len(days) > 2:
        raise PersonProblem(f"看不懂这一行。{ON_A_LINE}")
    name, role = words[0], words[-1]
    document_type, number = (words[1], words[2]) if len(words) == 4 else (DocumentType.RESIDENT_ID.value, words[1])
    said = {"name": name, "document_type": document_type, "number": number, "role": role}
    return said | dict(zip(("held_from", "held_until"), days, strict=False))


def _person(given: Any) -> Named:
    if not isinstance(given, Mapping) or not set(given) <= set(KEYS):
        raise PersonProblem(f"只能有这些项：{'、'.join(KEYS)}")
    number = given.get("number")
    if not isinstance(number, str) or not 4 <= len(number.strip()) <= 30:
        raise PersonProblem("证件号码：必填，须为文本")
    if "*" in number:
        raise PersonProblem("证件号码只显示掩码，请重新填写完整号码")
    document_type = given.get("document_type") or DocumentType.RESIDENT_ID.value
    if document_type not in DocumentType.values:
        raise PersonProblem(f"证件类型须为{'、'.join(DocumentType.values)}之一")
    role = given.get("role")
    if role not in role_words():
        raise PersonProblem(f"职务须为{'、'.join(role_words())}之一")
    held_from, held_until = _day(given.get("held_from"), "任职起"), _day(given.get("held_until"), "任职止")
    if held_from and held_until and held_until < held_from:
        raise PersonProblem("任职止不能早于任职起")
    return {
        "name": _name(given.get("name")),
        "document_type": document_type,
        "number": normalise_code(number).text,
        "role": role,
        "held_from": held_from,
        "held_until": held_until,
    }


def _name(given: Any) -> str:
    if (
        not isinstance(given, str)
        or not given.strip()
        or len(given) > 50
        or (_LATIN.fullmatch(given) and any(letter.isdigit() for letter in given))
    ):
        raise PersonProblem("姓名：必填，最多50个字")
    try:
        return clean_person_name(given)
    except NameProblem as problem:
        raise PersonProblem(f"姓名{problem}") from None


def _day(given: Any, label: str) -> date | None:
    if given in (None, ""):
        return None
    if type(given) is date:
        return given
    found = _DAY.fullmatch(given) if isinstance(given, str) else None
    try:
        return date(*(int(part) for part in found.groups())) if found else _no_day(label)
    except ValueError:
        return _no_day(label)


def _no_day(label: str) -> date:
    raise PersonProblem(f"{label}须写成 2013-05-06")


def _refuse_doubles(named: Sequence[Named]) -> None:
    seen: set[tuple[str, str]] = set()
    for place, one in enumerate(named, start=1):
        key = (one["number"], one["role"])
        if key in seen:
            raise PersonProblem(f"第{place}人：与前面的人员重复")
        seen.add(key)


def kept(named: Iterable[Named], person: Callable[..., Person]) -> list[dict[str, Any]]:
    """What rows and editions hold of them: a reference, a mask, the name, the position."""
    return [_kept(one, person) for one in named]


def _kept(one: Named, person: Callable[..., Person]) -> dict[str, Any]:
    bearer = person(name=one["name"], document_type=one["document_type"], number=one["number"])
    return {
        "index": bearer.number_index,
        "mask": bearer.number_mask,
        "name": one["name"],
        "role": one["role"],
        "held_from": one["held_from"].isoformat() if one["held_from"] else None,
        "held_until": one["held_until"].isoformat() if one["held_until"] else None,
    }


def typed_again(held: Sequence[Mapping[str, Any]]) -> list[Named]:
    """What was kept, as if it had been typed now: for a correction that changes something else."""
    bearers = {person.number_index: person for person in bearers_of(held)}
    return [
        {
            "name": one["name"],
            "document_type": bearers[one["index"]].document_type,
            "number": bearers[one["index"]].number(),
            "role": one["role"],
            "held_from": one["held_from"],
            "held_until": one["held_until"],
        }
        for one in held
    ]


def bearers_of(held: Iterable[Mapping[str, Any]]) -> Iterable[Person]:
    return Person.objects.filter(number_index__in={one["index"] for one in held})


def written(held: Sequence[Mapping[str, Any]]) -> str:
    """How anybody may read it: masked names with positions."""
    return "、".join(f"{privacy.mask_person_name(one['name'])}（{one['role']}）" for one in held)


def lines(held: Sequence[Mapping[str, Any]]) -> str:
    """How the desk that entered them reads it back: a line each, numbers masked."""
    return "\n".join(" ".join(str(one[key]) for key in ("name", "mask", "role", "held_from", "held_until") if one[key])
                     for one in held)  # fmt: skip


def unmasked(text: str, held: Sequence[Mapping[str, Any]]) -> Any:
    """What was typed, with the number put back on lines that still show the mask of a person held in the same name."""
    again = {(one["name"], one["mask"]): one for one in held}
    if not again or "*" not in text:
        return text
    try:
        given = [dict(line) for line in _lines(text)]
    except PersonProblem:
        return text
    known = {one["index"]: typed for one, typed in zip(held, typed_again(held), strict=True)}
    for line in given:
        if (one := again.get((line["name"], line["number"]))) is not None:
            line |= {key: known[one["index"]][key] for key in ("number", "document_type")}
    return given
