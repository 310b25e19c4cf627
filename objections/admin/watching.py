"""Who opened the contact data of applicants and complainants: read by those who watch, changed by nobody."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q

from objections.models import ContactAccess
from registry.admin.audit import BetweenFilter, _Log
from registry.admin.site import site


@admin.register(ContactAccess, site=site)
class ContactAccessAdmin(_Log):
    list_display = ("at", "by", "case", "reason", "address")
    list_select_related = ("by", "case")
    list_filter = (BetweenFilter,)
    search_fields = ("case__number",)
    search_help_text = "查看人的用户名或姓名，或者办件编号"
    fields = ("at", "by", "case", "reason", "address")

    def about(self, typed: str) -> Q:
        return super().about(typed) | Q(case__number=typed.upper())
