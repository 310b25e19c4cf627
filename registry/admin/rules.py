"""Dated rules with their legal basis: a rule that no longer holds is ended, never deleted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from registry.admin.catalogue import Lasting, OfKind, kind_field
from registry.admin.site import site
from registry.directory.calendar import CalendarDay, CalendarYear
from registry.directory.terms import DeadlineRule, RepairRule, TermRule
from registry.records.models import Record


class DatedRuleForm(forms.ModelForm):
    """A rule ends after it begins."""

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        first = said.get("effective_from") or self.instance.effective_from
        last = said.get("effective_to")
        if first and last and last < first:
            self.add_error("effective_to", "失效日期不能早于生效日期")
        return said


class TermRuleForm(DatedRuleForm):
    kind = kind_field(required=False)

    class Meta:
        model = TermRule
        fields = (
            "rule_id", "regime", "kind", "severity", "effective_from", "effective_to", "is_published",
            "min_months", "max_months", "term_starts", "legal_basis", "note",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        least, most = said.get("min_months"), said.get("max_months")
        if least is not None and most is not None and most < least:
            self.add_error("max_months", "最长公示月数不能少于最短公示月数")
        return said


@admin.register(TermRule, site=site)
class TermRuleAdmin(OfKind, Lasting):
    """A rule that records stand on can only be ended; what it said then stays readable."""

    form = TermRuleForm
    list_display = ("rule_id", "regime", "kind_label", "severity", "max_months", "effective_from", "effective_to")
    list_filter = ("severity", "is_published")
    search_fields = ("rule_id", "regime", "legal_basis")
    ordering = ("kind", "-effective_from", "rule_id")

    def get_readonly_fields(self, request: HttpRequest, obj: TermRule | None = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        used = Record.objects.filter(term_rule=obj).exists()
        still = ("effective_to", "note")
        return tuple(name for name in TermRuleForm.Meta.fields if name not in still) if used else ("rule_id",)


class RepairRuleForm(DatedRuleForm):
    kind = kind_field()

    class Meta:
        model = RepairRule
        fields = (
            "rule_id", "regime", "kind", "severity", "authority_words", "categories", "effective_from",
            "effective_to", "is_allowed", "min_months", "term_starts", "window_months", "is_late_allowed",
            "service_hours", "conditions", "materials", "legal_basis",
        )  # fmt: skip


@admin.register(RepairRule, site=site)
class RepairRuleAdmin(OfKind, Lasting):
    """The rule in force on the day of an application decides it, so a rule is ended and a new one begun."""

    form = RepairRuleForm
    list_display = ("rule_id", "regime", "kind_label", "severity", "is_allowed", "min_months", "effective_from")
    list_filter = ("severity", "is_allowed")
    search_fields = ("rule_id", "regime", "legal_basis")
    ordering = ("kind", "-effective_from", "rule_id")

    def get_readonly_fields(self, request: HttpRequest, obj: RepairRule | None = None) -> tuple[str, ...]:
        return () if obj is None else tuple(name for name in RepairRuleForm.Meta.fields if name != "effective_to")


class DeadlineRuleForm(DatedRuleForm):
    kind = kind_field()

    class Meta:
        model = DeadlineRule
        fields = ("kind", "workdays", "effective_from", "effective_to", "legal_basis")


@admin.register(DeadlineRule, site=site)
class DeadlineRuleAdmin(OfKind, Lasting):
    form = DeadlineRuleForm
    list_display = ("kind_label", "workdays", "effective_from", "effective_to", "legal_basis")
    search_fields = ("legal_basis",)
    ordering = ("kind", "-effective_from")


@admin.register(CalendarDay, site=site)
class CalendarDayAdmin(Lasting):
    list_display = ("day", "name", "is_workday", "source")
    list_filter = ("is_workday",)
    search_fields = ("name",)
    ordering = ("-day",)
    fields = ("day", "is_workday", "name", "source")


@admin.register(CalendarYear, site=site)
class CalendarYearAdmin(Lasting):
    list_display = ("year", "state", "source")
    ordering = ("-year",)
    fields = ("year", "state", "source")
