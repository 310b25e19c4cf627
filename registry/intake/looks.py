"""How our workbooks look: the few colours and formats that templates and returned workbooks share."""

from __future__ import annotations

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

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
