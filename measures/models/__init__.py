"""The models of this room, in one place for Django to find."""

from measures.models.bases import BasisKind, LegalBasis
from measures.models.catalogue import PUBLIC_BODIES, Colour, FeedbackRule, Measure, RoleList, Strength
from measures.models.lists import ListLine, ListState, MeasureList

__all__ = [
    "PUBLIC_BODIES",
    "BasisKind",
    "Colour",
    "FeedbackRule",
    "LegalBasis",
    "ListLine",
    "ListState",
    "Measure",
    "MeasureList",
    "RoleList",
    "Strength",
]
