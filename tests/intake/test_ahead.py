"""What is worked out ahead comes in its order, fails here, and ends with whoever wanted it."""

from __future__ import annotations

import threading
from contextlib import closing
from itertools import count

import pytest

from registry.intake.ahead import MOST_AHEAD, worked_out_ahead


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "ahead"]


def test_the_items_come_in_their_order_and_the_thread_ends():
    assert list(worked_out_ahead(lambda: iter(range(100)))) == list(range(100))
    assert not threads()


def test_they_are_worked_out_elsewhere_and_only_so_far_ahead():
    worked_out = []

    def items():
        for number in count():
            worked_out.append(threading.current_thread().name)
            yield number

    with closing(worked_out_ahead(items)) as ahead:
        assert [next(ahead) for _ in range(3)] == [0, 1, 2]
    assert set(worked_out) == {"ahead"} and len(worked_out) <= 3 + MOST_AHEAD + 2
    assert not threads()


def test_what_fails_there_is_raised_here_behind_what_came_before():
    def items():
        yield 1
        raise ValueError("no more")

    ahead = worked_out_ahead(items)
    assert next(ahead) == 1
    with pytest.raises(ValueError, match="no more"):
        next(ahead)
    assert not threads()


def test_whoever_fails_here_leaves_no_thread_behind():
    with pytest.raises(ZeroDivisionError), closing(worked_out_ahead(lambda: iter(count()))) as ahead:
        for item in ahead:
            1 / (3 - item)
    assert not threads()
