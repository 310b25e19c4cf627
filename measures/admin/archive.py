"""The archive of carried-out measures: read, annotated, exported per body and period; never changed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from measures import archiving
from measures.admin import frame
from measures.admin.frame import Act
from measures.models import MeasureArchive
from registry import clock, exporting
from registry.admin.audit import BetweenFilter
from registry.admin.base import ReadOnlyAdmin
from registry.admin.reasons import ReasonField
from registry.admin.site import site
from registry.audit import trace

HEADER = (
    "实施单位", "档案序号", "归档日期", "措施编号", "措施", "约束力", "依据", "对象", "责任人员", "触发日期", "执行日期",
    "采取的措施", "执行文书", "摘要", "附注",
)  # fmt: skip
LABELS = {
    "body": "实施单位", "body_uscc": "统一社会信用代码", "measure": "措施编号", "measure_name": "措施", "strength": "约束力",
    "basis": "依据", "record": "信用记录", "edition": "版次", "subject": "信用主体", "subject_uscc": "主体代码",
    "triggered_on": "触发日期", "executed_on": "执行日期", "what": "采取的措施", "document": "执行文书", "decision": "决定文书",
    "industry": "行业", "fed_back_by": "反馈人",
}  # fmt: skip


class NoteForm(Act):
    name, label = "annotate", "附注"
    text = ReasonField(label="附注", max_length=500)


@admin.register(MeasureArchive, site=site)
class MeasureArchiveAdmin(ReadOnlyAdmin):
    list_display = ("organisation", "number", "shown_measure", "shown_target", "filed_on", "by")
    list_filter = (BetweenFilter,)
    list_select_related = ("organisation", "by")
    search_fields = ("organisation__name", "application__measure__code")
    ordering = ("-pk",)
    sortable_by = ()
    actions = ("export",)

    def scoped(self, queryset: QuerySet, request: HttpRequest) -> QuerySet:
        return queryset.visible_to(request.user).select_related("organisation", "by")

    @admin.display(description="措施")
    def shown_measure(self, item: MeasureArchive) -> str:
        return f"{item.data['measure']} {item.data['measure_name']}"

    @admin.display(description="对象")
    def shown_target(self, item: MeasureArchive) -> str:
        return item.data["person"]["name"] if item.data["person"] else item.data["subject"]

    @admin.action(description="导出所选档案")
    def export(self, request: HttpRequest, queryset: QuerySet) -> HttpResponseBase:
        """The chosen items, or with 'select across' a whole body and period, as a table with the digest of each."""
        items = queryset.prefetch_related("notes").order_by("organisation", "number")[: exporting.MOST_ROWS]
        trace.write(request, "measure.export_archive", about=None, count=len(items))
        rows = (_row(item) for item in items)
        return exporting.answer(exporting.Format.XLSX, code="archive", on=clock.today(), header=HEADER, rows=rows)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        item = self.get_object(request, unquote(object_id))
        own = request.user.organisation_id == item.organisation_id and request.user.has_perm("measures.feed_back")
        forms_: list[Act] = [NoteForm(request.POST if request.method == "POST" else None)] if own else []
        if request.method == "POST" and not own:
            raise PermissionDenied
        status = frame.try_acts(request, forms_, item, lambda form: self._annotate(request, item, form))
        if status == 200:
            return redirect(reverse("admin:measures_measurearchive_change", args=[item.pk]))
        said = {
            "item": item, "original": item, "forms": forms_, "notes": item.notes.select_related("by"),
            "lines": [(LABELS[name], item.data[name]) for name in LABELS if item.data.get(name)],
            "is_whole": item.sha256 == archiving.digest(item.data, item.previous_sha256),
        }  # fmt: skip
        return frame.page(self, request, "archive", str(item), said, status=status or 200)

    def _annotate(self, request: HttpRequest, item: MeasureArchive, form: Act) -> str:
        archiving.annotate(item, form.cleaned_data["text"], by=request.user, at=clock.now())
        return "已附注"


def _row(item: MeasureArchive) -> list[str]:
    data = item.data
    return [
        data["body"], str(item.number), str(item.filed_on), data["measure"], data["measure_name"], data["strength"],
        data["basis"], data["subject"], data["person"]["name"] if data["person"] else "", data["triggered_on"],
        data["executed_on"], data["what"], data["document"], item.sha256,
        "；".join(note.text for note in item.notes.all()),
    ]  # fmt: skip
