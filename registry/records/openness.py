"""How open a record may be: the catalogue item decides, privacy narrows it, nothing widens it."""

from __future__ import annotations

from datetime import date

from registry.directory.catalogue import Openness
from registry.records.models import Record

# A kind's own row may say under this name why it is secret (国家秘密、商业秘密、个人隐私).
SECRECY = "secrecy"


def openness_of(record: Record, *, detail: object, on: date) -> Openness:
    """The openness of a record on that day.

    Nothing about a natural person is public unless the catalogue item says so (domain §7), nothing about a
    minor ever is, nor what is marked secret (政府信息公开条例 14–15).
    """
    allowed = Openness(record.item_version.openness)
    if getattr(detail, SECRECY, ""):
        return Openness.AUTHORISED
    person = record.subject.person if record.subject.is_natural else None
    if person is None:
        return allowed
    if person.is_minor(on=on):
        return Openness.AUTHORISED
    return allowed if record.item_version.persons_are_public else max(allowed, Openness.SHARED)
