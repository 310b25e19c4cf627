"""Narrowing a list by a column of its kind's own row: the same at page and API."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q

from registry.records.fields import Condition, FieldSpec, FieldType, Operator
from registry.records.kinds import Kind
from registry.records.listed import Listed


def holds(kind: Kind, item: FieldSpec, value: str) -> Q:
    """What the kind's row must say. The standard joins several values by semicolons, and lets 其他 carry its
    explanation; a code of a table is just itself."""
    lookup = "contains" if item.type is FieldType.CHOICES else "startswith"
    if isinstance(item.choices, Listed):
        lookup = "exact"
    where = "subject" if item.keeper == "subject" else kind.detail_name
    held = Q(**{f"{where}__{item.attribute}__{lookup}": value})
    for condition in item.hidden_when:  # what a record does not show cannot be found out by asking for it
        held &= ~_speaks(kind, condition)
    return held


def _speaks(kind: Kind, condition: Condition) -> Q:
    """A condition as a question to the kind's row; only those that can hide a field are asked so."""
    column = f"{kind.detail_name}__{kind.spec()[condition.field].attribute}"
    if condition.operator is Operator.FILLED:
        return ~Q(**{column: ""})
    if condition.operator is Operator.IS:
        return Q(**{f"{column}__in": condition.value})
    raise ImproperlyConfigured(f"A field cannot be hidden by {condition.operator}.")
