"""The catalogue and its bases: a measure that no longer holds is ended, and a repealed basis ends its lines."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from measures.models import FeedbackRule, LegalBasis, Measure
from registry.admin.catalogue import Lasting
from registry.admin.rules import DatedRuleForm
from registry.admin.site import site


@admin.register(LegalBasis, site=site)
class LegalBasisAdmin(Lasting):
    list_display = ("code", "title", "number", "kind", "effective_from", "repealed_on")
    list_filter = ("kind",)
    search_fields = ("code", "title", "number")
    ordering = ("code",)
    fields = ("code", "title", "number", "kind", "effective_from", "repealed_on")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What lines stand on is only ever repealed."""
        return () if obj is None else tuple(name for name in self.fields if name != "repealed_on")


@admin.register(Measure, site=site)
class MeasureAdmin(Lasting):
    list_display = ("code", "name", "colour", "section", "bodies", "strength", "valid_from", "valid_to")
    list_filter = ("colour", "strength", "is_letter", "is_chosen")
    search_fields = ("code", "name", "bodies")
    ordering = ("code",)
    fields = (
        "code", "colour", "name", "words", "section", "targets", "bodies", "body_kinds", "body_words", "strength",
        "items", "subject_kinds", "persons", "reaches_subject", "is_own", "is_triggered", "is_chosen", "is_letter",
        "needs_industry", "needs_text", "ends_on_performance", "basis", "valid_from", "valid_to", "note",
    )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("code", "colour", "words", "section")


@admin.register(FeedbackRule, site=site)
class FeedbackRuleAdmin(Lasting):
    form = DatedRuleForm
    list_display = ("rule_id", "workdays", "effective_from", "effective_to", "legal_basis")
    ordering = ("-effective_from",)
    fields = ("rule_id", "workdays", "effective_from", "effective_to", "legal_basis")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else tuple(name for name in self.fields if name != "effective_to")
