"""What a template checks while it is filled in: drop-downs, limits of dates and amounts, the check character of codes.

Excel takes neither arrays of constants nor (before 2010) other sheets in conditional formatting, so the weights of
the check character lie in the dictionary under a name, one below the other: their rows are the positions too.
"""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from registry.identifiers import uscc
from registry.intake import looks
from registry.intake.additions import DICTIONARY
from registry.intake.addresses import letters
from registry.records.fields import FieldSpec, FieldType, Specification

LAST_ROW = 5_001  # five thousand rows below the heading
WEIGHTS = "uscc_weights"
_WEIGHTS_COLUMN, _FIRST_CHOICES_COLUMN = 2, 3
_EARLIEST, _LATEST = "DATE(1950,1,1)", "DATE(2099,12,31)"


def add(book: Workbook, table: Worksheet, dictionary: Worksheet, spec: Specification) -> None:
    _lay_out_weights(book, dictionary)
    free = _FIRST_CHOICES_COLUMN
    for position, item in enumerate(spec):
        cells = f"{letters(position)}2:{letters(position)}{LAST_ROW}"
        if item.choices:
            check = _choice(item, _lay_out_choices(dictionary, free, item))
            free += 1
        else:
            check = _limit(item)
        if check:
            check.add(cells)
            table.add_data_validation(check)
        if item.type is FieldType.USCC:
            formula = wrong_uscc(f"{letters(position)}2")
            table.conditional_formatting.add(cells, FormulaRule([formula], fill=looks.WRONG, stopIfTrue=True))


def wrong_uscc(cell: str) -> str:
    """A formula, true when the cell holds something that is no unified social credit code (GB 32100-2015)."""
    values = f'FIND(MID(UPPER({cell}),ROW({WEIGHTS}),1),"{uscc.ALPHABET}")-1'
    expected = f'MID("{uscc.ALPHABET}",MOD(31-MOD(SUMPRODUCT(({values})*{WEIGHTS}),31),31)+1,1)'
    return (
        f"IF(LEN({cell})=0,FALSE,IF(LEN({cell})<>{uscc.LENGTH},TRUE,IFERROR({expected}<>UPPER(RIGHT({cell},1)),TRUE)))"
    )


def _lay_out_weights(book: Workbook, dictionary: Worksheet) -> None:
    for place in range(uscc.LENGTH - 1):
        dictionary.cell(place + 1, _WEIGHTS_COLUMN, pow(3, place, 31))
    column = letters(_WEIGHTS_COLUMN - 1)
    book.defined_names[WEIGHTS] = DefinedName(
        WEIGHTS, attr_text=f"'{DICTIONARY}'!${column}$1:${column}${uscc.LENGTH - 1}"
    )


def _lay_out_choices(dictionary: Worksheet, column: int, item: FieldSpec) -> str:
    for row, (_, choice) in enumerate(item.offered(), start=1):
        dictionary.cell(row, column, choice)
    name = letters(column - 1)
    return f"'{DICTIONARY}'!${name}$1:${name}${len(item.choices)}"


def _choice(item: FieldSpec, cells: str) -> DataValidation:
    check = DataValidation(type="list", formula1=cells, allow_blank=True)
    # Several words, and 其他 with its explanation, are typed by hand.
    check.showErrorMessage = item.type is FieldType.CHOICE and "其他" not in item.choices
    check.errorTitle, check.error = item.label[:30], "请从下拉列表中选择"
    return check


def _limit(item: FieldSpec) -> DataValidation | None:
    match item.type:
        case FieldType.DATE:
            latest = "TODAY()" if item.not_after_today else _LATEST
            check = DataValidation(type="date", operator="between", formula1=_EARLIEST, formula2=latest)
            check.error = "请填写日期，如 2026-05-01" + ("，不能晚于今天" if item.not_after_today else "")
        case FieldType.AMOUNT:
            check = DataValidation(type="decimal", operator="between", formula1="0", formula2="999999999999")
            check.error = "请填写数字，单位为万元"
        case FieldType.USCC:
            check = DataValidation(type="textLength", operator="equal", formula1=str(uscc.LENGTH))
            check.error = "统一社会信用代码为18位"
        case _ if item.max_length:
            check = DataValidation(type="textLength", operator="lessThanOrEqual", formula1=str(item.max_length))
            check.error = f"最多{item.max_length}个字"
        case _:
            return None
    check.allow_blank, check.showErrorMessage, check.errorTitle = True, True, item.label[:30]
    # Dates and codes are also taken in other spellings, so the clerk may go on.
    check.errorStyle = "warning" if item.type in (FieldType.DATE, FieldType.USCC) else "stop"
    return check
