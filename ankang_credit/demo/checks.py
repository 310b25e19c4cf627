"""Production starts only without demo accounts: their passwords have been shown on a screen."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import DatabaseError

from registry.directory.staff import User


@register(Tags.security, deploy=True)
def no_demo_accounts(app_configs: Any, **kwargs: Any) -> list[Error]:
    """An error for `check --deploy`, which the deployment runs before it starts anything."""
    if not settings.PRODUCTION or not _stands():
        return []
    return [
        Error(
            "生产数据库中有演示账号，拒绝启动。",
            hint="演示数据不能转为正式数据：请使用新建的空数据库。",
            id="ankang_credit.E001",
        )
    ]


def _stands() -> bool:
    try:
        return User.objects.filter(is_demo=True).exists()
    except DatabaseError:  # before the first migration there are no accounts at all
        return False
