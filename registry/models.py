"""The models of every floor of this room, in one place for Django to find."""

from registry.audit.models import AuditLog, PersonalDataAccess
from registry.directory.api_keys import ApiKey, IdempotentAnswer
from registry.directory.calendar import CalendarDay, CalendarYear
from registry.directory.catalogue import CatalogueItem, CatalogueItemVersion, CollectionCatalogue
from registry.directory.legacy import LegacyRegistration
from registry.directory.organisations import CodeAuthority, Organisation
from registry.directory.persons import Person
from registry.directory.positions import AssociationMember, PersonRole, Position
from registry.directory.regions import Region
from registry.directory.second_factor import TotpDevice
from registry.directory.staff import User
from registry.directory.subjects import FormerName, Subject, SubjectIdentifier
from registry.directory.taxonomies import DishonestyItem, HonourCategory
from registry.directory.terms import DeadlineRule, RepairRule, TermRule
from registry.intake.models import BackfillTarget, BatchRow, ImportBatch, ZeroReport
from registry.records.catalogue_records import CatalogueRecord
from registry.records.code_events import CodeEvent
from registry.records.models import (
    Change,
    Correction,
    Delivery,
    FeedReader,
    Hold,
    NumberSeries,
    PersonalItem,
    Record,
    RecordEdition,
    RecordEvent,
)
from registry.search.models import SearchEntry, TokenFrequency

__all__ = [
    "ApiKey",
    "AssociationMember",
    "AuditLog",
    "BackfillTarget",
    "BatchRow",
    "CalendarDay",
    "CalendarYear",
    "CatalogueItem",
    "CatalogueItemVersion",
    "CatalogueRecord",
    "Change",
    "CodeAuthority",
    "CodeEvent",
    "CollectionCatalogue",
    "Correction",
    "DeadlineRule",
    "Delivery",
    "DishonestyItem",
    "FeedReader",
    "FormerName",
    "Hold",
    "HonourCategory",
    "IdempotentAnswer",
    "ImportBatch",
    "LegacyRegistration",
    "NumberSeries",
    "Organisation",
    "Person",
    "PersonRole",
    "PersonalDataAccess",
    "PersonalItem",
    "Position",
    "Record",
    "RecordEdition",
    "RecordEvent",
    "Region",
    "RepairRule",
    "SearchEntry",
    "Subject",
    "SubjectIdentifier",
    "TermRule",
    "TokenFrequency",
    "TotpDevice",
    "User",
    "ZeroReport",
]
