"""Delivered workbooks: handed in, checked, stored, sent to review, taken back. Whatever takes time a worker does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from registry.admin import backfill_page, batch_acts, batch_files, batch_page, batch_upload, zero_report_page
from registry.admin.base import StaffAdmin
from registry.admin.record_filters import KindFilter, OrganisationFilter
from registry.admin.site import site
from registry.intake.models import BatchState, ImportBatch

View = Callable[["BatchAdmin", HttpRequest, ImportBatch], HttpResponseBase]


class StateFilter(admin.SimpleListFilter):
    title = "状态"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[str, str]]:
        return BatchState.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(state=self.value()) if self.value() in BatchState.values else queryset


@admin.register(ImportBatch, site=site)
class BatchAdmin(StaffAdmin):
    """The list of a body's files, and a page for each. Nothing is written here but through `registry.intake`."""

    list_display = ("file_name", "shown_kind", "state", "rows_read", "rows_wrong", "rows_stored", "uploaded_by",
                    "uploaded_at")  # fmt: skip
    list_filter = (StateFilter, KindFilter, OrganisationFilter)
    list_select_related = ("uploaded_by", "organisation")
    ordering = ("-pk",)
    sortable_by = ()

    def scoped(self, queryset: QuerySet, request: HttpRequest) -> QuerySet:
        related = ("organisation", "item_version__item", "uploaded_by", "asked_by", "committed_by")
        return queryset.visible_to(request.user).select_related(*related)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and request.user.organisation_id is not None

    def has_change_permission(self, request: HttpRequest, obj: ImportBatch | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ImportBatch | None = None) -> bool:
        return False

    @admin.display(description="种类")
    def shown_kind(self, batch: ImportBatch) -> str:
        return f"{batch.kind_label}{'（补录）' if batch.is_backfill else ''}"

    def get_urls(self) -> list[URLPattern]:
        of_batch = {
            "act": require_POST(self.on_batch(batch_acts.act)),
            "rows": require_POST(self.on_batch(batch_acts.decide)),
            "returned": self.on_batch(batch_files.returned),
        }
        of_all = {
            "template": self.on_all(batch_files.template),
            "zero-reports": self.on_all(zero_report_page.zero_reports),
            "backfill": self.on_all(backfill_page.backfill),
        }
        return [
            *(
                path(f"{name}/", self.admin_site.admin_view(view), name=f"registry_importbatch_{name}")
                for name, view in of_all.items()
            ),
            *(
                path(f"<path:object_id>/{name}/", self.admin_site.admin_view(view), name=f"registry_importbatch_{name}")
                for name, view in of_batch.items()
            ),
            *super().get_urls(),
        ]

    def on_batch(self, view: View) -> Callable[[HttpRequest, str], HttpResponseBase]:
        """The view with the batch in hand, or 404 where it does not exist for this person."""

        def inner(request: HttpRequest, object_id: str) -> HttpResponseBase:
            if not self.has_view_permission(request):
                raise PermissionDenied
            return view(self, request, self.get_object(request, unquote(object_id)))

        return inner

    def on_all(self, view: Callable[[BatchAdmin, HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        def inner(request: HttpRequest) -> HttpResponseBase:
            if not self.has_view_permission(request):
                raise PermissionDenied
            return view(self, request)

        return inner

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
        said = {"may_upload": self.has_add_permission(request)}
        return super().changelist_view(request, {**said, **(extra_context or {})})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponseBase:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return batch_upload.upload(self, request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponseBase:
        return self.on_batch(batch_page.show)(request, object_id)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponseBase:
        return self.on_batch(batch_page.show)(request, object_id)
