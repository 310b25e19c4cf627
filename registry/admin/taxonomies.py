"""Both taxonomies, the positions that answer for an act, and memberships: ended, never deleted."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from registry.admin.catalogue import Lasting
from registry.admin.rules import DatedRuleForm
from registry.admin.site import site
from registry.directory.positions import AssociationMember, PersonRole
from registry.directory.taxonomies import DishonestyItem, HonourCategory


class _Taxonomy(Lasting):
    """The code stays what it was: records are known by it."""

    form = DatedRuleForm
    search_fields = ("code", "name")
    ordering = ("code",)

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> tuple[str, ...]:
        return ("code",) if obj else ()


@admin.register(DishonestyItem, site=site)
class DishonestyItemAdmin(_Taxonomy):
    list_display = ("code", "name", "category", "document_kinds", "is_open_ended", "shows_persons", "effective_to")
    list_filter = ("category",)


@admin.register(HonourCategory, site=site)
class HonourCategoryAdmin(_Taxonomy):
    list_display = ("code", "name", "origin", "valid_years", "effective_to")
    list_filter = ("origin",)


@admin.register(PersonRole, site=site)
class PersonRoleAdmin(Lasting):
    list_display = ("name", "is_barred", "loses_honours", "is_recorded", "is_limited")
    ordering = ("sort", "name")

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> tuple[str, ...]:
        return ("name",) if obj else ()


@admin.register(AssociationMember, site=site)
class AssociationMemberAdmin(Lasting):
    """An association sees its own members; the credit office keeps the list by what associations report."""

    list_display = ("association", "subject", "member_from", "member_until")
    list_select_related = ("association", "subject")
    search_fields = ("association__name", "subject__name")
    autocomplete_fields = ("association",)
    raw_id_fields = ("subject",)
    ordering = ("association", "-member_from", "-pk")

    def scoped(self, queryset: QuerySet, request: HttpRequest) -> QuerySet:
        if request.user.has_perm("registry.view_every_record"):
            return queryset
        return queryset.filter(association=request.user.organisation_id)
