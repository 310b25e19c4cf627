"""Who filed, and how they are reached: encrypted, opened for a reason, and never without a trace (S3.7.3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from objections.models import Case, ContactAccess
from registry import privacy
from registry.audit import log
from registry.directory.staff import User

SHORTEST_REASON = 4


@transaction.atomic
def reveal(case: Case, *, by: User, at: datetime, reason: str, address: str | None = None) -> dict[str, Any]:
    """The contact data in clear; the log lines are written first."""
    if not by.has_perm("objections.reveal_contact"):
        raise PermissionDenied("您的角色不能查看联系信息")
    if not Case.objects.visible_to(by).filter(pk=case.pk).exists():
        raise PermissionDenied("只能查看由您办理的办件")
    if len(reason.strip()) < SHORTEST_REASON:
        raise ValidationError({"reason": f"请写明查看理由（不少于{SHORTEST_REASON}个字）"})
    ContactAccess.objects.create(case=case, by=by, at=at, reason=reason.strip(), address=address)
    log.write("case.reveal_contact", by=by, at=at, about=case, address=address, reason=reason.strip())
    return case.contact()


def masked(case: Case) -> str:
    """Who filed, as the list of cases may say it."""
    contact = case.contact()
    name = contact.get("name") or contact.get("representative") or ""
    return privacy.mask_person_name(name) if name else "匿名"
