"""Rows that change a few times a year and are read on every page: remembered in the process for up to a minute.

Only the directory and the calendar, never a record: what is shown of records is always asked anew. A change in
this process is seen at once, one in another process within `SECONDS`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.db.models import Model
from django.db.models.signals import post_delete, post_save

SECONDS = 60.0
Value = TypeVar("Value")

_remembered: dict[str, tuple[float, Any]] = {}


def remembered(read: Callable[[], Value]) -> Callable[[], Value]:
    """The same answer again for a minute, or until something of it is changed here."""
    name = f"{read.__module__}.{read.__qualname__}"

    @wraps(read)
    def recall() -> Value:
        until, value = _remembered.get(name, (0.0, None))
        if time.monotonic() < until:
            return value
        value = read()
        _remembered[name] = (time.monotonic() + SECONDS, value)
        return value

    return recall


def forget(**kwargs: Any) -> None:
    """Read everything anew; after a load of rows that sends no signal, and between tests."""
    _remembered.clear()


def forget_when_changed(*models: type[Model]) -> None:
    """Have a saved or deleted row of these models end what is remembered."""
    for model in models:
        post_save.connect(forget, sender=model, dispatch_uid=f"forget {model._meta.label} saved")
        post_delete.connect(forget, sender=model, dispatch_uid=f"forget {model._meta.label} deleted")
