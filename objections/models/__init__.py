"""The tables of the procedures: a case and what happened to it, what came with it, who was told, what it undid."""

from objections.models.cases import Case, Complaint, Objection, Pledge, RepairRequest
from objections.models.contacts import ContactAccess, Notice, NoticeState
from objections.models.events import CaseEvent, Letter
from objections.models.evidence import Evidence, EvidencePurpose, EvidenceState
from objections.models.filing import Allowance, DaySequence, FilingDraft
from objections.models.remedies import RemedyCase, RemedyKind, RemedyResult
from objections.models.reminders import RepairReminder
from objections.models.restoring import RecallTask, Restoration
from objections.models.rules import ComplaintTopic, RemedyText, StepRule
from objections.models.service import ServiceHours, ServiceProgramme

__all__ = [
    "Allowance",
    "Case",
    "CaseEvent",
    "Complaint",
    "ComplaintTopic",
    "ContactAccess",
    "DaySequence",
    "Evidence",
    "EvidencePurpose",
    "EvidenceState",
    "FilingDraft",
    "Letter",
    "Notice",
    "NoticeState",
    "Objection",
    "Pledge",
    "RecallTask",
    "RemedyCase",
    "RemedyKind",
    "RemedyResult",
    "RemedyText",
    "RepairReminder",
    "RepairRequest",
    "Restoration",
    "ServiceHours",
    "ServiceProgramme",
    "StepRule",
]
