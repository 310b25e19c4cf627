"""Entries that are in the index but not public on that day; nearly always none.

Together with `entries` this says the same as `Record.objects.public(on=)`, which a test holds it to: the
entries hold what state decides, this what the date alone or a record of another kind decides.
"""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.db.models import Exists, OuterRef

from registry.records import kinds
from registry.records.models import Record
from registry.search.models import SearchEntry

_OUT_OF_TERM = (
    "SELECT id FROM registry_searchentry WHERE public_until < %s"
    " UNION ALL SELECT id FROM registry_searchentry WHERE public_from > %s"
)


def concealed(*, on: date) -> tuple[str, list]:
    """A subquery of their keys, and its parameters; it may name a key twice."""
    day = connection.ops.adapt_datefield_value(on)
    if not any(kind.yields_to for kind in kinds.every()):
        return _OUT_OF_TERM, [day, day]
    hidden = Record.objects.hidden(on=on).filter(pk=OuterRef("record"))
    contested = SearchEntry.objects.filter(Exists(hidden), is_contested=True).values_list("pk")
    sql, parameters = contested.query.get_compiler(connection=connection).as_sql()
    return f"{_OUT_OF_TERM} UNION ALL {sql}", [day, day, *parameters]
