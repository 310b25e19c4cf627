"""The words of the demo data, as rows of text."""

from __future__ import annotations

import csv
from pathlib import Path

Row = dict[str, str]


def rows(name: str) -> list[Row]:
    """The rows of the table of that name beside this file."""
    with (Path(__file__).parent / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
