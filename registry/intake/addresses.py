"""Cells named as a spreadsheet names them, by positions that count from 0."""

from __future__ import annotations

from openpyxl.utils import get_column_letter


def letters(position: int) -> str:
    """The letters of a column: 0 is A, 25 Z, 26 AA."""
    return get_column_letter(position + 1)


def address(position: int, row: int) -> str:
    """The cell in that column (from 0) and row (from 1), such as C7."""
    return f"{letters(position)}{row}"
