"""The table that a workbook delivers: its sheet, its header, its rows, and what the clerk should know of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from registry.intake.columns import Columns
from registry.intake.reading import Book, Row, Sheet
from registry.records.fields import Specification


@dataclass(frozen=True, kw_only=True)
class Table:
    """What will be read; `remarks` are to be shown before anything is stored."""

    book: Book
    sheet: Sheet
    header_row: int  # from 1
    columns: Columns
    template_version: str = ""  # 'penalty v3' where the workbook came from a template
    batch: str = ""  # the reference of the batch a returned workbook belongs to
    remarks: tuple[str, ...] = ()  # hidden rows, columns and sheets, unknown columns, an old template

    def rows(self) -> Iterator[Row]:
        """Every row below the header that is not empty and not the example of the template."""
        raise NotImplementedError

    def marked_row(self, row: Row) -> int | None:
        """The row number the returned workbook noted for this row; None for a row it did not mark."""
        raise NotImplementedError


def find(book: Book, spec: Specification) -> Table:
    """The sheet 「填报」, or the first that has a known header; raises Refused, naming what is missing."""
    raise NotImplementedError
