"""What a worker does with a batch, step by step: check it, store it, move its records, take it back.

Checking and storing are the same reading of the same file; only the last transaction differs. Everything a step
leaves behind is written in that one transaction, with the lease held: killed before it, there is nothing; after it,
everything; and a worker that lost its lease writes nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from registry import clock
from registry.audit import log
from registry.audit.models import AuditLog
from registry.intake import ahead, comparing, files, leases, reading, suspects, tables
from registry.intake.configured import limits
from registry.intake.errors import Refused
from registry.intake.findings import Findings
from registry.intake.judging import Decided, Judge, fingerprint
from registry.intake.models import BatchRow, BatchState, ImportBatch, Verdict
from registry.intake.tables import Table
from registry.records import bulk
from registry.records.kinds import Problem
from registry.records.models import Record
from registry.records.parsing import Door
from registry.records.staging import Laid, Staging
from registry.records.statuses import VOID
from registry.records.validation import Circumstances, entry_checker
from registry.records.visibility import RecordQuerySet

STORED_AT_ONCE = 5_000  # rows, where they are stored while the next are read
_TURN = 0x696E74616B65  # of the file that is being stored, among the advisory locks
OTHER_BATCH = "本文件是其他批次退回的，不属于本单位的这类信息；请上传自己的文件"


@dataclass
class Run:
    """One reading of a batch's file, as far as it has come."""

    batch: ImportBatch
    path: Path
    table: Table
    stage: Staging
    judge: Judge
    findings: Findings
    stores_meanwhile: bool = False
    similar: list[tuple[int, str]] = field(default_factory=list)  # as `Staging.similar` gives them
    changes: list[tuple[int, int, list[Problem]]] = field(default_factory=list)  # as `comparing.changes`


def check(batch: ImportBatch) -> None:
    """The dry run: count and name, store nothing."""
    with _run(batch) as run:
        _read(run)
        returned = _returned(run)
        with _written(batch, returned):
            _write_findings(run)
            leases.finish(batch, BatchState.CHECKED, refusal="", returned_as=returned, **_counts(run))


def commit(batch: ImportBatch) -> None:
    """Store what is right as drafts, in one transaction; what stands already is left as it is."""
    with _run(batch) as run, _storing_meanwhile(run):
        stored = _read(run)
        returned = batch.returned_as if run.findings.are_those_of(batch) else _returned(run)
        with _written(batch, returned), _patient():
            _write_findings(run)
            counts = _counts(run)
            _wait_for_others(run)
            stored += run.stage.store()
            leases.finish(
                batch, BatchState.COMMITTED, refusal="", returned_as=returned, committed_by=batch.asked_by,
                committed_at=run.stage.common.entered_at, rows_stored=batch.rows_stored + stored, **counts,
            )  # fmt: skip
            log.write("batch.commit", by=batch.asked_by, at=batch.committed_at, about=batch, rows=stored)


@contextmanager
def _storing_meanwhile(run: Run) -> Iterator[None]:
    """Where the database works beside us, rows are stored while the next are read: the one transaction begins here,
    and nobody else can take the batch before it ends. On SQLite it would keep everybody from writing."""
    if not ahead.is_worth_it():
        yield
        return
    with transaction.atomic(), _patient():
        leases.keep(run.batch)
        run.stores_meanwhile = True
        yield


@contextmanager
def _run(batch: ImportBatch) -> Iterator[Run]:
    now = clock.now()
    kind, spec = batch.the_kind, batch.the_kind.spec(batch.item_version)
    common = Record(
        kind=kind.code, organisation=batch.organisation, item_version=batch.item_version, batch=batch,
        is_backfill=batch.is_backfill, entered_by=batch.asked_by or batch.uploaded_by, entered_at=now,
    )  # fmt: skip
    today = clock.day_of(now)
    circumstances = Circumstances(
        organisation=batch.organisation, today=today, door=Door.IMPORT, is_backfill=batch.is_backfill
    )
    with files.room() as room:
        path = _in_clear(batch, room)
        with reading.open_workbook(path, limits=limits()) as book:
            table = tables.find(book, spec.typed)
            _refuse_foreign(batch, table)
            with Staging(kind, spec, common, today=today) as stage, Findings(batch, table, room) as findings:
                checker = entry_checker(kind, spec, circumstances)
                judge = Judge(table, checker, stage, decided=_decided(batch))
                yield Run(batch, path, table, stage, judge, findings)


def _in_clear(batch: ImportBatch, room: Path) -> Path:
    path = room / "delivered.xlsx"  # as which it is written again, whatever it was
    try:
        with path.open("wb") as clear:
            files.write_clear(batch.stored_as, clear, batch=batch.uid)
    except FileNotFoundError:
        raise Refused("文件已超过保存期限并删除，请重新上传") from None
    return path


def _refuse_foreign(batch: ImportBatch, table: Table) -> None:
    """A returned workbook belongs to one body and one class of information."""
    if not table.batch:
        return
    try:
        returned = uuid.UUID(table.batch)
    except ValueError:
        raise Refused(OTHER_BATCH) from None
    if not ImportBatch.objects.filter(organisation=batch.organisation, kind=batch.kind, uid=returned).exists():
        raise Refused(OTHER_BATCH)


