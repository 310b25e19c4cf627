"""The records of a department: one page for every kind there is, driven by its specification and its rule book."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.views.decorators.http import require_POST

from registry import clock
from registry.admin import due, record_bulk, record_corrections, record_entry, record_moves, record_page
from registry.admin.base import StaffAdmin
from registry.admin.record_filters import (
    BatchFilter,
    CorrectionFilter,
    KindFilter,
    LateFilter,
    OrganisationFilter,
    StatusFilter,
    YearFilter,
)
from registry.admin.record_reveal import reveal
from registry.admin.record_search import narrow
from registry.admin.site import site
from registry.identifiers import judge
from registry.identifiers.verdict import Scheme
from registry.records.models import Record

View = Callable[["RecordAdmin", HttpRequest, Record], HttpResponse]
NO_NUMBERS = "请勿在此输入身份证号"


class RecordList(ChangeList):
    """The list with each record's time limit; the limits are loaded once for the page, not once a row."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        limits, today = due.known(), clock.today()
        self.result_list = list(self.result_list)
        for record in self.result_list:
            record.last_day = due.last_day(record, limits)
            record.is_late = due.is_late(record, limits, on=today)


@admin.register(Record, site=site)
class RecordAdmin(StaffAdmin):
    """Entry, review, correction and withdrawal. Nothing is written here but through drafting and the workflow."""

    list_display = ("shown_title", "shown_kind", "subject", "document_number", "decided_on", "shown_due", "status")
    list_filter = (StatusFilter, KindFilter, LateFilter, CorrectionFilter, YearFilter, OrganisationFilter, BatchFilter)
    list_select_related = ("subject", "organisation", "entered_by")
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("document_number",)
    search_help_text = "统一社会信用代码、文书号，或者单位名称中的几个字（不能按自然人姓名检索）"
    actions = (record_bulk.submit_many, record_bulk.publish_many, record_bulk.export)

    # Scope and permissions

    def scoped(self, queryset: QuerySet, request: HttpRequest) -> QuerySet:
        related = ("subject__person", "organisation", "item_version__item", "entered_by", "reviewed_by", "term_rule")
        return queryset.visible_to(request.user).select_related(*related)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_enter_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Record | None = None) -> bool:
        if obj is None:
            return self.has_enter_permission(request)
        return record_page.may_edit(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Record | None = None) -> bool:
        return obj is not None and record_page.may_discard(request.user, obj)

    def has_enter_permission(self, request: HttpRequest) -> bool:
        return request.user.organisation_id is not None and request.user.has_perm("registry.enter_record")

    def has_review_permission(self, request: HttpRequest) -> bool:
        return request.user.organisation_id is not None and request.user.has_perm("registry.review_record")

    # The list

    @admin.display(description="标题")
    def shown_title(self, record: Record) -> str:
        return record.title

    @admin.display(description="种类")
    def shown_kind(self, record: Record) -> str:
        return record.kind_label

    @admin.display(description="公示时限")
    def shown_due(self, record: Record) -> str:
        if record.last_day is None:
            return self.get_empty_value_display()
        return f"{date_format(record.last_day)}{'（已逾期）' if record.is_late else ''}"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RecordList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list; a resident ID typed into its search box is neither searched nor given back."""
        if judge(request.GET.get("q", ""), on=clock.today()).scheme is Scheme.RESIDENT_ID:
            messages.error(request, NO_NUMBERS)
            return redirect(request.path)
        return super().changelist_view(request, extra_context)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        if not search_term.strip():
            return queryset, False
        found, notice = narrow(queryset, search_term, on=clock.today())
        if notice:
            messages.info(request, notice)
        return found, False

    # The pages of one record

    def get_urls(self) -> list[URLPattern]:
        own = {
            "move": require_POST(self.on_record(record_moves.move)),
            "correct": self.on_record(record_corrections.propose),
            "accept": require_POST(self.on_record(record_corrections.accept)),
            "decline": require_POST(self.on_record(record_corrections.decline)),
            "reveal": require_POST(self.on_record(reveal)),
        }
        return [
            *(
                path(f"<path:object_id>/{name}/", self.admin_site.admin_view(view), name=f"registry_record_{name}")
                for name, view in own.items()
            ),
            *super().get_urls(),
        ]

    def on_record(self, view: View) -> Callable[[HttpRequest, str], HttpResponse]:
        """The view with the record in hand, or 404 where it does not exist for this person."""

        def inner(request: HttpRequest, object_id: str) -> HttpResponse:
            if not self.has_view_permission(request):
                raise PermissionDenied
            return view(self, request, self.get_object(request, unquote(object_id)))

        return inner

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return record_entry.add(self, request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return self.on_record(_page)(request, object_id)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return self.on_record(record_moves.discard)(request, object_id)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return self.on_record(_history)(request, object_id)


def _page(page: RecordAdmin, request: HttpRequest, record: Record) -> HttpResponse:
    if record_page.may_edit(request.user, record):
        return record_entry.edit(page, request, record)
    if request.method == "POST":
        why = f"{record.get_status_display()}的记录不能直接修改，请用“更正”"
        return record_page.refused(page, request, record.pk, why, status=403)
    return record_page.show(page, request, record)


def _history(page: RecordAdmin, request: HttpRequest, record: Record) -> HttpResponse:
    return record_page.show(page, request, record, template="history")
