"""An authority's register of 存量主体 as it hands it in: rows read, each wrong one named, the right ones kept."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from registry.directory.legacy import LegacyRegistration
from registry.directory.older_numbers import read
from registry.directory.organisations import Organisation
from registry.directory.regions import Region
from registry.directory.subjects import IdentifierScheme, SubjectState
from registry.identifiers import NameProblem, clean_name, looks_like_resident_id

HEADER = ("原号码类型", "原号码", "名称", "区划代码", "登记状态")
_SCHEMES = {label: value for value, label in IdentifierScheme.choices}
_STATES = {label: value for value, label in SubjectState.choices}
_LONGEST_NAME = 200

Row = Mapping[str, str]


class WrongHeader(ValueError):
    """The table is not the one that is asked for; the message says which columns it needs."""


@dataclass
class Taken:
    """What became of a table: how many rows are new, known already, and why others are wrong (by line)."""

    new: list[LegacyRegistration] = field(default_factory=list)
    known: int = 0
    wrong: dict[int, str] = field(default_factory=dict)


def rows(lines: Iterable[str]) -> Iterator[Row]:
    """The rows of a CSV with this header; raises WrongHeader."""
    reader = csv.DictReader(lines)
    if missing := [name for name in HEADER if name not in (reader.fieldnames or ())]:
        raise WrongHeader(f"表头缺少：{'、'.join(missing)}。须为：{'、'.join(HEADER)}")
    yield from ({name: (row.get(name) or "").strip() for name in HEADER} for row in reader)


def take_in(table: Iterable[Row], *, authority: Organisation, on: date, commit: bool) -> Taken:
    """Check every row, and keep the new ones if `commit`; a number that is known already is not doubled."""
    taken, seen = Taken(), set(LegacyRegistration.objects.values_list("scheme", "value"))
    regions = set(Region.objects.values_list("pk", flat=True))
    for line, row in enumerate(table, start=2):
        try:
            entry = _entry(row, authority, regions, on=on)
        except ValueError as problem:
            taken.wrong[line] = str(problem)
            continue
        if (entry.scheme, entry.value) in seen:
            taken.known += 1
        else:
            seen.add((entry.scheme, entry.value))
            taken.new.append(entry)
    if commit:
        with transaction.atomic():
            LegacyRegistration.objects.bulk_create(taken.new, batch_size=1000)
    return taken


def _entry(row: Row, authority: Organisation, regions: set[str], *, on: date) -> LegacyRegistration:
    scheme, state = _SCHEMES.get(row["原号码类型"]), _STATES.get(row["登记状态"] or "存续")
    if scheme is None:
        raise ValueError(f"原号码类型：可选{'、'.join(_SCHEMES)}")
    if state is None:
        raise ValueError(f"登记状态：可选{'、'.join(_STATES)}")
    if row["区划代码"] not in regions:
        raise ValueError("区划代码：不是安康市的区划代码")
    return LegacyRegistration(
        authority=authority,
        region_id=row["区划代码"],
        scheme=scheme,
        value=read(scheme, row["原号码"], on=on),
        name=name_of(row["名称"]),
        state=state,
    )


def name_of(typed: str) -> str:
    """The name as it is kept; raises ValueError in Chinese."""
    try:
        name = clean_name(typed)
    except NameProblem as problem:
        raise ValueError(problem.message) from None
    if not name:
        raise ValueError("名称：必填")
    if len(name) > _LONGEST_NAME:
        raise ValueError(f"名称：最多{_LONGEST_NAME}个字，现为{len(name)}个字")
    if looks_like_resident_id(name):
        raise ValueError("名称：不得含有居民身份证号码")
    return name
