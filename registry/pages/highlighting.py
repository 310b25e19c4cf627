"""Marking in a name, as it was typed, what was found in its key.

Search compares keys (half width, upper case, one form of brackets, no blanks); people read the original. So the
key is built character by character and remembers where each of its characters came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from registry.identifiers.normalise import name_key


def highlight(text: str, query: str) -> SafeString:
    """The text as HTML with every place that answers the query in <mark>; nothing of either stays markup."""
    if not query:
        return escape(text)
    marked = _marked(text, _terms(query))
    parts = []
    for is_marked, piece in _runs(text, marked):
        parts.append(f"<mark>{escape(piece)}</mark>" if is_marked else escape(piece))
    return mark_safe("".join(parts))  # every piece of it is escaped above


def _terms(query: str) -> list[str]:
    whole = name_key(query)
    return [whole, *(key for word in query.split() if (key := name_key(word)) != whole)]


def _marked(text: str, terms: Iterable[str]) -> set[int]:
    """Positions of the text whose key answers one of the terms."""
    key, origin = "", []
    for position, character in enumerate(text):
        folded = name_key(character)
        key += folded
        origin += [position] * len(folded)
    marked: set[int] = set()
    for term in filter(None, terms):
        start = key.find(term)
        while start >= 0:
            marked.update(range(origin[start], origin[start + len(term) - 1] + 1))
            start = key.find(term, start + 1)
    return marked


def _runs(text: str, marked: set[int]) -> Iterator[tuple[bool, str]]:
    begin = 0
    for position in range(1, len(text) + 1):
        if position == len(text) or (position in marked) != (begin in marked):
            yield begin in marked, text[begin:position]
            begin = position
