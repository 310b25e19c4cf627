"""How common each token is, as this process last read it: steers the access path, never the answer."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import prod

from registry.search import tokens
from registry.search.models import TokenFrequency

_RARE = 0.0005  # share assumed for a token that is not among the common ones
_FRESH = 60.0  # seconds


@dataclass(frozen=True)
class Frequencies:
    """In how many entries each common token stands."""

    common: Mapping[int, int] = field(default_factory=dict)

    def entries(self, sort: int) -> int:
        """How many entries there are of records (sort 0) or of subjects."""
        subjects = self.common.get(tokens.SUBJECTS, 0)
        return max(subjects if sort else self.common.get(tokens.ENTRIES, 0) - subjects, 1)

    def of(self, token: int) -> float:
        return self.common.get(token) or max(self.entries(token & tokens.SUBJECT) * _RARE, 1.0)

    def share(self, token: int) -> float:
        """Among the entries of its sort."""
        return min(self.of(token) / self.entries(token & tokens.SUBJECT), 1.0)

    def joint(self, wanted: Iterable[int]) -> float:
        """The share of entries with all of these, taken as independent."""
        return prod(map(self.share, wanted))


_held: tuple[float, Frequencies] | None = None


def current() -> Frequencies:
    """What was read at most a minute ago."""
    global _held
    if _held is None or time.monotonic() - _held[0] > _FRESH:
        common = dict(TokenFrequency.objects.values_list("token", "frequency"))
        _held = time.monotonic(), Frequencies(common)
    return _held[1]


def forget() -> None:
    """Read anew when next asked."""
    global _held
    _held = None
