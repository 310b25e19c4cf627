"""What waits for a person: measures to answer and to lift, hits to decide; and the panel on a record's page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from measures import limits, standing
from measures.models import CheckHit, MeasureApplication
from measures.standing import Standings
from registry.admin import benches, panels, words
from registry.directory.staff import User
from registry.records.models import Record

SHOWN = 10
MOST = 50
COUNTED = 999


def waiting(user: User, on: date) -> Mapping[str, Any] | None:
    """The measures this person's body has to answer, the earliest due first, and the hits without a decision."""
    if not user.has_perm("measures.feed_back") or user.organisation_id is None:
        return None
    own = MeasureApplication.objects.filter(organisation=user.organisation_id)
    open_ones = own.waiting(on=on)
    found = list(open_ones.select_related("measure", "person", "record__subject__person").order_by("due_on")[:SHOWN])
    undecided = CheckHit.objects.filter(
        joint_check__organisation=user.organisation_id, enforcement="IN_FORCE", decision=""
    )
    hits = undecided[: COUNTED + 1].count()
    undocumented = own.undocumented()[: COUNTED + 1].count()
    unreplied = own.filter(letter__replied_on=None, letter__reply_due__lt=on)[: COUNTED + 1].count()
    if not any((found, hits, undocumented, unreplied)):
        return None
    total = open_ones.order_by().values("pk")[: COUNTED + 1].count()
    return {
        "applications": found, "total": min(total, COUNTED), "is_more": total > COUNTED, "on": on, "hits": hits,
        "undocumented": undocumented, "late": standing.overdue(own, on=on).count(),
        "unreplied": unreplied,
    }  # fmt: skip


def of_record(record: Record, on: date) -> Mapping[str, Any] | None:
    """What followed from a record, measure by measure: triggered, carried out, lifted."""
    related = ("measure", "organisation", "person", "fed_back_by", "lifted_by", "record", "letter")
    found = list(record.measure_applications.select_related(*related).order_by("measure", "pk")[:MOST])
    offered = limits.offered(record, on=on) if record.the_kind.bites else []
    if not found and not offered:
        return None
    stood = Standings.of(found, on=on)
    return {"applications": [(one, stood[one].label) for one in found], "offered": offered, "record": record}


benches.register(benches.Bench("admin/measures/bench.html", waiting))
panels.register(panels.Panel("联合奖惩措施", "admin/measures/record_panel.html", of_record, place=30))
words.also(
    {
        "measure.begin_list": "拟定措施清单",
        "measure.head": "修改措施清单的文号和日期",
        "measure.line": "修改措施清单条目",
        "measure.drop": "删除措施清单条目",
        "measure.approve": "审定措施清单",
        "measure.execute": "反馈措施已执行",
        "measure.complete": "补充执行文书",
        "measure.set_aside": "反馈措施不适用",
        "measure.confirm_lifting": "确认解除措施",
        "measure.letter": "登记函告",
        "measure.reply": "登记复函",
        "measure.take_back": "登记更正函",
        "measure.choose_limit": "决定行业禁入、限制高消费",
        "measure.annotate": "附注奖惩档案",
        "measure.export_archive": "导出奖惩档案",
        "measure.check": "联合奖惩查询",
        "measure.decide": "对查询命中作出决定",
    }
)
