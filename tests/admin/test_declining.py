"""Turning down a correction: by another reviewer of the same body, in time, and with a reason."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from registry.directory.staff import Role
from registry.records import drafting
from registry.records.correcting import decline_correction
from registry.records.parsing import Door
from registry.records.workflow import MoveRefused
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def correction(published, clerk):
    return drafting.propose_correction(
        published(), {"content": "另一内容"}, reason="内容有误", by=clerk,
        at=factories.NOON, today=factories.TODAY, door=Door.FORM,
    )  # fmt: skip


def test_a_clerk_and_a_stranger_decline_nothing(correction, staff):
    for person in (staff(Role.CLERK), staff(Role.REVIEWER, foreign=True), staff(is_superuser=True, foreign=True)):
        with pytest.raises(PermissionDenied):
            decline_correction(correction, by=person, at=factories.NOON, reason="不同意")
    correction.refresh_from_db()
    assert correction.decided_at is None


def test_it_is_declined_once_and_with_a_reason(correction, reviewer):
    with pytest.raises(MoveRefused, match="必须说明理由"):
        decline_correction(correction, by=reviewer, at=factories.NOON, reason=" ")
    declined = decline_correction(correction, by=reviewer, at=factories.NOON, reason="原内容无误")
    assert (declined.is_accepted, declined.decided_by) == (False, reviewer)
    with pytest.raises(MoveRefused, match="已经审核"):
        decline_correction(correction, by=reviewer, at=factories.NOON, reason="再次")
