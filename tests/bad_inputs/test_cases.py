"""Every case is tried somewhere."""

from __future__ import annotations

import re
from pathlib import Path

from tests.bad_inputs.cases import CASES

HERE = Path(__file__).parent
# Tests, and the tables that some of them walk.
TESTS = [path for path in HERE.parent.rglob("*.py") if path not in (Path(__file__), HERE / "cases.py")]


def test_every_case_is_tried_by_a_test_that_names_it():
    named = {name for path in TESTS for name in re.findall(r"BI-[A-Z][0-9]{2}", path.read_text(encoding="utf-8"))}
    assert sorted(set(CASES) - named) == []
    assert sorted(named - set(CASES)) == [], "named, but nobody says what it is"
