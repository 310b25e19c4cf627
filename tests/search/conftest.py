from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from registry.search import frequencies, index, statistics
from tests.search import town


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """The process keeps frequencies for a minute; each test has its own database."""
    frequencies.forget()
    yield
    frequencies.forget()


@pytest.fixture
def random() -> Random:
    return Random(610900)


@pytest.fixture
def the_town(rules: None, random: Random) -> None:
    """A thousand records of every fate, indexed, with the frequencies counted."""
    town.build(random)
    index.rebuild()
    statistics.refresh(force=True)
