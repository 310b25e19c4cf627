"""Figures of a benchmark: printed as a table with ratios, as one JSON object, or into docs/benchmarks.md."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import quantiles


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the command line asked for."""

    size: int | None = None
    engines: tuple[str, ...] = ("postgresql", "sqlite")
    keep: bool = False  # leave the filled databases for the next run


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured value; `ratio` says how often better it is than the baseline of the same run."""

    metric: str
    value: float
    unit: str
    baseline: float | None = None
    ratio: float | None = None


@dataclass(kw_only=True)
class Report:
    """What one benchmark found, and what a reader must know to judge it."""

    name: str
    figures: list[Figure] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def add(
        self, metric: str, value: float, unit: str, *, baseline: float | None = None, ratio: float | None = None
    ) -> None:
        rounded = [None if number is None else float(f"{number:.4g}") for number in (value, baseline, ratio)]
        self.figures.append(Figure(metric=metric, value=rounded[0], unit=unit, baseline=rounded[1], ratio=rounded[2]))

    def as_json(self) -> str:
        figures = [asdict(figure) for figure in self.figures]
        return json.dumps({"name": self.name, "figures": figures}, ensure_ascii=False)

    def as_table(self) -> str:
        """For a terminal: columns side by side, numbers to the right."""
        rows = [_HEADINGS, *map(_cells, self.figures)]
        widths = [max(_width(row[column]) for row in rows) for column in range(len(_HEADINGS))]
        return "\n".join("  ".join(map(_padded, row, widths, _TO_THE_RIGHT)) for row in rows)

    def as_markdown(self, command: str) -> str:
        rows = [_HEADINGS, ("---",) * len(_HEADINGS), *map(_cells, self.figures)]
        table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
        remarks = "\n".join(f"- {remark}" for remark in self.remarks)
        return f"`{command}`\n\n{machine()}\n\n{table}\n\n{remarks}\n"


_HEADINGS = ("metric", "value", "unit", "baseline", "ratio")
_TO_THE_RIGHT = (False, True, False, True, True)


def spread(milliseconds: Sequence[float]) -> tuple[float, float, float]:
    """The 50th, 95th and 99th of a hundred."""
    cuts = quantiles(milliseconds, n=100, method="inclusive")
    return cuts[49], cuts[94], cuts[98]


def short(size: int) -> str:
    """A number of rows as it stands in the name of a metric: 1m, 10k, 600."""
    for unit, letter in ((1_000_000, "m"), (1_000, "k")):
        if size % unit == 0:
            return f"{size // unit}{letter}"
    return str(size)


def machine() -> str:
    """On what it was measured, in one line."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in _read("/proc/cpuinfo").splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({cpu}), {memory:.0f} GB, {platform.system()},"
        f" Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}; data warm."
    )


def save(report: Report, command: str, file: Path) -> None:
    """Rewrite this benchmark's section, between its markers, and leave the rest."""
    begin, end = f"<!-- bench {report.name} -->", f"<!-- /bench {report.name} -->"
    section = f"{begin}\n{report.as_markdown(command)}{end}"
    text = file.read_text(encoding="utf-8") if file.exists() else "# Benchmarks\n"
    before, found, rest = text.partition(begin)
    new = f"{before.rstrip()}\n\n## {report.name}\n\n{section}\n"
    file.parent.mkdir(exist_ok=True)
    file.write_text(before + section + rest.partition(end)[2] if found else new, encoding="utf-8")


def _read(path: str) -> str:
    file = Path(path)
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _cells(figure: Figure) -> tuple[str, ...]:
    numbers = ["" if n is None else f"{n:,.4g}" for n in (figure.value, figure.baseline)]
    ratio = "" if figure.ratio is None else f"{figure.ratio:,.4g}×"
    return figure.metric, numbers[0], figure.unit, numbers[1], ratio


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, width: int, to_the_right: bool) -> str:
    gap = " " * (width - _width(text))
    return gap + text if to_the_right else text + gap
