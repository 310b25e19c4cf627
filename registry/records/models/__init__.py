"""The tables of the spine: a record, what happened to it, what it said, who was told."""

from registry.records.models.changes import Change, FeedReader
from registry.records.models.corrections import Correction
from registry.records.models.deliveries import Delivery, DeliveryState, Lane
from registry.records.models.editions import RecordEdition
from registry.records.models.events import RecordEvent
from registry.records.models.holds import Hold
from registry.records.models.numbers import NumberSeries
from registry.records.models.personal_items import PersonalItem
from registry.records.models.record import Record

__all__ = [
    "Change",
    "Correction",
    "Delivery",
    "DeliveryState",
    "FeedReader",
    "Hold",
    "Lane",
    "NumberSeries",
    "PersonalItem",
    "Record",
    "RecordEdition",
    "RecordEvent",
]
