"""The page of one delivered file: how far it is, what was found, what may be done with it now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from registry.admin.paging import CappedPaginator
from registry.directory.staff import User
from registry.intake import deciding, offering
from registry.intake.models import BatchRow, BatchState, ImportBatch, Verdict
from registry.records.statuses import Status

if TYPE_CHECKING:
    from registry.admin.batches import BatchAdmin

ROWS_PER_PAGE = 50
_COUNTED = (
    ("rows_read", "总行数"), ("rows_new", "可导入"), ("rows_wrong", "有误"), ("rows_held", "待核"),
    ("rows_same", "已存在"), ("rows_changed", "内容有变化"), ("rows_unmarked", "未标记，未处理"), ("rows_stored", "已导入"),
)  # fmt: skip


@dataclass(frozen=True)
class Tab:
    """Rows of one verdict, and how many there are."""

    verdict: Verdict
    count: int
    is_shown: bool


def show(admin: BatchAdmin, request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """The whole page; to htmx only the progress, and word to load the page anew once the step is done."""
    if getattr(request, "htmx", False):
        answer = TemplateResponse(request, "admin/registry/importbatch/_progress.html", {"batch": batch})
        if not batch.is_at_work:
            answer["HX-Refresh"] = "true"
        return answer
    return page(admin, request, "detail", str(batch), context(request, batch))


def context(request: HttpRequest, batch: ImportBatch) -> dict[str, Any]:
    tabs = _tabs(batch, request.GET.get("verdict", ""))
    shown = next((tab.verdict for tab in tabs if tab.is_shown), None)
    return {
        "batch": batch,
        "original": batch,
        "counts": [(label, getattr(batch, name)) for name, label in _COUNTED if getattr(batch, name)],
        "acts": offering.offered(batch, to=request.user),
        "records": _records(batch),
        "is_clerk": offering.is_clerk(request.user, batch),
        "tabs": tabs,
        "rows": _rows(batch, shown, request.GET.get("page", "1")) if shown else None,
        "may_decide": shown in (Verdict.HELD, Verdict.FLAGGED) and _may_decide(batch, request.user),
        "shown": shown,
    }


def _may_decide(batch: ImportBatch, user: User) -> bool:
    return deciding.may_look(user, batch) and batch.state in (BatchState.CHECKED, BatchState.COMMITTED)


def _tabs(batch: ImportBatch, asked: str) -> list[Tab]:
    counted = dict(batch.rows.order_by().values_list("verdict").annotate(Count("pk")))
    found = [verdict for verdict in Verdict if verdict in counted]
    chosen = asked if asked in found else next(iter(found), None)
    return [Tab(verdict, counted[verdict], verdict == chosen) for verdict in found]


def _rows(batch: ImportBatch, verdict: Verdict, page: str) -> Any:
    rows: Any = BatchRow.objects.filter(batch=batch, verdict=verdict).select_related("record", "decided_by")
    return CappedPaginator(rows.order_by("number"), ROWS_PER_PAGE).get_page(page)


def _records(batch: ImportBatch) -> list[tuple[str, int, str]]:
    """How many records of the batch are in which state, and where they are listed."""
    counted = dict(batch.records.order_by().values_list("status").annotate(Count("pk")))
    listing = reverse("admin:registry_record_changelist")
    return [
        (status.label, counted[status], f"{listing}?batch={batch.pk}&status={status}")
        for status in Status
        if status in counted
    ]


def page(
    admin: BatchAdmin, request: HttpRequest, template: str, title: str, said: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page in the frame of the admin."""
    request.current_app = admin.admin_site.name
    frame = {**admin.admin_site.each_context(request), "title": title, "opts": admin.opts, "media": admin.media}
    return TemplateResponse(request, f"admin/registry/importbatch/{template}.html", {**frame, **said}, status=status)
