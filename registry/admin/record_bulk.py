"""The same step with many records: the list asks once more, then one transaction takes those that may be taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from registry import clock, exporting
from registry.admin import due, record_page
from registry.audit import trace
from registry.directory.staff import User
from registry.records import workflow
from registry.records.models import Record
from registry.records.statuses import Action

if TYPE_CHECKING:
    from registry.admin.records import RecordAdmin

MOST = 200
TOO_MANY = f"一次最多办理{MOST}条，请分批选择"
_PAIR = re.compile(r"([0-9]{1,18}):([0-9]{1,9})")  # record and its event number
_NAMED = 20  # refusals spelled out; the rest is counted

BulkAction = Callable[["RecordAdmin", HttpRequest, QuerySet], HttpResponseBase | None]


def _bulk(name: str, action: Action, description: str, permission: str) -> BulkAction:
    """An action of the list that takes one step of the rule book with every chosen record."""

    def act(admin_page: RecordAdmin, request: HttpRequest, chosen: QuerySet) -> HttpResponse | None:
        records = list(chosen[: MOST + 1])
        if len(records) > MOST:
            messages.error(request, TOO_MANY)
            return None
        if "confirmed" not in request.POST:
            said = {"records": _with_due(records), "action_name": name, "step": description}
            return record_page.page(admin_page, request, "bulk", description, said)
        _take(request, records, action, _seen(request))
        return None

    act.__name__ = name
    described = admin.action(description=description, permissions=[permission])
    return described(act)


submit_many = _bulk("submit_many", Action.SUBMIT, "批量提交审核", "enter")
publish_many = _bulk("publish_many", Action.PUBLISH, "批量通过并公示", "review")


def _with_due(records: Sequence[Record]) -> list[dict[str, object]]:
    limits, today = due.known(), clock.today()
    return [
        {
            "record": record,
            "last_day": due.last_day(record, limits),
            "is_late": due.is_late(record, limits, on=today),
        }
        for record in records
    ]


def _seen(request: HttpRequest) -> dict[int, int]:
    """The event number of each record as the confirmation page showed it."""
    pairs = (_PAIR.fullmatch(pair) for pair in request.POST.getlist("seen"))
    return {int(pair[1]): int(pair[2]) for pair in pairs if pair is not None}


def _take(request: HttpRequest, records: Sequence[Record], action: Action, seen: dict[int, int]) -> None:
    by: User = request.user
    expecting = {record.pk: seen.get(record.pk, -1) for record in records}
    with transaction.atomic():
        outcome = workflow.move_many(records, action, by=by, at=clock.now(), expecting=expecting)
        for event in outcome.events:
            trace.write(
                request,
                f"record.{action.value}",
                about=event.record,
                seq=event.seq,
                status=event.to_status,
            )
        for key, why in outcome.refused.items():
            refused = next(record for record in records if record.pk == key)
            trace.write(request, f"record.{action.value}", about=refused, succeeded=False, reason=why)
    _tell(request, records, action, outcome)


def _tell(request: HttpRequest, records: Sequence[Record], action: Action, outcome: workflow.Outcome) -> None:
    done, refused = len(outcome.events), outcome.refused
    level = messages.WARNING if refused else messages.SUCCESS
    messages.add_message(request, level, f"{action.label}：{done}条已办理，{len(refused)}条未办理")
    by_key = {record.pk: record for record in records}
    for key, why in list(refused.items())[:_NAMED]:
        messages.warning(request, f"{by_key[key]}：{why}")


HEADER = (
    "种类", "标题", "信用主体", "统一社会信用代码", "文书号", "决定日期", "提供单位", "状态", "公示起始日期", "公示截止日期",
)  # fmt: skip


@admin.action(description="导出所选为CSV（自然人脱敏）", permissions=["view"])
def export(admin_page: RecordAdmin, request: HttpRequest, chosen: QuerySet) -> HttpResponseBase:
    """The chosen rows as a table, persons masked, at most as many as a list shows; the log says that it was taken."""
    records = chosen[: exporting.MOST_ROWS]
    rows = [_row(record) for record in records]
    trace.write(request, "record.export", rows=len(rows))
    return exporting.answer(exporting.Format.CSV, code="records", on=clock.today(), header=HEADER, rows=rows)


def _row(record: Record) -> list[str]:
    values = (
        record.kind_label, record.title, record.subject.public_name, record.subject.uscc, record.document_number,
        record.decided_on, record.organisation.name, record.get_status_display(), record.public_from,
        record.public_until,
    )  # fmt: skip
    return ["" if value is None else str(value) for value in values]
