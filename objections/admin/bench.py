"""What waits for a person: cases by due date, recalls to confirm, hours to confirm; and the panel on a record's page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import F

from objections.models import Case, RecallTask
from objections.statuses import WITH_THE_APPLICANT, CaseAction
from registry.admin import benches, panels, words
from registry.directory.staff import User
from registry.records.models import Record

SHOWN = 10
COUNTED = 999


def waiting(user: User, on: date) -> Mapping[str, Any] | None:
    """The open cases this person works with, the earliest due first."""
    if not user.has_perm("objections.view_case"):
        return None
    open_cases = Case.objects.visible_to(user).open().exclude(status__in=WITH_THE_APPLICANT)
    ordered = open_cases.order_by(F("due_on").asc(nulls_last=True), "pk").select_related("record", "complaint", "body")
    found = list(ordered[:SHOWN])
    total = len(found) if len(found) < SHOWN else open_cases.order_by().values("pk")[: COUNTED + 1].count()
    recalls = (
        RecallTask.objects.waiting().filter(organisation=user.organisation_id).count() if user.organisation_id else 0
    )
    if not found and not recalls:
        return None
    return {"cases": found, "total": min(total, COUNTED), "is_more": total > COUNTED, "on": on, "recalls": recalls}


def of_record(record: Record, on: date) -> Mapping[str, Any] | None:
    """The objections and repairs about a record, for its page at the staff door."""
    found = list(record.cases.exclude(procedure="complaint").order_by("-pk")[:SHOWN])
    return {"cases": found} if found else None


benches.register(benches.Bench("admin/objections/bench.html", waiting))
panels.register(panels.Panel("异议与修复", "admin/objections/record_panel.html", of_record, place=20))
words.also(
    {
        **{f"case.{action.value}": action.label for action in CaseAction},
        "case.reveal_contact": "查看联系信息",
        "case.evidence": "下载证明材料",
        "case.clarify": "发布澄清公告",
        "restoration.clarify": "发布澄清公告",
        "recall.confirm": "确认纠错任务",
        "service.confirm": "确认公益服务时长",
        "service.refuse": "不予计入公益服务时长",
        "remedy.stay": "登记停止执行",
        "remedy.conclude": "登记复议诉讼结果",
    }
)
