"""Cells named as a spreadsheet names them."""

from __future__ import annotations


def letters(position: int) -> str:
    """The letters of a column: 0 is A, 25 Z, 26 AA."""
    name, number = "", position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def address(position: int, row: int) -> str:
    """The cell in that column (from 0) and row (from 1), such as C7."""
    return f"{letters(position)}{row}"
