"""Rules by which bodies confirm models of honesty: ended and begun anew, never deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from redlist.models import ListRule, ListScope
from registry.admin.catalogue import Lasting
from registry.admin.rules import DatedRuleForm
from registry.admin.site import site


class Scopes(admin.TabularInline):
    model = ListScope
    extra = 1
    fields = ("category", "threshold")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not (obj and obj.honours.exists()) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)


class ListRuleForm(DatedRuleForm):
    class Meta:
        model = ListRule
        fields = (
            "organisation", "document_number", "standard", "procedure", "exit", "objection_contact", "notice_days",
            "effective_from", "effective_to",
        )  # fmt: skip


@admin.register(ListRule, site=site)
class ListRuleAdmin(Lasting):
    """A rule that honours stand on can only be ended: a change is a new rule (row S4.2.1)."""

    form = ListRuleForm
    inlines = (Scopes,)
    list_display = ("organisation", "document_number", "notice_days", "effective_from", "effective_to")
    list_select_related = ("organisation",)
    search_fields = ("organisation__name", "document_number")
    autocomplete_fields = ("organisation",)
    ordering = ("organisation", "-effective_from")

    def get_readonly_fields(self, request: HttpRequest, obj: ListRule | None = None) -> tuple[str, ...]:
        if obj is None or not obj.honours.exists():
            return ()
        return tuple(name for name in ListRuleForm.Meta.fields if name != "effective_to")
