"""Taking numbers from a series inside the transaction of the step that needs them."""

from __future__ import annotations

from registry.records.models import NumberSeries


def take(prefix: str, *, count: int = 1) -> range:
    """The next numbers of a series; what is rolled back gives its numbers back, so none is missing."""
    NumberSeries.objects.get_or_create(prefix=prefix)
    series = NumberSeries.objects.select_for_update().get(prefix=prefix)
    first = series.last + 1
    series.last += count
    series.save()
    return range(first, first + count)
