"""Rows that change a few times a year and are read on every page: remembered in the process for up to a minute.

Only the directory, the calendar and the rules, never a record: what is shown of records is always asked anew. A
change in this process is seen at once, one in another process within `SECONDS`: all that is remembered ends
together, so nothing outlives what it was worked out from.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save

SECONDS = 60.0
Value = TypeVar("Value")

_NOTHING = object()
_remembered: dict[Any, Any] = {}  # replaced, never emptied: what was begun before is kept in one nobody asks again
_until = 0.0


def remembered(read: Callable[[], Value]) -> Callable[[], Value]:
    """The same answer again for a minute, or until something of it is changed here."""
    name = f"{read.__module__}.{read.__qualname__}"

    @wraps(read)
    def recall() -> Value:
        known = _current()
        value = known.get(name, _NOTHING)
        if value is _NOTHING:
            value = known[name] = read()
        return value

    return recall


def remembered_each(most: int) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """The same for what follows from such rows and a few values; of as many values at a time."""

    def remember(work_out: Callable[..., Value]) -> Callable[..., Value]:
        name = f"{work_out.__module__}.{work_out.__qualname__}"

        @wraps(work_out)
        def recall(*values: Any) -> Value:
            known: dict[tuple[Any, ...], Any] = _current().setdefault(name, {})
            answer = known.get(values, _NOTHING)
            if answer is _NOTHING:
                answer = work_out(*values)
                if len(known) >= most:
                    known.clear()
                known[values] = answer
            return answer

        return recall

    return remember


def _current() -> dict[Any, Any]:
    if time.monotonic() >= _until:
        forget()
    return _remembered


def forget() -> None:
    """Read everything anew, for another minute; after a load of rows that sends no signal, and between tests."""
    global _remembered, _until
    _remembered, _until = {}, time.monotonic() + SECONDS


def _forget_and_again(**kwargs: Any) -> None:
    """Now, for what this transaction reads on, and at its end: till then another thread reads what was before."""
    forget()
    transaction.on_commit(forget)


def forget_when_changed(*models: type[Model]) -> None:
    """Have a saved or deleted row of these models end what is remembered."""
    for model in models:
        post_save.connect(_forget_and_again, sender=model, dispatch_uid=f"forget {model._meta.label} saved")
        post_delete.connect(_forget_and_again, sender=model, dispatch_uid=f"forget {model._meta.label} deleted")
