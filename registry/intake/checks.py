"""What has to be installed before a foreign workbook may be opened."""

from __future__ import annotations

from typing import Any

import openpyxl
from django.core.checks import Error, Tags, register


@register(Tags.security)
def openpyxl_expands_nothing(app_configs: Any, **kwargs: Any) -> list[Error]:
    """openpyxl takes defusedxml where it finds it, and expands entities where it does not (ASVS 1.5.1)."""
    if openpyxl.DEFUSEDXML:
        return []
    hint = "安装 defusedxml，并且不要设置 OPENPYXL_DEFUSEDXML=False。"
    return [Error("openpyxl 没有使用 defusedxml，不能打开外来的工作簿。", hint=hint, id="registry.E023")]
