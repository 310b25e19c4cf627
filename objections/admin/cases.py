"""One queue by due date for the credit office and each body, and the page on which a case is handled."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from objections import numbers
from objections.admin import case_page, complaint_draft
from objections.models import Case
from objections.statuses import ENDED, WITH_THE_APPLICANT, Procedure
from registry import clock
from registry.admin.base import ReadOnlyAdmin
from registry.admin.record_filters import OrganisationFilter
from registry.admin.site import site

View = Callable[["CaseAdmin", HttpRequest, Case], HttpResponse]


class StandingFilter(admin.SimpleListFilter):
    """What is open comes first; what is over has to be asked for."""

    title = "办理情况"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[str, str]]:
        return [("overdue", "已逾期"), ("ended", "已终结"), ("all", "全部")]

    def choices(self, changelist: Any) -> Iterable[dict[str, Any]]:
        every = list(super().choices(changelist))
        every[0]["display"] = "办理中"
        return every

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        match self.value():
            case "overdue":
                return queryset.overdue(on=clock.today())
            case "ended":
                return queryset.filter(status__in=ENDED)
            case "all":
                return queryset
        return queryset.open()


class BodyFilter(OrganisationFilter):
    title = "承办单位"
    parameter_name = "body"

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        offered = {value for value, _ in self.lookup_choices}
        return queryset.filter(body=int(self.value())) if self.value() in offered else queryset


@admin.register(Case, site=site)
class CaseAdmin(ReadOnlyAdmin):
    """Nothing is written here but through the writer of cases; each attempt is in the log."""

    list_display = ("number", "procedure", "status", "about", "body", "shown_due", "shown_filed")
    list_filter = (StandingFilter, "procedure", "status", BodyFilter)
    list_select_related = ("record", "subject", "body", "complaint", "pledge")
    ordering = (F("due_on").asc(nulls_last=True), "pk")
    sortable_by = ()
    search_fields = ("number",)
    search_help_text = "办件编号，或者信用主体的统一社会信用代码"

    def scoped(self, queryset: QuerySet, request: HttpRequest) -> QuerySet:
        related = ("record__organisation", "subject__person", "body", "region", "objection", "repair__rule", "pledge")
        return queryset.visible_to(request.user).select_related(*related, "complaint__topic")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        typed = search_term.strip()
        if not typed:
            return queryset, False
        number = numbers.read(typed)
        return (queryset.filter(number=number) if number else queryset.filter(subject__uscc=typed.upper())), False

    @admin.display(description="所涉信息或对象")
    def about(self, case: Case) -> str:
        if case.procedure == Procedure.COMPLAINT:
            return case.complaint.accused_name
        if case.procedure == Procedure.COMMITMENT:
            return f"{case.subject}：{case.pledge.reason}"
        return f"{case.subject}：{case.record.title}"

    @admin.display(description="到期日")
    def shown_due(self, case: Case) -> str:
        if case.due_on is None:
            return self.get_empty_value_display()
        is_late = case.due_on < clock.today() and case.status not in WITH_THE_APPLICANT and case.is_open
        return f"{case.due_on}{'（已逾期）' if is_late else ''}"

    @admin.display(description="提交")
    def shown_filed(self, case: Case) -> str:
        return str(clock.day_of(case.filed_at))

    def get_urls(self) -> list[URLPattern]:
        own = {
            "act": require_POST(self.on_case(case_page.act)),
            "reveal": require_POST(self.on_case(case_page.reveal)),
            "clarify": require_POST(self.on_case(case_page.clarify)),
            "draft": self.on_case(complaint_draft.draft),
        }
        return [
            path(
                "<path:object_id>/evidence/<uuid:uid>/",
                self.admin_site.admin_view(self._evidence),
                name="objections_case_evidence",
            ),
            *(
                path(f"<path:object_id>/{name}/", self.admin_site.admin_view(view), name=f"objections_case_{name}")
                for name, view in own.items()
            ),
            *super().get_urls(),
        ]

    def on_case(self, view: View) -> Callable[..., HttpResponse]:
        """The view with the case in hand, or 404 where it does not exist for this person."""

        def inner(request: HttpRequest, object_id: str, **more: Any) -> HttpResponse:
            if not self.has_view_permission(request):
                raise PermissionDenied
            return view(self, request, self.get_object(request, unquote(object_id)), **more)

        return inner

    def _evidence(self, request: HttpRequest, object_id: str, uid: Any) -> HttpResponse:
        return self.on_case(case_page.evidence)(request, object_id, uid=uid)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return self.on_case(case_page.show)(request, object_id)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return self.on_case(case_page.show)(request, object_id)
