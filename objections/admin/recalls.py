"""Recalls: each body undoes what it did with a wrong record, and says so; the office sees who has not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from objections import restoring
from objections.admin import frame
from objections.models import RecallTask
from registry import clock
from registry.admin.base import ReadOnlyAdmin
from registry.admin.reasons import ReasonField
from registry.admin.site import site


class UndoneForm(forms.Form):
    undone = ReasonField(label="如何纠正", max_length=1000)


class DoneFilter(admin.SimpleListFilter):
    title = "确认情况"
    parameter_name = "done"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[str, str]]:
        return [("late", "逾期未确认"), ("all", "全部")]

    def choices(self, changelist: Any) -> Iterable[dict[str, Any]]:
        every = list(super().choices(changelist))
        every[0]["display"] = "待确认"
        return every

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        match self.value():
            case "late":
                return queryset.waiting().filter(due_on__lt=clock.today())
            case "all":
                return queryset
        return queryset.waiting()


@admin.register(RecallTask, site=site)
class RecallTaskAdmin(ReadOnlyAdmin):
    list_display = ("shown_whom", "use", "record", "due_on", "done_at", "done_by")
    list_filter = (DoneFilter,)
    list_select_related = ("organisation", "restoration__record", "done_by")
    ordering = ("due_on", "pk")
    sortable_by = ()

    def scoped(self, queryset: QuerySet, request: HttpRequest) -> QuerySet:
        """Own tasks; the office sees the whole board."""
        queryset = queryset.select_related("organisation", "restoration__record", "restoration__case", "done_by")
        if request.user.has_perm("objections.view_every_case"):
            return queryset
        return queryset.filter(organisation=request.user.organisation_id, organisation__isnull=False)

    @admin.display(description="单位或渠道")
    def shown_whom(self, task: RecallTask) -> str:
        return str(task.organisation or task.channel)

    @admin.display(description="信用记录")
    def record(self, task: RecallTask) -> str:
        return str(task.restoration.record)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What was used, what became of it, and the place to say what has been undone."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        task = self.get_object(request, unquote(object_id))
        form, status = UndoneForm(request.POST or None), 200
        if request.method == "POST" and form.is_valid():
            status = frame.attempt(request, "recall.confirm", task, self._confirming(request, task, form))
            if status == 200:
                return redirect(reverse("admin:objections_recalltask_changelist"))
        elif request.method == "POST":
            status = 400
        said = {"task": self.get_object(request, unquote(object_id)), "original": task, "form": form}
        return frame.page(self, request, "recall", str(task), said, status=status)

    def _confirming(self, request: HttpRequest, task: RecallTask, form: UndoneForm) -> Callable[[], str]:
        def confirm() -> str:
            restoring.confirm(task, by=request.user, at=clock.now(), undone=form.cleaned_data["undone"])
            return "已确认"

        return confirm
