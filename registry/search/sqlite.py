"""Finding names on SQLite: FTS5 over pairs of characters, whose rowid streams the newest matches first.

A phrase of neighbouring pairs is exactly a substring, so short terms need no second look. Of a long term
three pairs around its rarest are asked, and the row is looked at.
"""

from __future__ import annotations

from itertools import combinations

from django.db import connection

from registry.search import keys
from registry.search.asking import Answer, Asked, Limits
from registry.search.concealed import concealed
from registry.search.frequencies import Frequencies
from registry.search.fulltext import TABLE, phrase

# Microseconds, measured with the data in memory; only their proportions matter.
_ROW = 5.0  # to look at a row the words lead to
_POSTING = 0.05  # to read an entry of a posting list

_LONG = 3  # pairs; a longer phrase is cut to so many where one of them is selective
_SELECTIVE = 0.02
_LEFT_BY_A_PHRASE = 0.1  # of the entries that have its rarest pair


def search(asked: Asked, known: Frequencies, limits: Limits, *, offset: int, size: int) -> Answer:
    return _Search(asked, known, limits).page(offset, size)


def count(asked: Asked, known: Frequencies, limits: Limits) -> Answer:
    return _Search(asked, known, limits).count()


class _Search:
    def __init__(self, asked: Asked, known: Frequencies, limits: Limits) -> None:
        self.asked, self.known, self.limits = asked, known, limits
        self.rechecked: list[str] = [term for term in asked.terms if term not in asked.looked_up]
        runs = [self._run(term) for term in asked.looked_up]
        lists, columns = self._filters()
        # The rarest first: FTS5 goes from one of its entries to the next and skips the others' between.
        parts = sorted([*runs, *([token] for token in lists)], key=lambda run: min(map(known.of, run)))
        self.path = "fts+row" if self.rechecked or columns else "fts"
        self.source, self.parameters = self._source(" AND ".join(map(phrase, parts)), columns)

    def page(self, offset: int, size: int) -> Answer:
        statement = f"SELECT f.rowid {self.source} ORDER BY f.rowid DESC LIMIT %s OFFSET %s"
        with connection.cursor() as cursor:
            cursor.execute(statement, [*self.parameters, size, offset])
            found = [key for (key,) in cursor.fetchall()]
        if len(found) < size and (found or offset == 0):
            return Answer(found, offset + len(found), False, self.path)
        counted = self.count()
        return Answer(found, counted.total, counted.capped, self.path)

    def count(self) -> Answer:
        cap = self.limits.cap
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM (SELECT 1 {self.source} LIMIT {cap + 1})", self.parameters)
            total = cursor.fetchone()[0]
        return Answer([], min(total, cap), total > cap, self.path)

    def _run(self, term: str) -> list[int]:
        """The neighbouring pairs to ask for; where they are not all, the row will be looked at."""
        run = self.asked.tokens_of(term)
        rarest = min(range(len(run)), key=lambda place: self.known.of(run[place]))
        if len(run) > _LONG and self.known.share(run[rarest]) <= _SELECTIVE:
            self.rechecked.append(term)
            starts = range(max(0, rarest - _LONG + 1), min(rarest, len(run) - _LONG) + 1)
            start = min(starts, key=lambda place: sum(map(self.known.of, run[place : place + _LONG])))
            run = run[start : start + _LONG]
        return run

    def _filters(self) -> tuple[list[int], dict[str, int]]:
        """Which filters are asked of the index as tokens, and which of the row: the cheapest division.

        A year is a range of keys; whether records or subjects are meant, every token says.
        """
        said = {"year", "kind"} if self.asked.filters.wants_subjects else {"year"}
        filters = {name: pair for name, pair in self.asked.filters.columns.items() if name not in said}
        divisions = [set(of) for size in range(len(filters) + 1) for of in combinations(filters, size)]
        asked = min(divisions, key=lambda names: self._cost(names, filters))
        return (
            [filters[name][1] for name in asked],
            {name: value for name, (value, _) in filters.items() if name not in asked},
        )

    def _cost(self, asked: set[str], filters: dict[str, tuple[int, int]]) -> float:
        """Of counting to the cap with these filters as tokens and the others looked up in the rows."""
        run = [token for term in self.asked.looked_up for token in self.asked.tokens_of(term)]
        lists = [filters[name][1] for name in asked]
        left = min(map(self.known.of, run)) * (_LEFT_BY_A_PHRASE if self.rechecked else 1)
        matches = left * self.known.joint(token for _, token in filters.values())
        visited = min(1.0, self.limits.cap / max(matches, 1.0))
        cost = visited * sum(map(self.known.of, [*run, *lists])) * _POSTING
        if self.rechecked or len(asked) < len(filters):
            cost += visited * left * self.known.joint(lists) * _ROW
        return cost

    def _source(self, match: str, columns: dict[str, int]) -> tuple[str, list]:
        hidden, of_hidden = concealed(on=self.asked.on)
        where = [f"f.{TABLE} MATCH %s"]
        parameters: list = [match]
        if self.asked.filters.year is not None:
            where.append("f.rowid BETWEEN %s AND %s")
            first, after = keys.year_range(self.asked.filters.year)
            parameters += [first, after - 1]
        for column, value in columns.items():
            where.append(f"e.{column} = %s")
            parameters.append(value)
        for term in self.rechecked:
            where.append("instr(e.name, %s) > 0")
            parameters.append(term)
        where.append(f"f.rowid NOT IN ({hidden})")
        # CROSS keeps the order: first the words, then the rows they lead to.
        join = "CROSS JOIN registry_searchentry e ON e.id = f.rowid" if self.path == "fts+row" else ""
        return f"FROM {TABLE} f {join} WHERE {' AND '.join(where)}", [*parameters, *of_hidden]
