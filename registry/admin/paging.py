"""Counting no further than anybody turns pages: a list of a million rows costs what one of ten thousand does."""

from __future__ import annotations

from functools import cached_property

from django.core.paginator import Paginator

CAP = 10_000


class CappedPaginator(Paginator):
    """Pages over at most the first `CAP` rows; `is_capped` says that there are more."""

    @cached_property
    def _found(self) -> int:
        # One further than shown, to know whether anything was left out.
        return self.object_list.order_by().values("pk")[: CAP + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self._found, CAP)

    @property
    def is_capped(self) -> bool:
        return self._found > CAP