def _decided(batch: ImportBatch) -> Decided:
    """What is settled about rows of this file. One that was stored from the very same file, and whose record nobody
    has touched since, is that record: it is not read again."""
    decisions = dict(batch.rows.filter(is_accepted__isnull=False).values_list("number", "is_accepted"))
    own, before = batch.records.all(), _stored_from_this_file(batch)
    return Decided(
        accepted=frozenset(number for number, accepted in decisions.items() if accepted),
        refused=frozenset(number for number, accepted in decisions.items() if not accepted),
        stored=frozenset(before.values_list("batch_row", flat=True)),
        own=frozenset(own.values_list("batch_row", flat=True)),
        decisions=_fingerprints(own) | _fingerprints(before),
    )


def _stored_from_this_file(batch: ImportBatch) -> RecordQuerySet:
    earlier = ImportBatch.objects.filter(
        organisation=batch.organisation, sha256=batch.sha256, item_version=batch.item_version,
        is_backfill=batch.is_backfill,
    ).exclude(pk=batch.pk)  # fmt: skip
    revised = AuditLog.objects.filter(
        object_type="registry.record", object_key=Cast(OuterRef("pk"), CharField(max_length=64)),
        action="record.revise",
    )  # fmt: skip
    untouched = Record.objects.filter(batch__in=list(earlier), edition__lte=1).exclude(status__in=VOID)
    return untouched.exclude(Exists(revised))


def _fingerprints(records: RecordQuerySet) -> dict[bytes, int]:
    """So that a row repeating one of them is known for what it is."""
    numbered = records.exclude(document_key="").order_by("-batch_row")
    rows = numbered.values_list("batch_row", "document_key", "subject__uscc", "subject__person__number_index")
    return {fingerprint(key, index or code): row for row, key, code, index in rows.iterator(chunk_size=5_000)}


def _read(run: Run) -> int:
    """Read and judge every row and compare with what stands; how many rows were stored meanwhile."""
    stored = 0
    with closing(_laid_out(run)) as sets:
        for laid in sets:
            if run.stores_meanwhile and run.stage.waiting >= STORED_AT_ONCE:
                stored += _store_some(run)
            run.stage.put(laid)
    if not run.judge.tally.read:
        raise Refused("表头下面没有数据行，请填写后再上传")
    _compare(run)
    _note_compared(run)
    return stored


def _laid_out(run: Run) -> Generator[Laid]:
    """The right rows, set by set; of the others the findings are told. Meanwhile the lease is renewed."""
    renew = leases.Renewal(run.batch)

    def judgements() -> Generator[Laid]:
        for judgement in run.judge.judgements():
            for judged in judgement.odd:
                run.findings.tell(judged)
            run.findings.read(judgement.read)
            renew(now=clock.real_now(), rows_done=judgement.read)
            yield judgement.right

    return ahead.worked_out_ahead(judgements) if run.stores_meanwhile or ahead.is_worth_it() else judgements()


def _store_some(run: Run) -> int:
    _compare(run)
    _wait_for_others(run)
    stored = run.stage.store()
    run.stage.forget()
    return stored


def _wait_for_others(run: Run) -> None:
    """Files whose newcomers are stored set by set could each wait for a subject of the other: one comes first."""
    if run.stores_meanwhile:
        bulk.execute("SET LOCAL lock_timeout = '300s'")  # the other file may be the largest there can be
        bulk.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])
        bulk.execute("SET LOCAL lock_timeout = '60s'")


def _compare(run: Run) -> None:
    """Find which of the rows that are put aside stand already, and what they would change."""
    run.stage.compare()
    run.similar.extend(run.stage.similar())
    run.changes.extend(comparing.changes(run.stage, most=comparing.MOST_COMPARED - len(run.changes)))


def _note_compared(run: Run) -> None:
    """What comparing found is said behind everything that the rows themselves gave rise to."""
    for number, document_number in run.similar:
        run.findings.keep(number, Verdict.FLAGGED, [suspects.like_another(document_number)])
    for number, record, problems in run.changes:
        run.findings.keep(number, Verdict.CHANGED, problems, record=record)


def _counts(run: Run) -> dict[str, Any]:
    tally, stage = run.judge.tally, run.stage
    same, changed, own = stage.counts()
    return {
        "rows_done": tally.read,
        "rows_read": tally.read,
        "rows_new": tally.right - same - changed - own,
        "rows_wrong": tally.wrong,
        "rows_held": tally.held,
        "rows_same": same + tally.stored,
        "rows_changed": changed,
        "rows_unmarked": tally.unmarked,
        "remarks": list(run.table.remarks),
        "repairs": dict(tally.repairs),
    }


def _returned(run: Run) -> str:
    """Keep the workbook that goes back to the clerk; '' where nothing is wrong."""
    path = run.findings.workbook(run.path)
    return files.keep_file(path, batch=run.batch.uid) if path else ""


@contextmanager
def _written(batch: ImportBatch, returned: str) -> Iterator[None]:
    """The one transaction of a step, with the lease held; a returned workbook that nobody knows of is deleted."""
    before = batch.returned_as
    try:
        with transaction.atomic(savepoint=False):
            leases.hold(batch)
            if before not in ("", returned):
                transaction.on_commit(lambda: files.delete(before))
            yield
    except BaseException:
        if returned != before:
            files.delete(returned)
        raise


@contextmanager
def _patient() -> Iterator[None]:
    """Two bodies that deliver the same new subject wait for each other, and a large file takes its time."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = '300s';"
                " SET LOCAL idle_in_transaction_session_timeout = '300s'"
            )
    yield


def _write_findings(run: Run) -> None:
    """What a person has decided stays; everything else is said anew."""
    run.batch.rows.filter(is_accepted=None).delete()
    BatchRow.objects.bulk_create(run.findings.rows(), batch_size=1000, ignore_conflicts=True)
