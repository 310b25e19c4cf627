"""What was found odd while a table was read: rows of the database for the page, a workbook for the clerk."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from registry.intake.configured import limits
from registry.intake.errors import Refused
from registry.intake.judging import Judged
from registry.intake.models import BatchRow, ImportBatch, Verdict
from registry.intake.returning import MOST_ROWS_OF_OWN_FILE, WrongRows, own_file
from registry.intake.tables import Table
from registry.records.kinds import Problem

MOST_KEPT = 20_000  # rows named on the page; the returned workbook holds all that are wrong
_GO_BACK = (Verdict.WRONG, Verdict.HELD)


class Findings:
    """Takes what the judge tells. While the file is small it is to go back as the clerk's own, so wrong rows wait;
    of a large one they are written as they come."""

    def __init__(self, batch: ImportBatch, table: Table, folder: Path) -> None:
        self._batch, self._table, self._folder = batch, table, folder
        self._kept: dict[int, BatchRow] = {}
        self._waiting: dict[int, Judged] = {}
        self._book: WrongRows | None = None
        self._open = ExitStack()

    def __enter__(self) -> Findings:
        return self

    def __exit__(self, *exc: Any) -> None:
        self._open.__exit__(*exc)

    def tell(self, judged: Judged) -> None:
        self.keep(judged.number, judged.verdict, judged.problems)
        if judged.verdict not in _GO_BACK:
            return
        if self._book is not None:
            self._book.add(judged.row, judged.faults)
        else:
            self._waiting[judged.number] = judged

    def keep(self, number: int, verdict: Verdict, problems: Iterable[Problem], *, record: int | None = None) -> None:
        """Remember a row for the page; what is said of it twice is said together."""
        row = self._kept.get(number)
        if row is None:
            if len(self._kept) >= MOST_KEPT:
                return
            row = self._kept[number] = BatchRow(batch=self._batch, number=number, verdict=verdict, record_id=record)
            row.problems = []
        row.problems.extend({"field": problem.field, "message": problem.message} for problem in problems)

    def read(self, count: int) -> None:
        """So many rows have been read: is it a large file?"""
        if self._book is None and count > MOST_ROWS_OF_OWN_FILE:
            self._write_as_they_come()

    def are_those_of(self, batch: ImportBatch) -> bool:
        """Whether the workbook that went back when the batch was checked says the same."""
        before = batch.rows.filter(verdict__in=_GO_BACK, is_accepted=None).order_by("number")
        now = [(row.number, row.problems) for row in self.rows() if row.verdict in _GO_BACK]
        return bool(batch.returned_as) and now == list(before.values_list("number", "problems"))

    def rows(self) -> list[BatchRow]:
        return [self._kept[number] for number in sorted(self._kept)]

    def workbook(self, path: Path) -> Path | None:
        """The workbook that goes back, None where nothing is wrong; `path` is the clerk's file in clear."""
        if self._book is None and not self._waiting:
            return None
        if self._book is None and not self._marked_own(path):
            self._write_as_they_come()
        self._open.close()
        return self._target

    @property
    def _target(self) -> Path:
        return self._folder / "returned.xlsx"

    def _marked_own(self, path: Path) -> bool:
        faults = {number: judged.faults for number, judged in self._waiting.items()}
        batch = str(self._batch.uid)
        try:
            own_file(path, self._target, table=self._table, faults=faults, batch=batch, limits=limits())
        except Refused:  # too intricate to be written again
            return False
        return True

    def _write_as_they_come(self) -> None:
        book = WrongRows(self._target, table=self._table, batch=str(self._batch.uid))
        self._book = self._open.enter_context(book)
        for number in sorted(self._waiting):
            self._book.add(self._waiting[number].row, self._waiting[number].faults)
        self._waiting.clear()
