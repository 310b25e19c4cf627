"""What a reviewer does before the step itself, where a kind asks for it."""

from __future__ import annotations

from datetime import datetime

from redlist import checking
from registry.directory.staff import User
from registry.models import Record
from tests import factories


def for_publication(record: Record, *, by: User, at: datetime = factories.NOON) -> None:
    """Have everything in place that the rule book of the kind wants to see before it opens the record."""
    if record.kind == "redlist":
        checking.cross_check(record, by=by, at=at)
