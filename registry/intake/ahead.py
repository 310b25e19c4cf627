"""Two things at once: a thread works out what comes next while this one waits for the database.

Only where the database does its work in another process is anything gained by it, and only outside a transaction can
the other thread see what this one does: it has a connection of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from queue import Full, Queue
from typing import TypeVar

from django.db import connection, connections

Item = TypeVar("Item")
MOST_AHEAD = 8
_PATIENCE = 0.2  # seconds after which the thread looks whether anybody still wants what it has


class _Failed(Exception):
    """What the other thread could not do, on its way to this one."""


def is_worth_it() -> bool:
    """Whether this thread's database works beside it, and another connection sees the same."""
    return connection.vendor == "postgresql" and not connection.in_atomic_block


def worked_out_ahead(items: Callable[[], Iterator[Item]]) -> Generator[Item]:
    """The items in their order, each worked out by a thread of its own while the ones before it are dealt with.

    What the thread raises is raised here. It ends with the iteration, however that ends.
    """
    ready: Queue[Item | _Failed | None] = Queue(MOST_AHEAD)
    is_over = threading.Event()
    thread = threading.Thread(target=_work_out, args=(items, ready, is_over), name="ahead", daemon=True)
    thread.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, _Failed):
                raise item.__cause__ or item
            yield item
    finally:
        is_over.set()
        thread.join()


def _work_out(
    items: Callable[[], Iterator[Item]], ready: Queue[Item | _Failed | None], is_over: threading.Event
) -> None:
    try:
        for item in items():
            if not _hand_over(item, ready, is_over):
                return
        _hand_over(None, ready, is_over)
    except BaseException as error:
        failed = _Failed()
        failed.__cause__ = error
        _hand_over(failed, ready, is_over)
    finally:
        connections.close_all()  # of this thread


def _hand_over(item: Item | _Failed | None, ready: Queue[Item | _Failed | None], is_over: threading.Event) -> bool:
    """Whether anybody took it."""
    while not is_over.is_set():
        try:
            ready.put(item, timeout=_PATIENCE)
        except Full:
            continue
        return True
    return False
