"""One turn of a worker with one batch: whatever step it is in, carried out or put back."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from registry import clock
from registry.intake import files, leases, moving, steps, undoing
from registry.intake.errors import Refused
from registry.intake.leases import LeaseLost
from registry.intake.models import BatchState, ImportBatch
from registry.records.validation import Invalid

logger = logging.getLogger(__name__)

_STEPS: Mapping[str, Callable[[ImportBatch], None]] = {
    BatchState.CHECKING: steps.check,
    BatchState.COMMITTING: steps.commit,
    BatchState.MOVING: moving.move,
    BatchState.UNDOING: undoing.undo,
}


def work_on(key: int) -> None:
    """Carry out the step the batch is in, unless somebody else does. Repeats are harmless."""
    batch = leases.claim(key, now=clock.real_now())
    if batch is None:
        return
    try:
        _STEPS[batch.state](batch)
    except LeaseLost:
        logger.info("批次 %s 已由其他进程接手", batch.pk)
    except (Refused, Invalid) as refusal:
        _refuse(batch, refusal)
    except Exception:
        leases.release(batch, now=clock.real_now())
        raise


def _refuse(batch: ImportBatch, refusal: Refused | Invalid) -> None:
    """The file cannot be read: that is the end of the batch, and of its file."""
    said = _in_words(refusal)
    stored = batch.stored_as
    with transaction.atomic():
        leases.hold(batch)
        leases.finish(batch, BatchState.REFUSED, refusal=said[:500], stored_as="")
    files.delete(stored)


def _in_words(refusal: Refused | Invalid) -> str:
    if isinstance(refusal, Refused):
        return refusal.message
    return "；".join(problem.message for problem in refusal.checked.problems)


def sweep() -> list[int]:
    """The batches nobody is working on, for the caller to send to a worker."""
    return list(leases.due(now=clock.real_now()))


def forget_files() -> int:
    """Delete what has been kept long enough; what was checked and never stored is given up with it."""
    before = clock.real_now() - timedelta(days=settings.INTAKE_KEEP_DAYS)
    deleted = files.delete_older(before)
    old = ImportBatch.objects.filter(uploaded_at__lt=before).exclude(stored_as="")
    old.filter(state=BatchState.CHECKED).update(state=BatchState.DISCARDED, refusal="文件已超过保存期限并删除")
    old.update(stored_as="", returned_as="")
    return deleted
