"""The registers from before the unified code: those who were converted, and those who have yet to come."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from ankang_credit.demo import fabricating
from ankang_credit.demo.directory import Body
from registry.directory.legacy import LegacyRegistration
from registry.directory.subjects import IdentifierScheme, SubjectIdentifier, SubjectState

TRADERS = "91"
_WAITING = 12  # of each authority of traders
_FIRST_NUMBER = 9000  # beyond those that were converted
_CANCELLED_SHARE = 0.2


def write(bodies: Iterable[Body], chance: Random) -> None:
    """One line for each number that was converted, and some for each authority that was not."""
    numbers = SubjectIdentifier.objects.select_related("subject").exclude(subject__registration_organisation=None)
    converted = [
        LegacyRegistration(
            authority_id=number.subject.registration_organisation_id,
            region_id=number.subject.region_id,
            scheme=number.scheme,
            value=number.value,
            name=number.subject.name,
        )
        for number in numbers
        if number.subject.region_id
    ]
    waiting = [
        _waiting(body, number, chance)
        for body in bodies
        if TRADERS in body.prefixes
        for number in range(_FIRST_NUMBER, _FIRST_NUMBER + _WAITING)
    ]
    LegacyRegistration.objects.bulk_create([*converted, *waiting], batch_size=500)


def _waiting(body: Body, number: int, chance: Random) -> LegacyRegistration:
    is_gone = chance.random() < _CANCELLED_SHARE
    return LegacyRegistration(
        authority=body.organisation,
        region_id=body.region,
        scheme=IdentifierScheme.REGISTRATION,
        value=fabricating.old_registration_number(body.region, number),
        name=f"{body.organisation.region.name}试例旧照第{number - _FIRST_NUMBER + 1}商店",
        state=SubjectState.CANCELLED if is_gone else SubjectState.LIVE,
    )
