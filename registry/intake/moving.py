"""Batch review: one step of the rule book with every record of a batch, set after set.

Each set is a transaction of its own, and sets that are done stay done: a killed worker is followed by one that finds
the rest by their status. Who may take the step, and that nobody reviews what he entered, is the workflow's to say.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from django.db import transaction

from registry import clock
from registry.audit import log
from registry.audit.models import AuditLog
from registry.intake import leases
from registry.intake.models import BatchState, ImportBatch
from registry.records import workflow
from registry.records.models import Record
from registry.records.statuses import Action

AT_A_TIME = 500
_NAMED = 20


def move(batch: ImportBatch) -> None:
    """Take the step the batch asks for with all of its records that stand before it; say which could not."""
    action, done, refused = Action(batch.move), 0, _Refusals()
    for records in _before(batch, action):
        with transaction.atomic():
            leases.hold(batch)
            outcome = workflow.move_many(records, action, by=batch.asked_by, at=clock.now(), reason=batch.reason)
            _write_down(batch, outcome)
        done += len(outcome.events)
        refused.add(records, outcome)
        leases.renew(batch, now=clock.real_now(), rows_done=done + refused.count)
    with transaction.atomic():
        leases.hold(batch)
        leases.finish(batch, BatchState.COMMITTED, remarks=[*_others(batch), *refused.in_words(action)])
        log.write(f"batch.{action.value}", by=batch.asked_by, at=clock.now(), about=batch, rows=done,
                  refused=refused.count)  # fmt: skip


def standing_before(batch: ImportBatch, action: Action):
    """The records of the batch that the step could be taken with."""
    rule = batch.the_kind.rule_book[action]
    return batch.records.filter(status__in=rule.sources)


def _before(batch: ImportBatch, action: Action) -> Iterator[list[Record]]:
    # By key, not by "the first ones again": what is refused must not be met for ever.
    last = 0
    while records := list(standing_before(batch, action).filter(pk__gt=last).order_by("pk")[:AT_A_TIME]):
        yield records
        last = records[-1].pk


def _write_down(batch: ImportBatch, outcome: workflow.Outcome) -> None:
    AuditLog.objects.bulk_create(
        AuditLog(
            at=event.at, by=event.by, action=f"record.{event.action}", object_type="registry.record",
            object_key=str(event.record_id), detail={"seq": event.seq, "status": event.to_status, "batch": batch.pk},
        )
        for event in outcome.events
    )  # fmt: skip


class _Refusals:
    """What could not be moved, by reason."""

    def __init__(self) -> None:
        self._reasons: Counter[str] = Counter()
        self._rows: defaultdict[str, list[int]] = defaultdict(list)

    @property
    def count(self) -> int:
        return self._reasons.total()

    def add(self, records: Sequence[Record], outcome: workflow.Outcome) -> None:
        rows = {record.pk: record.batch_row for record in records}
        for key, why in outcome.refused.items():
            self._reasons[why] += 1
            if len(self._rows[why]) < _NAMED:
                self._rows[why].append(rows[key])

    def in_words(self, action: Action) -> list[str]:
        return [
            f"{action.label}未办理{count}条：{why}（第{'、'.join(map(str, self._rows[why]))}行"
            f"{'等' if count > _NAMED else ''}）"
            for why, count in self._reasons.items()
        ]


def _others(batch: ImportBatch) -> list[str]:
    """What is said of the batch besides the refusals of an earlier attempt."""
    return [remark for remark in batch.remarks if "未办理" not in remark]
