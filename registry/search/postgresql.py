"""Finding names on PostgreSQL: two ways, the cheaper chosen by how common the tokens are, not by the planner.

gin: some token is rare. Intersect the posting lists of a few well-chosen tokens, look at the rows, sort.
walk: matches are everywhere. Go down the covering index from the newest entry, index-only, for so far and no
further; one pass gives both the page and the capped count.
"""

from __future__ import annotations

from collections.abc import Collection
from math import inf

from django.db import connection

from registry.search import keys
from registry.search.asking import Answer, Asked, Limits
from registry.search.concealed import concealed
from registry.search.frequencies import Frequencies
from registry.search.schema import TOKENS

# Microseconds, measured with the data in memory; only their proportions matter.
_ROW = 4.0  # to look at a row found through posting lists
_POSTING = 0.06  # to read an entry of a posting list into a bitmap
_STEP = 0.35  # down the walk index


def search(asked: Asked, known: Frequencies, limits: Limits, *, offset: int, size: int) -> Answer:
    return _Search(asked, known, limits).page(offset, size)


def count(asked: Asked, known: Frequencies, limits: Limits) -> Answer:
    return _Search(asked, known, limits).count()


class _Search:
    def __init__(self, asked: Asked, known: Frequencies, limits: Limits) -> None:
        self.asked, self.known, self.limits = asked, known, limits
        self.columns = asked.filters.columns
        self.of_terms = {token for term in asked.looked_up for token in asked.tokens_of(term)}
        self.of_filters = [token for _, token in self.columns.values()]
        self._estimate()

    def _estimate(self) -> None:
        known, year = self.known, self.asked.filters.year
        dated = 1.0 if year is None else known.share(self.columns["year"][1])
        self.in_range = dated * known.entries(self.asked.filters.sort)  # entries a walk would come across
        undated = [token for column, (_, token) in self.columns.items() if column != "year"]
        self.share = min(map(known.share, self.of_terms)) * known.joint(undated)  # of these, how many match
        self.matches = self.share * self.in_range

    def page(self, offset: int, size: int) -> Answer:
        cap = self.limits.cap
        if self._cost_of_walk(cap + 1) < self._cost_of_gin():
            total, found = self._walk(offset, size, upto=cap + 1)
            if total > cap:
                return Answer(found, cap, True, "walk")
            if len(found) == size:
                return Answer(found, *self._capped(self._count()), "walk, count")
        return self._page_of_gin(offset, size)

    def _page_of_gin(self, offset: int, size: int) -> Answer:
        cap, end = self.limits.cap, offset + size
        total, found = self._gin(offset, size, upto=cap + 1)
        if total <= cap:
            return Answer(found, total, False, "gin")
        _, found = self._walk(offset, size, upto=end)
        if len(found) == size:
            return Answer(found, cap, True, "gin, walk")
        _, found = self._gin(offset, size, upto=None)  # the matches cluster in old days
        return Answer(found, cap, True, "gin, all")

    def count(self) -> Answer:
        cap = self.limits.cap
        if self._cost_of_walk(cap + 1) < self._cost_of_gin():
            total, _ = self._walk(0, 0, upto=cap + 1)
            if total > cap:
                return Answer([], cap, True, "walk")
        return Answer([], *self._capped(self._count()), "gin")

    def _capped(self, total: int) -> tuple[int, bool]:
        return min(total, self.limits.cap), total > self.limits.cap

    def _cost_of_gin(self) -> float:
        wanted = self.limits.cap + 1
        chosen, found = self._chosen(wanted)
        rows = min(found, wanted * found / max(self.matches, 1.0))
        return rows * _ROW + sum(map(self.known.of, chosen)) * _POSTING

    def _cost_of_walk(self, wanted: int) -> float:
        """Down to so many matches; endless where the walk would probably stop before."""
        steps = wanted / max(self.share, 1e-9)
        if steps * 1.2 > min(self.limits.walk, self.in_range):
            return inf
        return steps * _STEP

    def _walk(self, offset: int, size: int, *, upto: int) -> tuple[int, list[int]]:
        dated, range_ = "", []
        if self.asked.filters.year is not None:
            dated, range_ = "AND id >= %s AND id < %s", [*keys.year_range(self.asked.filters.year)]
        year = self.columns.get("year")  # is the range walked
        where, parameters = self._shown(answered=[year[1]] if year else [])
        inner = (
            "SELECT id, name, kind, organisation_id, region FROM registry_searchentry"
            f" WHERE {self._sort()} {dated} ORDER BY id DESC LIMIT {self.limits.walk}"
        )
        found = f"SELECT id FROM ({inner}) newest WHERE {where} ORDER BY id DESC LIMIT {upto}"
        return self._page_of(found, [*range_, *parameters], offset, size)

    def _gin(self, offset: int, size: int, *, upto: int | None) -> tuple[int, list[int]]:
        return self._page_of(*self._gin_matches("id", upto), offset, size)

    def _count(self) -> int:
        found, parameters = self._gin_matches("", self.limits.cap + 1)
        return self._one(f"SELECT count(*) FROM ({found}) found", parameters)[0]

    def _gin_matches(self, columns: str, upto: int | None) -> tuple[str, list]:
        chosen, _ = self._chosen(inf if upto is None else upto)
        where, parameters = self._shown(answered=chosen)
        limit = "" if upto is None else f"LIMIT {upto}"
        found = f"SELECT {columns} FROM registry_searchentry WHERE {TOKENS} @> %s::bigint[] AND {where} {limit}"
        return found, [chosen, *parameters]

    def _page_of(self, found: str, parameters: list, offset: int, size: int) -> tuple[int, list[int]]:
        """How many were found, and a page of them, in one statement; MATERIALIZED keeps the paths apart."""
        statement = (
            f"WITH found AS MATERIALIZED ({found}) SELECT (SELECT count(*) FROM found),"
            " ARRAY(SELECT id FROM found ORDER BY id DESC OFFSET %s LIMIT %s)"
        )
        return self._one(statement, [*parameters, offset, size])

    def _one(self, statement: str, parameters: list) -> tuple:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchone()

    def _shown(self, *, answered: Collection[int]) -> tuple[str, list]:
        """What the tokens asked of the index leave open: a term of one token, or a filter, they settle."""
        where, parameters = [], []
        for term in self.asked.terms:
            if len(of_term := self.asked.tokens_of(term)) > 1 or of_term[0] not in answered:
                where.append("name LIKE %s")
                parameters.append(f"%{_literal(term)}%")
        for column, (value, token) in self.columns.items():
            if token not in answered:
                where.append(f"{column} = %s")
                parameters.append(value)
        hidden, of_hidden = concealed(on=self.asked.on)
        return " AND ".join([*where, f"id NOT IN ({hidden})"]), [*parameters, *of_hidden]

    def _sort(self) -> str:
        """Records or subjects: each has a walk index of its own, which this condition names."""
        return "kind = 1" if self.asked.filters.wants_subjects else "kind > 1"

    def _chosen(self, upto: float) -> tuple[list[int], float]:
        """The posting lists worth reading, and how many entries are in all of them.

        They are the rarest, and each that saves more rows than it costs.

        Reading them all is dear: each pair of 有限公司 stands in two entries of three.
        """
        chosen: list[int] = []
        matches, rest = self.known.entries(self.asked.filters.sort), self.share
        for token in sorted({*self.of_terms, *self.of_filters}, key=self.known.of):
            left = self._left_by(token, chosen)
            rows = min(matches, upto / max(rest, 1e-6))  # that would be looked at without this list
            if not chosen or self.known.of(token) * _POSTING < rows * (1 - left) * _ROW:
                chosen.append(token)
                matches *= left
                rest = min(rest / max(left, 1e-9), 1.0)
        return chosen, matches

    def _left_by(self, token: int, chosen: Collection[int]) -> float:
        """The share of entries found so far that have this token too; pairs of one name go together."""
        if token in self.of_filters or self.of_terms.isdisjoint(chosen):
            return self.known.share(token)
        return 0.8 if token in self.known.common else 0.3


def _literal(term: str) -> str:
    return term.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
