"""What a cell can hold, on both sides of the pipe between the parsing process and ours.

Text, numbers and truth values travel as JSON has them; days, formulas and errors as a short list.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

_SECONDS_OF_A_DAY = 86_400


class Formula(NamedTuple):
    """A cell that holds a formula; `shown` is the value the sheet remembered for it, which is not trusted."""

    shown: str | float | bool | date | datetime | time


class CellError(NamedTuple):
    """A cell that shows an error, such as #N/A."""

    text: str


Cell = str | int | float | bool | date | datetime | time | Formula | CellError  # an empty cell is ''

_TRAVELS = {str, int, float, bool}
_TEXT = frozenset({str})


def packed(cells: list[Any]) -> list[Any]:
    """A row as JSON can carry it."""
    if _TEXT.issuperset(map(type, cells)):
        return cells
    return [cell if cell.__class__ in _TRAVELS else _pack(cell) for cell in cells]


def _pack(cell: Any) -> list[Any]:
    match cell:
        case Formula(shown):
            return ["f", packed([shown])[0]]
        case CellError(text):
            return ["e", text]
        case datetime():
            midnight = datetime.combine(cell.date(), time())
            return ["d", cell.toordinal(), (cell - midnight).total_seconds()]
        case date():
            return ["d", cell.toordinal(), 0]
        case time():
            return ["s", (cell.hour * 60 + cell.minute) * 60 + cell.second]
        case timedelta():
            return ["s", cell.total_seconds()]
    return ["e", str(cell)[:100]]


def unpacked(cells: list[Any]) -> list[Cell]:
    """The row again, after JSON."""
    if _TEXT.issuperset(map(type, cells)):
        return cells
    return [_unpack(*cell) if cell.__class__ is list else cell for cell in cells]


def _unpack(mark: str, *rest: Any) -> Cell:
    match mark:
        case "d":
            day, seconds = rest
            return datetime.combine(_day(day), time()) + timedelta(seconds=seconds) if seconds else _day(day)
        case "s":
            return (datetime.min + timedelta(seconds=rest[0] % _SECONDS_OF_A_DAY)).time()
        case "f":
            return Formula(unpacked([rest[0]])[0])  # type: ignore[arg-type]
    return CellError(str(rest[0]))


@lru_cache(maxsize=8_192)
def _day(ordinal: int) -> date:
    return date.fromordinal(ordinal)
