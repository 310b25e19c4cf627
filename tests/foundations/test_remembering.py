"""What is remembered in a process ends with the change it depends on, and all of it together."""

from __future__ import annotations

import pytest
from django.db import transaction

from registry import remembering
from registry.directory.regions import Region
from registry.remembering import remembered, remembered_each

read: list[object] = []


@remembered
def number() -> int:
    read.append(None)
    return len(read)


@remembered_each(2)
def doubled(value: int) -> tuple[int, int]:
    return value * 2, number()


@pytest.fixture(autouse=True)
def nothing_read():
    read.clear()


def test_it_is_read_once_and_again_after_being_forgotten():
    assert [number(), number()] == [1, 1]
    remembering.forget()
    assert number() == 2


def test_what_was_worked_out_ends_with_what_it_was_worked_out_from(monkeypatch):
    now = [remembering.time.monotonic()]
    monkeypatch.setattr(remembering.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(remembering, "_until", 0.0)
    assert number() == 1
    now[0] += remembering.SECONDS - 1
    assert doubled(4) == (8, 1)
    now[0] += 1
    assert doubled(4) == (8, 2)


def test_no_more_values_are_kept_than_said():
    assert [doubled(value)[0] for value in (1, 2, 3, 1)] == [2, 4, 6, 2]
    assert len(remembering._current()[f"{__name__}.doubled"]) == 2


def test_what_was_begun_to_be_read_before_a_change_is_not_kept_after_it():
    @remembered
    def slow() -> int:
        read.append(None)
        if len(read) == 1:
            remembering.forget()  # somebody changes a row while this one still reads
        return len(read)

    assert [slow(), slow(), slow()] == [1, 2, 2]


@pytest.mark.django_db
def test_a_change_is_seen_in_its_transaction_and_once_more_when_it_ends(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        assert number() == 1
        Region.objects.create(code="619999", name="试例区", level="county")
        assert number() == 2  # this transaction reads its own; so might another thread, and see what was before
    assert number() == 3
