"""Public service: programmes kept by the credit office, hours confirmed by the organisers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from objections import service
from objections.admin import frame
from objections.models import ServiceHours, ServiceProgramme
from registry import clock
from registry.admin.base import ReadOnlyAdmin
from registry.admin.catalogue import Lasting
from registry.admin.reasons import ReasonField
from registry.admin.site import site


@admin.register(ServiceProgramme, site=site)
class ServiceProgrammeAdmin(Lasting):
    list_display = ("title", "organisation", "approved_from", "approved_until")
    list_select_related = ("organisation",)
    search_fields = ("title",)
    ordering = ("organisation", "title")
    fields = ("organisation", "title", "approved_from", "approved_until")


class RefusalForm(forms.Form):
    reason = ReasonField(label="不予计入的原因", max_length=200, required=False)


@admin.register(ServiceHours, site=site)
class ServiceHoursAdmin(ReadOnlyAdmin):
    """Claimed days of the own programmes; each is confirmed or refused once."""

    list_display = ("served_on", "programme", "person", "hours", "confirmed_by", "refusal")
    list_select_related = ("programme__organisation", "person", "confirmed_by")
    ordering = ("-served_on", "-pk")
    sortable_by = ()

    def scoped(self, queryset: QuerySet, request: HttpRequest) -> QuerySet:
        queryset = queryset.select_related("programme__organisation", "person", "case", "confirmed_by")
        if request.user.has_perm("objections.view_every_case"):
            return queryset
        return queryset.filter(programme__organisation=request.user.organisation_id)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        hours = self.get_object(request, unquote(object_id))
        form, status = RefusalForm(request.POST or None), 200
        if request.method == "POST":
            status = 400
            if form.is_valid():
                status = frame.attempt(request, "service.decide", hours, lambda: self._decide(request, hours, form))
            if status == 200:
                return redirect(reverse("admin:objections_servicehours_changelist"))
        said = {"hours": self.get_object(request, unquote(object_id)), "original": hours, "form": form}
        return frame.page(self, request, "hours", str(hours), said, status=status)

    def _decide(self, request: HttpRequest, hours: ServiceHours, form: RefusalForm) -> str:
        if "refuse" in request.POST:
            service.refuse(hours, by=request.user, at=clock.now(), reason=form.cleaned_data["reason"])
            return "已登记不予计入"
        service.confirm(hours, by=request.user, at=clock.now())
        return "已确认"
