"""Text that a spreadsheet would run, made harmless: the one place that does it, and that takes it back.

A spreadsheet runs a cell that begins like a formula (OWASP ASVS 1.2.10). In CSV such a cell gets an apostrophe in
front, and so does one that begins with an apostrophe, so that an importer takes off exactly one. In a workbook every
cell is a string by its type, which no program evaluates; those that look like a formula also carry the mark
"quote prefix", so that they stay text when somebody edits them.
"""

from __future__ import annotations

import re

from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

STARTS_A_FORMULA = tuple("=+-@\t\r\n\0＝＋－＠")
LONGEST_CELL = 32_767  # what Excel holds
# XML makes a line feed of a carriage return, and Excel a character of _x0041_ (ECMA-376, ST_Xstring).
_TAKEN_FOR_ESCAPES = re.compile(r"\r|_(?=x[0-9A-Fa-f]{4}_)")


def neutral(text: str) -> str:
    """The text as a CSV cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith((*STARTS_A_FORMULA, "'")) else text


def restored(text: str) -> str:
    """The text that `neutral` was given, for an importer of CSV."""
    return text[1:] if text[:1] == "'" and text[1:].startswith((*STARTS_A_FORMULA, "'")) else text


def string_cell(sheet: object, text: str) -> Cell:
    """A cell for a sheet that is only written."""
    return put(WriteOnlyCell(sheet), text)


def put(cell: Cell, text: str) -> Cell:
    """Write text into a cell as text, whatever it looks like, without what a workbook cannot hold."""
    cell.value = held(text)
    cell.data_type = "s"  # openpyxl would take "=1" for a formula
    if text.startswith(STARTS_A_FORMULA):
        cell.quotePrefix = True
    return cell


def held(text: str) -> str:
    """The text as a workbook writes it down, without what it cannot hold."""
    if text.isprintable() and "_x" not in text:  # nearly every text
        return text[:LONGEST_CELL]
    kept = ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST_CELL]
    return _TAKEN_FOR_ESCAPES.sub(lambda found: f"_x{ord(found[0]):04X}_", kept)
