"""The key of an entry says where it stands: day, then record or subject, then which of the two it is.

So "newest first" is the order of the primary key, a year is a range of keys, a page of keys needs no second
sort, and SQLite's full-text index (whose rowid it is) streams matches newest first out of the posting list.
"""

from __future__ import annotations

from datetime import date

_SUBJECT = 1  # the lowest bit
_DAY = 33  # 32 bits for the row, one for which table it is in


def record_key(day: date, record_id: int) -> int:
    return day.toordinal() << _DAY | record_id << 1


def subject_key(day: date, subject_id: int) -> int:
    return day.toordinal() << _DAY | subject_id << 1 | _SUBJECT


def year_range(year: int) -> tuple[int, int]:
    """The least key of that year and the least key after it; raises ValueError outside 1 to 9998."""
    return record_key(date(year, 1, 1), 0), record_key(date(year + 1, 1, 1), 0)
