"""What the index holds of an entry: numbers for its characters, its pairs of characters and its filters.

Entries of subjects have tokens of their own, so that a search for records reads no posting of a subject.

PostgreSQL computes the same in `search_tokens` (migration 0002); a test compares them. Two code points packed
into one number are at least 2**21, a single character is at least 2**42: no two sorts of token collide.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, pairwise

from registry.records.kinds import SUBJECT_NUMBER

KIND = 1_000  # + Kind.number, up to 9,999
YEAR = 10_000  # + year
ORGANISATION = 100_000  # + primary key, up to 899,999
REGION = 1_000_000  # + six digits
FILTERS_END = 1 << 21
CHARACTER = 1 << 42
SUBJECT = 1 << 43  # added to every token of a subject

ENTRIES = 0  # in TokenFrequency: the number of entries
SUBJECTS = SUBJECT | KIND + SUBJECT_NUMBER  # and of subjects among them


def pair(first: str, second: str) -> int:
    return ord(first) << 21 | ord(second)


def pairs(text: str) -> list[int]:
    """Each two neighbouring characters, in order."""
    return [pair(first, second) for first, second in pairwise(text)]


def character(text: str) -> int:
    return CHARACTER | ord(text)


def sort_of(kind: int | None) -> int:
    """What is added to the tokens of an entry of this kind."""
    return SUBJECT if kind == SUBJECT_NUMBER else 0


def of_term(term: str, sort: int = 0) -> list[int]:
    """The tokens every name that holds the term has, in the term's order."""
    run = pairs(term) if len(term) > 1 else [character(term)]
    return [sort | token for token in run]


def of_entry(name: str, kind: int, organisation: int | None, region: int, year: int) -> Iterator[int]:
    """All tokens of an entry: the pairs first, side by side as in the name, so that phrases can be asked."""
    sort = sort_of(kind)
    filters = KIND + kind, ORGANISATION + (organisation or 0), REGION + region, YEAR + year
    for token in chain(pairs(name), filters, map(character, dict.fromkeys(name))):
        yield sort | token
