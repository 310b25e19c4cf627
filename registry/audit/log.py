"""Writing the audit log: one call, in the transaction of what it tells about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model

from registry.audit.models import AuditLog


def write(
    action: str,
    *,
    by: Any,
    at: datetime,
    about: Model | None = None,
    succeeded: bool = True,
    address: str | None = None,
    **detail: Any,
) -> AuditLog:
    """Say who did what to which object; `detail` must hold no personal data in clear."""
    return AuditLog.objects.create(
        at=at,
        by=by,
        action=action,
        object_type=about._meta.label_lower if about is not None else "",
        object_key=str(about.pk) if about is not None else "",
        succeeded=succeeded,
        detail=detail,
        address=address,
    )


def as_typed(folded: Mapping[str, str]) -> dict[str, Any]:
    """What the log keeps of values that were folded: how they were written, field by field."""
    return {"typed": dict(folded)} if folded else {}
