"""The guard of old .xls workbooks, which are compound files of their own kind."""

from __future__ import annotations

from pathlib import Path

from registry.intake.biff import Records
from registry.intake.errors import Refused
from registry.intake.limits import Limits
from registry.intake.ole import CompoundFile

_PASSWORD = frozenset({"EncryptedPackage", "EncryptionInfo"})
_MACROS = frozenset({"_VBA_PROJECT_CUR", "VBA", "_VBA_PROJECT"})
_OTHERS = {
    "WordDocument": " Word 文档",
    "PowerPoint Document": "演示文稿",
    "VisioDocument": " Visio 图",
    "__properties_version1.0": "邮件",
}
_ACCEPTED = "请上传 .xlsx、.xls 或 CSV 文件"


def check(path: Path, *, limits: Limits) -> None:
    """Raises Refused unless the file is a whole, harmless and bounded .xls."""
    file = CompoundFile(path.read_bytes())
    if file.names & _PASSWORD:
        raise Refused("文件有密码保护，请在 Excel 或 WPS 中取消密码后再上传")
    for name, what in _OTHERS.items():
        if name in file.names:
            raise Refused(f"这是{what}，不是工作簿，{_ACCEPTED}")
    if file.names & _MACROS:
        raise Refused("工作簿含有宏，不予读取；请另存为不含宏的 .xlsx 再上传")
    if "Workbook" not in file.names:
        old = "这是 Excel 95 或更早的格式，请用 Excel 或 WPS 打开后另存为 .xlsx 再上传"
        raise Refused(old if "Book" in file.names else f"这不是工作簿，{_ACCEPTED}")
    records = Records(file.stream("Workbook"), most_sheets=limits.sheets)
    if records.strings > limits.strings:
        raise Refused(f"不同的文字过多，超过{limits.strings}条，请分成几个文件上传")
    for sheet in records.sheets:
        if sheet.rows > limits.rows or sheet.columns > limits.columns or sheet.rows * sheet.columns > limits.cells:
            raise Refused(f"工作表“{sheet.name}”有{sheet.rows}行、{sheet.columns}列，超过限度，请分成几个文件上传")
