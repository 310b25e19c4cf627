"""Narrowing a list by a column of its kind's own row: the same at page and API."""

from __future__ import annotations

from django.db.models import Q

from registry.records.fields import FieldSpec, FieldType
from registry.records.kinds import Kind
from registry.records.listed import Listed


def holds(kind: Kind, item: FieldSpec, value: str) -> Q:
    """What the kind's row must say. The standard joins several values by semicolons, and lets 其他 carry its
    explanation; a code of a table is just itself."""
    lookup = "contains" if item.type is FieldType.CHOICES else "startswith"
    if isinstance(item.choices, Listed):
        lookup = "exact"
    return Q(**{f"{kind.detail_name}__{item.attribute}__{lookup}": value})
