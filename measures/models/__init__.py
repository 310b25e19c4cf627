"""The models of this room, in one place for Django to find."""

from measures.models.applications import ApplicationState, MeasureApplication
from measures.models.archive import ArchiveNote, MeasureArchive
from measures.models.bases import BasisKind, LegalBasis
from measures.models.catalogue import PUBLIC_BODIES, Colour, FeedbackRule, Measure, RoleList, Strength
from measures.models.checks import (
    ApplicationMatter,
    CheckHit,
    Decision,
    FinanceFeedback,
    FinanceWay,
    JointCheck,
)
from measures.models.documents import MeasureDocument
from measures.models.letters import Letter
from measures.models.lists import ListLine, ListState, MeasureList

__all__ = [
    "PUBLIC_BODIES",
    "ApplicationMatter",
    "ApplicationState",
    "ArchiveNote",
    "BasisKind",
    "CheckHit",
    "Colour",
    "Decision",
    "FeedbackRule",
    "FinanceFeedback",
    "FinanceWay",
    "JointCheck",
    "LegalBasis",
    "Letter",
    "ListLine",
    "ListState",
    "Measure",
    "MeasureApplication",
    "MeasureArchive",
    "MeasureDocument",
    "MeasureList",
    "RoleList",
    "Strength",
]
