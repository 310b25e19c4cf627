"""The whole life of cases through the real doors: the rows say what the ledger says, whatever happens (`at_work.py`)."""

from __future__ import annotations

import pytest

from tests.objections.at_work import PARTS, from_the_first_day, live, town  # noqa: F401  # fixtures

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_happens_the_rows_say_what_the_ledger_says(part):
    live(part)
