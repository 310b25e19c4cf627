"""The answers given so far: encrypted, kept for some hours, found by a key that stands in the address and in no table."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from objections import codes
from objections.models import FilingDraft
from objections.statuses import Procedure


def begin(
    procedure: Procedure, *, at: datetime, answers: dict[str, Any], is_suspicious: bool = False, key: str = ""
) -> str:
    """A new draft; returns its key (a random one, unless the demo brings its own)."""
    key = key or codes.new_key()
    draft = FilingDraft(key_sha256=codes.digest(key), procedure=procedure, started_at=at, is_suspicious=is_suspicious)
    draft.keep(answers)
    draft.save(force_insert=True)
    return key


def find(procedure: Procedure, key: str, *, at: datetime) -> FilingDraft | None:
    """The draft under this key while it lasts."""
    oldest = at - timedelta(hours=settings.FORMS["draft_hours"])
    drafts = FilingDraft.objects.filter(procedure=procedure, started_at__gte=oldest).select_related("case")
    return drafts.filter(pk=codes.digest(key)).first()


@transaction.atomic
def answer(draft: FilingDraft, step: str, values: dict[str, Any]) -> FilingDraft:
    """Keep the answers of one page beside the others: two open windows do not lose each other's pages."""
    draft = FilingDraft.objects.select_for_update().get(pk=draft.pk)
    if draft.case_id is not None:  # sent meanwhile from another window: what came with it stays as it was
        return draft
    draft.keep(draft.answers() | {step: values})
    draft.posts += 1
    draft.save(update_fields=["answers_cipher", "posts"])
    return draft
