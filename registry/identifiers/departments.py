"""登记管理部门 and 机构类别: what positions 1 and 2 of a unified social credit code mean (GB 32100-2015)."""

import csv
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple


class Department(NamedTuple):
    """A registering department with one of its categories, as their Chinese names."""

    department: str
    category: str


def _read() -> Mapping[str, Department]:
    table = (files(__package__) / "departments.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(table.splitlines())
    return MappingProxyType({row["prefix"]: Department(row["department"], row["category"]) for row in rows})


DEPARTMENTS: Mapping[str, Department] = _read()
