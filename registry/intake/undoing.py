"""Taking a batch back: its drafts go, all of them or none, as long as nobody but its clerks has seen them."""

from __future__ import annotations

from django.db import connection, transaction

from registry import clock
from registry.audit import log
from registry.audit.models import AuditLog
from registry.intake import leases
from registry.intake.models import BatchState, ImportBatch
from registry.records import bulk
from registry.records.bulk import Sql
from registry.records.models import Record
from registry.records.statuses import EDITABLE

SUBMITTED = "这一批中已有提交过的记录，不能整批撤销；请由审核员退回，或逐条撤回"


def may_be_undone(batch: ImportBatch) -> bool:
    """Whether every record of the batch is a draft that was never submitted."""
    return not batch.records.exclude(status__in=EDITABLE, seq=0).exists()


def undo(batch: ImportBatch) -> None:
    """Delete the drafts of the batch in one transaction; what was submitted meanwhile keeps all of them."""
    with transaction.atomic():
        leases.hold(batch)
        records = batch.records.select_for_update(of=("self",)).order_by("pk")
        list(records.values_list("pk")[:1])
        if not may_be_undone(batch):
            leases.finish(batch, BatchState.COMMITTED, refusal=SUBMITTED)
            return
        count = _delete(batch)
        leases.finish(batch, BatchState.UNDONE, refusal="", rows_stored=0)
        log.write("batch.undo", by=batch.asked_by, at=clock.now(), about=batch, rows=count)


def _delete(batch: ImportBatch) -> int:
    """The same as discarding each, in sets: a line of the audit log, the kind's own row, the record."""
    said = AuditLog(at=clock.now(), by=batch.asked_by, action="record.discard", object_type="registry.record")
    source = f"FROM {Record._meta.db_table} r WHERE r.batch_id = {batch.pk:d}"
    bulk.insert(AuditLog, {"object_key": Sql("CAST(r.id AS varchar(64))")}, source, common=said)
    of_batch = Record.objects.filter(batch=batch)
    batch.the_kind.detail._default_manager.filter(record__in=of_batch.values("pk"))._raw_delete(connection.alias)
    return of_batch._raw_delete(connection.alias)
