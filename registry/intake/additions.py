"""The names of what we add to workbooks: sheets, and columns behind the clerk's own."""

FILL_IN = "填报"
GUIDE = "填写说明"
DICTIONARY = "字典"  # the hidden sheet of a template; its first column tells the version
SUMMARY = "汇总"  # the first sheet of a returned workbook
SHEETS_BESIDE = frozenset({GUIDE, DICTIONARY, SUMMARY})

PROBLEMS = "问题"
ROW_NUMBER = "原行号"
MARKER = "退回标记"  # hidden; its heading goes on with the batch, its cells hold row numbers

AUTHOR = "信用安康"  # of our comments


def is_added(heading: str) -> bool:
    """Whether a column is one of ours."""
    return heading in (PROBLEMS, ROW_NUMBER) or heading.startswith(MARKER)
