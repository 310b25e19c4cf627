"""The demo can be started on any day: rules change, holidays come, and the doors still take what it brings."""

from __future__ import annotations

from datetime import date

import pytest

from ankang_credit.demo import loading
from registry.directory import roles
from registry.models import Record

DAYS = {
    "before the rules of 2026": date(2026, 3, 2),
    "amid a long holiday": date(2026, 10, 4),
    "years without a published calendar": date(2029, 2, 28),
}


@pytest.mark.parametrize("today", DAYS.values(), ids=DAYS.keys())
def test_the_demo_loads(today, rules):
    roles.set_up()
    loading.load(today=today, scale=0.002)
    assert Record.objects.public(on=today).exists()
    assert not Record.objects.lapsed(on=today).exists()
