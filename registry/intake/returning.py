"""What goes back to the clerk: the workbook that came in, with the wrong cells marked.

Up to 5,000 rows it is the clerk's own file. Above, it is a workbook of the wrong rows with their numbers. Either
carries a hidden column, so that a second upload touches only what was marked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from registry.intake.limits import Limits
from registry.intake.reading import Row
from registry.intake.tables import Table

MOST_ROWS_OF_OWN_FILE = 5_000


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong with a row; `position` is its column from 0, None when the whole row is meant."""

    message: str
    position: int | None = None


def own_file(
    path: Path, to: Path, *, table: Table, faults: Mapping[int, Sequence[Fault]], batch: str, limits: Limits
) -> None:
    """Write the file at `path` again with the faults of its rows (by row number) marked; CSV and .xls become .xlsx.

    Runs in a child process with limits; raises Refused where the file is too intricate, and then `WrongRows` serves.
    """
    raise NotImplementedError


class WrongRows:
    """A workbook of wrong rows, written as they come: `with WrongRows(…) as book: book.add(row, faults)`."""

    def __init__(self, to: Path, *, table: Table, batch: str) -> None:
        self.to = to

    def __enter__(self) -> WrongRows:
        return self

    def __exit__(self, *exc: object) -> None: ...

    def add(self, row: Row, faults: Sequence[Fault]) -> None:
        """One wrong row with everything that is wrong with it."""
        raise NotImplementedError
