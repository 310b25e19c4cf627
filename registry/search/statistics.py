"""Counting again how common each token is, and tidying up behind the writers; fit for every ten minutes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.db import connection, transaction

from registry.search import frequencies, schema, tokens
from registry.search.models import SearchEntry, TokenFrequency

SAMPLE = 50_000  # entries; a share of 0.1 % is then known to about a seventh of itself
_COMMON = 0.001
_CHANGED = 0.01  # the share of entries come or gone that is worth counting again


def refresh(*, force: bool = False) -> bool:
    """Bring the estimates up to date where the index has grown or shrunk; says whether it counted."""
    _tidy()
    entries = SearchEntry.objects.count()
    if not force and abs(entries - _known()) <= _CHANGED * entries:
        return False
    _vacuum()
    _store(entries, _counted(entries))
    frequencies.forget()
    return True


def _known() -> int:
    return TokenFrequency.objects.filter(pk=tokens.ENTRIES).values_list("frequency", flat=True).first() or 0


def _tidy() -> None:
    """New entries wait in a list that every search reads to its end; sort them in."""
    if connection.vendor == "postgresql":
        _execute(f"SELECT gin_clean_pending_list('{schema.TOKEN_INDEX}')")


def _vacuum() -> None:
    """Keep the walk index-only; not possible, and not needed, inside a test's transaction."""
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        _execute("SET statement_timeout = 0")  # a worker's own limit is for what somebody waits for
        try:
            _execute("VACUUM (ANALYZE) registry_searchentry")
        finally:
            _execute("RESET statement_timeout")


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _counted(entries: int) -> dict[int, int]:
    """The common tokens and in about how many entries each stands."""
    every = max(entries // SAMPLE, 1)
    sampled, counts = 0, Counter[int]()
    for row in _sample(every):
        sampled += 1
        counts.update(set(tokens.of_entry(*row)))
    scale = entries / max(sampled, 1)
    return {token: round(n * scale) for token, n in counts.items() if n >= max(_COMMON * sampled, 2)}


def _sample(every: int) -> Iterator[tuple]:
    """About one entry in `every`, spread over all days."""
    columns = f"SELECT {schema.ARGUMENTS} FROM registry_searchentry"
    if connection.vendor == "postgresql":
        statement = f"{columns} TABLESAMPLE SYSTEM ({100 / every})"
    else:
        statement = f"{columns} WHERE (id >> 1) %% {every} = 0"
    with connection.cursor() as cursor:
        cursor.execute(statement, [])
        yield from cursor.fetchall()


@transaction.atomic
def _store(entries: int, common: dict[int, int]) -> None:
    TokenFrequency.objects.all().delete()
    rows = {tokens.ENTRIES: entries, **common}
    TokenFrequency.objects.bulk_create(
        [TokenFrequency(token=token, frequency=count) for token, count in rows.items()], batch_size=1000
    )
