"""How our workbooks look: the few colours and formats that templates and returned workbooks share."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from registry.intake.additions import AUTHOR
from registry.intake.addresses import letters

RED = "FFC00000"
WRONG = PatternFill("solid", start_color="FFFFC7CE", end_color="FFFFC7CE")
HEADING = PatternFill("solid", start_color="FFD9E7F5", end_color="FFD9E7F5")
PALE = PatternFill("solid", start_color="FFF2F2F2", end_color="FFF2F2F2")
BOLD = Font(bold=True)
TITLE = Font(bold=True, size=16)
NEEDED = Font(bold=True, color=RED)
GREY = Font(italic=True, color="FF808080")
WRAPPED = Alignment(vertical="top", wrap_text=True)
CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
_THIN = Side(style="thin", color="FFBFBFBF")
FRAMED = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
AS_TEXT = "@"
AS_DAY = "yyyy-mm-dd"


NOTE_WIDTH = 300


def note(text: str) -> Comment:
    """A comment of ours, large enough for its text."""
    return Comment(text, AUTHOR, width=NOTE_WIDTH, height=note_height(text))


def note_height(text: str) -> int:
    """In pixels; a line holds about 22 Chinese characters."""
    return 24 + 18 * sum(1 + len(line) // 22 for line in text.split("\n"))


def fit_to_width(sheet: Worksheet, widths: Sequence[float]) -> None:
    """Widths of the columns, and a page that shows them all when printed."""
    for position, width in enumerate(widths):
        sheet.column_dimensions[letters(position)].width = width
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
