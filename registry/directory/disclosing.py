"""Opening a personal datum in clear: allowed for a reason, and never without a trace."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from registry.audit.models import PersonalDataAccess
from registry.directory.persons import Person
from registry.directory.staff import User


@transaction.atomic
def reveal(person: Person, *, by: User, at: datetime, reason: str, address: str | None = None) -> str:
    """The person's document number in clear; the log line is written first."""
    if not by.has_perm("registry.reveal_person"):
        raise PermissionDenied("您的角色不能查看证件号码")
    if len(reason.strip()) < 4:
        raise ValidationError({"reason": "请写明查看理由（不少于4个字）"})
    PersonalDataAccess.objects.create(person=person, by=by, at=at, reason=reason.strip(), address=address)
    return person.number()
