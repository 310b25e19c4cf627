"""存量主体 for the authorities that registered them, and how far their conversion has come (row S1.1.2)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from registry import clock
from registry.admin import reports
from registry.admin.catalogue import Lasting
from registry.admin.site import site
from registry.directory.legacy import LegacyRegistration, Rate
from registry.directory.legacy_intake import name_of
from registry.directory.older_numbers import OlderNumberProblem, read
from registry.directory.regions import Region


class LegacyRegistrationForm(forms.ModelForm):
    """Numbers and names are read as at every other door."""

    class Meta:
        model = LegacyRegistration
        fields = ("scheme", "value", "name", "region", "state")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "region" in self.fields:  # a page for reading has no fields
            self.fields["region"].queryset = Region.objects.current()

    def clean_name(self) -> str:
        try:
            return name_of(self.cleaned_data["name"])
        except ValueError as problem:
            raise ValidationError(str(problem)) from None

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if said.get("scheme") and said.get("value"):
            try:
                said["value"] = read(said["scheme"], said["value"], on=clock.today())
            except OlderNumberProblem as problem:
                self.add_error("value", str(problem))
        return said


@admin.register(LegacyRegistration, site=site)
class LegacyRegistrationAdmin(Lasting):
    form = LegacyRegistrationForm
    list_display = ("value", "scheme", "name", "authority", "region", "state", "is_converted")
    list_filter = ("scheme", "state", ("region", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("authority", "region")
    search_fields = ("value", "name")
    ordering = ("-pk",)
    sortable_by = ()

    def scoped(self, queryset: QuerySet, request: HttpRequest) -> QuerySet:
        return queryset.visible_to(request.user).with_conversion()

    @admin.display(description="已转换", boolean=True)
    def is_converted(self, entry: LegacyRegistration) -> bool:
        return entry.is_converted

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only an authority that assigns codes has a register of its own."""
        body = request.user.organisation
        return super().has_add_permission(request) and body is not None and body.code_authorities.exists()

    def has_change_permission(self, request: HttpRequest, obj: LegacyRegistration | None = None) -> bool:
        own = obj is None or obj.authority_id == request.user.organisation_id
        return super().has_change_permission(request, obj) and own

    def save_model(self, request: HttpRequest, obj: LegacyRegistration, form: Any, change: bool) -> None:
        if not change:
            obj.authority = request.user.organisation
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.conversion_view)
        return [path("conversion/", view, name="registry_legacyregistration_conversion"), *super().get_urls()]

    def conversion_view(self, request: HttpRequest) -> HttpResponse:
        """The rates this person may see, as a page; `?format=json` for programs."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rates = LegacyRegistration.objects.visible_to(request.user).rates()
        if request.GET.get("format") == "json":
            return JsonResponse(
                {"rates": [_as_json(rate) for rate in rates]}, json_dumps_params={"ensure_ascii": False}
            )
        said = {
            **self.admin_site.each_context(request),
            "title": "存量主体代码转换率",
            "opts": self.opts,
            "rates": rates,
            "whole": Rate("", "", sum(r.converted for r in rates), sum(r.unconverted for r in rates)),
        }
        return TemplateResponse(request, "admin/registry/legacyregistration/conversion.html", said)


def _as_json(rate: Rate) -> dict[str, Any]:
    return {
        "region": rate.region,
        "authority": rate.authority,
        "converted": rate.converted,
        "unconverted": rate.unconverted,
        "share": rate.share,
    }


reports.announce(
    reports.Report(
        "存量主体代码转换率",
        "admin:registry_legacyregistration_conversion",
        lambda user: user.has_perm("registry.view_legacyregistration"),
    )
)
