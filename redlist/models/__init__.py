"""The tables of the red list: models of honesty with their rules, checks and nominations; commitments."""

from redlist.models.commitments import Commitment
from redlist.models.cross_checks import CrossCheck
from redlist.models.honours import Honour
from redlist.models.list_rules import ListRule, ListScope
from redlist.models.nominations import Nomination, NominationState
from redlist.models.revocations import HonourRevocation

__all__ = [
    "Commitment",
    "CrossCheck",
    "Honour",
    "HonourRevocation",
    "ListRule",
    "ListScope",
    "Nomination",
    "NominationState",
]
