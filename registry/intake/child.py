"""The process that parses a delivered workbook: `python -m registry.intake.child`.

It has limits of its own, knows no Django, writes no file and may die; whoever started it goes on. It speaks JSON
lines: the first line it reads is the job, each further one a question, and every answer ends with a line of its own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from registry.intake.errors import Refused
from registry.intake.limits import Limits
from registry.intake.plain import PlainText
from registry.intake.processes import TOO_LARGE, confine
from registry.intake.spreadsheets import Xls, Xlsx
from registry.intake.values import packed

ROWS_AT_A_TIME = 512
ROWS_OF_A_HEAD = 30


class Source(Protocol):
    """A workbook of any format."""

    is_1904: bool
    sheets: list[Any]

    def rows(self, index: int, *, after: int = 0) -> Iterator[tuple[int, list[Any], bool]]: ...

    def hidden_columns(self, index: int) -> list[int]: ...


SOURCES: dict[str, Callable[[Path, Limits], Any]] = {"xlsx": Xlsx, "xls": Xls, "csv": PlainText}


def main() -> None:
    job = json.loads(sys.stdin.readline())
    limits = Limits(**job["limits"])
    confine(limits)
    try:
        source: Source = SOURCES[job["kind"]](Path(job["path"]), limits)
        say(is_1904=source.is_1904, sheets=[[sheet.name, sheet.is_hidden] for sheet in source.sheets])
        for line in sys.stdin:
            answer(source, **json.loads(line))
    except Refused as refusal:
        say(refused=refusal.message)
    except MemoryError:
        say(refused=TOO_LARGE)


def answer(source: Source, *, ask: str, sheet: int, after: int = 0) -> None:
    """One question of `reading.Book`."""
    match ask:
        case "head":
            say(rows=[_travelling(row) for row in islice(source.rows(sheet), ROWS_OF_A_HEAD)])
        case "hidden":
            say(columns=source.hidden_columns(sheet))
        case "rows":
            rows = source.rows(sheet, after=after)
            while chunk := [_travelling(row) for row in islice(rows, ROWS_AT_A_TIME)]:
                say(rows=chunk)
            say(rows=[])


def _travelling(row: tuple[int, list[Any], bool]) -> list[Any]:
    number, cells, is_hidden = row
    return [number, packed(cells), is_hidden]


def say(**what: Any) -> None:
    sys.stdout.buffer.write(json.dumps(what, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
