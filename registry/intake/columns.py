"""Which column of a sheet is which field of a kind."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from registry.intake.additions import MARKER, is_added
from registry.intake.addresses import letters
from registry.intake.values import Formula
from registry.records.fields import FieldSpec, FieldType, Specification

_UNSEEN = re.compile(r"[\s*＊※★☆●:：\u00ad\u200b-\u200f\u2060\ufeff]+")
_ASIDE = re.compile(r"\((必填|选填|可选|可不填|非必填|文本|文本格式|日期|元|万元)\)$")
_NUMBERED = re.compile(r"(.*_[0-9])\((.+)\)")  # 行政相对人代码_1(统一社会信用代码)


@dataclass(frozen=True)
class Columns:
    """The columns of a sheet: those that are fields, and what is wrong with the others."""

    fields: dict[int, FieldSpec]  # by position, 0 is column A; two columns may feed one field of several choices
    headings: dict[int, str]  # every heading as it was typed
    unknown: tuple[int, ...] = ()  # positions of headings of no field: not read, reported
    doubled: tuple[tuple[int, ...], ...] = ()  # positions of columns for one field: the sheet is refused
    missing: tuple[str, ...] = ()  # labels of required fields without a column: the sheet is refused
    marker: int | None = None  # position of the hidden column of a returned workbook
    batch: str = ""  # what stands in its heading

    def position(self, name: str) -> int | None:
        """Where the field of that name stands, None where the sheet has no column for it."""
        return next((position for position, item in self.fields.items() if item.name == name), None)

    @property
    def width(self) -> int:
        """How many columns the sheet has up to its last heading, without those we added."""
        return 1 + max((position for position, text in self.headings.items() if not is_added(text)), default=-1)

    @property
    def problems(self) -> tuple[str, ...]:
        """Why the sheet cannot be read, in Chinese; empty when it can."""
        return tuple(self._problems())

    def _problems(self) -> Iterator[str]:
        if self.missing:
            yield f"缺少必填列：{'、'.join(self.missing)}；请按模板补上这些列"
        for positions in self.doubled:
            named = "、".join(f"{letters(position)}列“{self.headings[position]}”" for position in positions)
            yield f"{named}是同一项，请只保留一列"


class Headings:
    """Every name under which a specification knows its fields, folded for comparison."""

    def __init__(self, spec: Specification) -> None:
        self._names = {folded(name): item for item in spec for name in (item.label, item.code, *item.aliases) if name}
        # A part of a label is a name too where it can mean one field only.
        parts = [(part, item) for item in spec for name in (item.label, *item.aliases) for part in _parts(name)]
        meanings = Counter(part for part, _ in {(part, item.name) for part, item in parts})
        for part, item in parts:
            if meanings[part] == 1:
                self._names.setdefault(part, item)

    def field_of(self, heading: object) -> FieldSpec | None:
        if not isinstance(heading, str) or len(heading) > 200:
            return None
        key = folded(heading)
        return self._names.get(key) or self._names.get(_ASIDE.sub("", key))


def match(header: Sequence[object], spec: Specification) -> Columns:
    """Each heading by label, standard code or alias, whatever its stars, blanks, width and line breaks."""
    known = Headings(spec)
    headings = {position: heading for position, cell in enumerate(header) if (heading := _heading(cell))}
    fields: dict[int, FieldSpec] = {}
    unknown, marker, batch = [], None, ""
    for position, heading in headings.items():
        if item := known.field_of(heading):
            fields[position] = item
        elif heading.startswith(MARKER):
            marker, batch = position, heading.removeprefix(MARKER).strip()
        elif not is_added(heading):
            unknown.append(position)
    found = {item.name for item in fields.values()}
    return Columns(
        fields=fields,
        headings=headings,
        unknown=tuple(unknown),
        doubled=tuple(_doubled(fields, headings)),
        missing=tuple(item.label for item in spec if item.required and not item.default and item.name not in found),
        marker=marker,
        batch=batch,
    )


def _heading(cell: object) -> str:
    return str(cell.shown if isinstance(cell, Formula) else cell).strip()


def _doubled(fields: dict[int, FieldSpec], headings: dict[int, str]) -> Iterator[tuple[int, ...]]:
    """Columns of one field; 处罚类别1 and 处罚类别2 of 2015 are two columns of one field of several choices."""
    for name in dict.fromkeys(item.name for item in fields.values()):
        positions = tuple(position for position, item in fields.items() if item.name == name)
        several = fields[positions[0]].type is FieldType.CHOICES
        if len(positions) > (len({folded(headings[position]) for position in positions}) if several else 1):
            yield positions


def folded(heading: str) -> str:
    """A heading without what people add to it; brackets and letters in one form."""
    text = unicodedata.normalize("NFKC", heading)
    return _UNSEEN.sub("", text).upper().translate({ord("【"): "(", ord("】"): ")", ord("["): "(", ord("]"): ")"})


def _parts(name: str) -> Iterator[str]:
    """统一社会信用代码 of 行政相对人代码_1（统一社会信用代码）; 罚款金额 of 罚款金额（万元）."""
    text = folded(name)
    if numbered := _NUMBERED.fullmatch(text):
        yield numbered[2]  # the numbers themselves meant other codes in 2015
    elif (bare := _ASIDE.sub("", text)) != text:
        yield bare
