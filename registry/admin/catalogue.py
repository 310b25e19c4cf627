"""The collection catalogue. An issued version is never edited: it is ended, and a new one takes its place."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Max, QuerySet
from django.http import HttpRequest

from registry.admin.base import StaffAdmin
from registry.admin.catalogue_fields import FieldRows
from registry.admin.site import site
from registry.directory.catalogue import CatalogueItem, CatalogueItemVersion, CollectionCatalogue
from registry.records import kinds


class Lasting(StaffAdmin):
    """Rows that records stand on: they may end, they are never deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OfKind:
    """A column that names the kind of record a row is about."""

    @admin.display(description="记录种类")
    def kind_label(self, row: Any) -> str:
        return kinds.get(row.kind).label if kinds.known(row.kind) else row.kind


def kind_field(**kwargs: Any) -> forms.ChoiceField:
    """A choice among the kinds of record there are, whichever room brought them."""
    return forms.ChoiceField(label="记录种类", choices=lambda: [("", "请选择"), *kinds.choices()], **kwargs)


@admin.register(CollectionCatalogue, site=site)
class CollectionCatalogueAdmin(Lasting):
    list_display = ("title", "region", "document_number", "issued_on")
    list_filter = ("region",)
    list_select_related = ("region",)
    search_fields = ("title", "document_number")
    ordering = ("-issued_on", "-pk")
    fields = ("region", "title", "document_number", "issued_on")


class CatalogueItemForm(forms.ModelForm):
    kind = kind_field()

    class Meta:
        model = CatalogueItem
        fields = ("catalogue", "organisation", "code", "kind", "name")


@admin.register(CatalogueItem, site=site)
class CatalogueItemAdmin(OfKind, Lasting):
    """What each organisation may collect; a person sees the items of the organisations he works for."""

    form = CatalogueItemForm
    list_display = ("code", "name", "organisation", "kind_label", "catalogue")
    list_select_related = ("organisation", "catalogue")
    search_fields = ("code", "name", "organisation__name")
    ordering = ("code",)
    autocomplete_fields = ("organisation", "catalogue")

    def scoped(self, queryset: QuerySet, request: HttpRequest) -> QuerySet:
        user = request.user
        if user.has_perm("registry.view_every_record"):
            return queryset
        if user.organisation_id is None:
            return queryset.none()
        if user.has_perm("registry.view_region_record"):
            return queryset.filter(organisation__region=user.organisation.region_id)
        return queryset.filter(organisation=user.organisation_id)


class VersionForm(forms.ModelForm):
    """A new version of an item; its number is given here, and the version before ends the day before."""

    fields = FieldRows(label="数据项", required=False)

    class Meta:
        model = CatalogueItemVersion
        fields = (
            "item", "openness", "nature", "update_cycle", "publication_days", "persons_are_public",
            "sends_id_numbers", "fields", "legal_basis", "valid_from", "valid_to",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        item, first, last = said.get("item"), said.get("valid_from"), said.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", "失效日期不能早于生效日期")
        if item is None or first is None:
            return said
        known = kinds.known(item.kind)
        if known and kinds.get(item.kind).described_by_catalogue != bool(said.get("fields")):
            words = "须填写数据项" if not said.get("fields") else "不填数据项：该种类的数据项由标准规定"
            self.add_error("fields", f"“{kinds.get(item.kind).label}”{words}")
        newest = item.versions.order_by("-version").first()
        if newest is not None and first <= newest.valid_from:
            self.add_error("valid_from", f"须晚于第{newest.version}版的生效日期（{newest.valid_from}）")
        return said


class EndingForm(forms.ModelForm):
    """The one thing that may still be said of an issued version: the last day it holds."""

    class Meta:
        model = CatalogueItemVersion
        fields = ("valid_to",)

    def clean_valid_to(self) -> Any:
        last = self.cleaned_data["valid_to"]
        if last is not None and last < self.instance.valid_from:
            raise ValidationError("失效日期不能早于生效日期")
        return last


@admin.register(CatalogueItemVersion, site=site)
class ItemVersionAdmin(Lasting):
    list_display = ("item", "version", "openness", "nature", "valid_from", "valid_to")
    list_filter = ("openness", "nature")
    list_select_related = ("item__organisation",)
    search_fields = ("item__code", "item__name", "item__organisation__name")
    ordering = ("-pk",)
    autocomplete_fields = ("item",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may issue a version may end one."""
        return request.user.has_perm("registry.add_catalogueitemversion")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, form=EndingForm if obj else VersionForm, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (
            (*VersionForm.Meta.fields[:1], "version", *VersionForm.Meta.fields[1:]) if obj else VersionForm.Meta.fields
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return tuple(name for name in self.get_fields(request, obj) if name != "valid_to") if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """`?item=` starts from the item's newest version, so that only what changes is typed."""
        said = super().get_changeform_initial_data(request)
        newest = _newest(str(said.get("item", "")))
        if newest is None:
            return said
        kept = (name for name in VersionForm.Meta.fields if name not in ("item", "valid_from", "valid_to"))
        return {name: getattr(newest, name) for name in kept} | said

    def save_model(self, request: HttpRequest, obj: CatalogueItemVersion, form: Any, change: bool) -> None:
        if not change:
            last = obj.item.versions.aggregate(last=Max("version"))["last"] or 0
            obj.version = last + 1
            before = obj.item.versions.filter(valid_to=None, valid_from__lt=obj.valid_from)
            before.update(valid_to=obj.valid_from - timedelta(days=1))
        super().save_model(request, obj, form, change)


def _newest(item: str) -> CatalogueItemVersion | None:
    if not item.isdecimal() or len(item) > 18:
        return None
    return CatalogueItemVersion.objects.filter(item=int(item)).order_by("-version").first()
