"""What the search benchmark asks: terms of every commonness, with every sort of filter, equally weighted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from random import Random
from typing import Any

from django.db.models import QuerySet

from registry.directory.organisations import Organisation
from registry.records import kinds
from registry.search.models import SearchEntry

TERMS_PER_CLASS = 8
_SAMPLE = 40_000

# Class -> length of the term and the share of entries that hold it.
CLASSES = {
    "rare2": (2, 0.0, 0.001),
    "rare4": (4, 0.0, 0.001),
    "med2": (2, 0.002, 0.04),
    "med4": (4, 0.002, 0.04),
    "big2": (2, 0.01, 0.14),
    "common2": (2, 0.14, 0.7),
    "common4": (4, 0.14, 0.7),
}
_ABSENT = "鼋鼍龃龉鞣鞴髑髅"


@dataclass(frozen=True)
class Question:
    """One search: its class of term, the name of its filter, and what to call `find` with."""

    term_class: str
    filter_name: str
    q: str
    filters: dict[str, Any] = field(compare=False)


def terms(random: Random) -> dict[str, list[str]]:
    """Terms of each class, by how many of a sample of names hold them."""
    # Keys are ordered by day, and days have nothing to do with names: the newest are as good a sample as any.
    newest = SearchEntry.objects.filter(kind__gt=kinds.SUBJECT_NUMBER).order_by("-pk")
    names = list(newest.values_list("name", flat=True)[:_SAMPLE])
    chosen = {"whole": random.sample(names, TERMS_PER_CLASS)}
    shares = {length: _shares(names, length) for length in (2, 4)}
    for term_class, (length, least, most) in CLASSES.items():
        fitting = sorted(term for term, share in shares[length].items() if least < share <= most)
        chosen[term_class] = random.sample(fitting, min(TERMS_PER_CLASS, len(fitting)))
    chosen["zero"] = [_ABSENT[start : start + 2] for start in range(len(_ABSENT) - 1)]
    return chosen


def _shares(names: list[str], length: int) -> dict[str, float]:
    held = Counter[str]()
    for name in names:
        held.update({name[start : start + length] for start in range(len(name) - length + 1)})
    return {term: count / len(names) for term, count in held.items()}


def others(chosen: dict[str, list[str]]) -> dict[str, list[str]]:
    """Beside the nine classes: a single character, and two words."""
    common, medium = chosen["common2"], chosen["med2"]
    pairs = [f"{first} {second}" for first, second in zip(common * 2, medium + chosen["big2"], strict=False)]
    return {"one character": sorted({term[0] for term in [*common, *medium]}), "two words": pairs}


def filters() -> dict[str, dict[str, Any]]:
    """The eight: none, kind, kind + year, region + body elsewhere, an old year, a rare body, all, a region."""
    # Of the bodies of a region the first writes the most, the last the least.
    bodies = {region: list(of) for region, of in groupby(_bodies(), key=attrgetter("region_id"))}
    licence, penalty = kinds.get("licence").number, kinds.get("penalty").number
    busy, elsewhere, rare = bodies["610902"][0].pk, bodies["610924"][0].pk, bodies["610927"][-1].pk
    return {
        "none": {},
        "kind": {"kind": licence},
        "kind + year": {"kind": penalty, "year": 2024},
        "region + body": {"region": "610981", "organisation": elsewhere},
        "old year": {"year": 2015},
        "rare body": {"organisation": rare},
        "all four": {"kind": licence, "year": 2023, "region": "610902", "organisation": busy},
        "region": {"region": "610981"},
    }


def _bodies() -> QuerySet[Organisation]:
    return Organisation.objects.order_by("region", "pk")


def questions(chosen: dict[str, list[str]]) -> Iterator[Question]:
    every = filters()
    for term_class, of_class in chosen.items():
        for q in of_class:
            for filter_name, narrowed in every.items():
                yield Question(term_class, filter_name, q, narrowed)
