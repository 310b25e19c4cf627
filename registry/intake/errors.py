"""Why a file is not taken."""

from __future__ import annotations

DAMAGED = "文件不完整或已损坏，请用 Excel 或 WPS 打开后另存为 .xlsx 再上传"


class Refused(Exception):
    """A file that is not read; the message says in Chinese what is wrong with it and the way out."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
