"""The dated rules of the procedures: a rule that no longer holds is ended, and a new one begun."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from objections.models import ComplaintTopic, RemedyText, StepRule
from registry.admin.catalogue import Lasting
from registry.admin.rules import DatedRuleForm
from registry.admin.site import site


class _Ending(Lasting):
    """Only the last day of a row may be changed: cases stand on the others."""

    form = DatedRuleForm

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else tuple(name for name in self.fields if name != "effective_to")


@admin.register(StepRule, site=site)
class StepRuleAdmin(_Ending):
    list_display = ("rule_id", "regime", "procedure", "step", "limit", "extension", "effective_from", "effective_to")
    list_filter = ("procedure",)
    search_fields = ("rule_id", "regime", "legal_basis")
    ordering = ("procedure", "-effective_from", "rule_id")
    fields = (
        "rule_id", "regime", "procedure", "step", "limit", "unit", "counts_from", "extension", "actor",
        "effective_from", "effective_to", "legal_basis",
    )  # fmt: skip


@admin.register(RemedyText, site=site)
class RemedyTextAdmin(_Ending):
    list_display = ("rule_id", "procedure", "effective_from", "effective_to", "legal_basis")
    ordering = ("procedure", "-effective_from")
    fields = ("rule_id", "procedure", "text", "effective_from", "effective_to", "legal_basis")


@admin.register(ComplaintTopic, site=site)
class ComplaintTopicAdmin(_Ending):
    list_display = ("code", "label", "taxonomy_item", "sort", "effective_from", "effective_to")
    ordering = ("sort", "code")
    fields = ("code", "label", "hint", "taxonomy_item", "sort", "effective_from", "effective_to")
