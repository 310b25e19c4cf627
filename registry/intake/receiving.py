"""Taking in what somebody delivers: the file is sealed and a batch is opened for it; a worker does the rest."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from celery import current_app
from django.db import IntegrityError, transaction
from kombu.exceptions import OperationalError

from registry import clock, privacy
from registry.audit import log
from registry.directory.organisations import Organisation
from registry.directory.staff import User
from registry.intake import files, guard
from registry.intake.configured import limits
from registry.intake.errors import Refused
from registry.intake.models import UNDECIDED, BatchState, ImportBatch
from registry.records import drafting, kinds
from registry.records.models.record import random_uid
from registry.records.validation import Invalid

logger = logging.getLogger(__name__)

TASK = "registry.work_on_batch"
_LONGEST_NAME = 120


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A file as it is handed in: as which class of information, for which body, by whom and when."""

    kind: str
    organisation: Organisation
    by: User
    at: datetime
    item_code: str = ""
    is_backfill: bool = False
    at_once: bool = False  # store what is right without asking first, as a machine or a command may want


def receive(delivery: Delivery, chunks: Iterable[bytes], *, name: str) -> tuple[ImportBatch, bool]:
    """The batch of the file, and whether it is new: the same file is not taken twice while it is under way.

    Raises PermissionDenied, Invalid (not in the catalogue, no 补录) or Refused (empty, too large).
    """
    drafting.may_enter(delivery.by, delivery.organisation)
    batch = _opened(delivery, name)
    chunks = iter(chunks)
    head = next(chunks, b"")
    largest = guard.largest(head, limits=limits())
    kept = files.keep(chain([head], chunks), batch=batch.uid, largest=largest)
    if not kept.size:
        files.delete(kept.name)
        raise Refused("文件是空的，请重新导出后上传")
    batch.stored_as, batch.file_size, batch.sha256 = kept
    try:
        with transaction.atomic():
            batch.save()
            log.write("batch.upload", by=delivery.by, at=delivery.at, about=batch, kind=batch.kind, sha256=batch.sha256)
    except IntegrityError:
        files.delete(kept.name)
        return _under_way(batch), False
    nudge(batch)
    return batch, True


def _opened(delivery: Delivery, name: str) -> ImportBatch:
    if not kinds.known(delivery.kind):
        raise Invalid.because("kind", "没有此类信息")
    kind, today = kinds.get(delivery.kind), clock.day_of(delivery.at)
    if delivery.is_backfill and kind.backfill_problem is None:
        raise Invalid.because("backfill", f"{kind.label}没有补录，请按日常录入")
    version = drafting.item_version(kind, delivery.organisation, on=today, item_code=delivery.item_code)
    batch = ImportBatch(
        uid=random_uid(),
        organisation=delivery.organisation,
        kind=kind.code,
        item_version=version,
        is_backfill=delivery.is_backfill,
        uploaded_by=delivery.by,
        uploaded_at=delivery.at,
        file_name=shown_name(name),
    )
    if delivery.at_once:
        batch.state, batch.asked_by, batch.asked_at = BatchState.COMMITTING, delivery.by, delivery.at
    return batch


def _under_way(batch: ImportBatch) -> ImportBatch:
    """The batch in which this file is already; raises Invalid where it goes in as something else."""
    found = ImportBatch.objects.get(organisation=batch.organisation, sha256=batch.sha256, state__in=UNDECIDED)
    same = (found.kind, found.item_version_id, found.is_backfill)
    if same != (batch.kind, batch.item_version_id, batch.is_backfill):
        said = f"{found.kind_label}{'（补录）' if found.is_backfill else ''}"
        raise Invalid.because(
            "file", f"同一文件正在按“{said}”办理（{found.get_state_display()}），请先导入或放弃该批次"
        )
    return found


def nudge(batch: ImportBatch) -> None:
    """Tell a worker once the batch is committed. Only a hint: the sweep finds it anyway."""
    transaction.on_commit(lambda: _send(batch.pk))


def _send(key: int) -> None:
    try:
        current_app.send_task(TASK, args=[key])
    except (OperationalError, OSError):
        logger.warning("队列暂不可用，批次 %s 由巡检任务接手", key)


def shown_name(name: str) -> str:
    """The name of a file as it may be shown: its last part, without what hides or breaks, numbers of people masked."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(character for character in last if unicodedata.category(character)[0] != "C").strip()
    return privacy.redact(plain)[:_LONGEST_NAME] or "未命名"
