"""Complaints as clues of a campaign against serious dishonesty (三（二）集中力量开展专项整治活动; row S3.2.3).

Campaigns belong to a room beside this one: whoever joins the two says here which are running
(`portal.apps`), and reads here how many clues each was given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date

from objections.models import Complaint

Source = Callable[[date], Iterable[str]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Have `source` asked for the titles of the campaigns that run on a day."""
    if source not in _sources:
        _sources.append(source)


def campaigns(on: date) -> list[str]:
    """The campaigns a complaint may be passed on to as a clue that day."""
    return [title for source in _sources for title in source(on)]


def counted() -> Counter[str]:
    """By campaign, how many complaints were passed on as its clues; of their contents nothing is said."""
    return Counter(Complaint.objects.exclude(clue_of="").order_by().values_list("clue_of", flat=True))
