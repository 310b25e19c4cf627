"""The filters of the record list. None of them counts or looks for distinct values: each is a plain condition."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from registry import clock
from registry.admin import due
from registry.directory.organisations import Organisation
from registry.intake.models import ImportBatch
from registry.records import kinds
from registry.records.models import Correction
from registry.records.statuses import LIVE, Status

YEARS = 12
_COMMON = (*LIVE, Status.EXPIRED)  # most records end up here, and the newest of them are found at once


def through_work_lists(records: QuerySet) -> QuerySet:
    """The same records by way of each organisation's work list, which is indexed by status.

    Without it, whoever sees every organisation would wait while a few unfinished records are looked for among a
    million published ones.
    """
    return records.filter(organisation__in=Organisation.objects.order_by().values("pk"))


class KindFilter(admin.SimpleListFilter):
    title = "种类"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[str, str]]:
        return kinds.choices()

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class StatusFilter(admin.SimpleListFilter):
    title = "状态"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[str, str]]:
        used = {rule.target for kind in kinds.every() for rule in kind.rule_book.values()} | {Status.DRAFT}
        return [(status.value, status.label) for status in Status if status in used]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        found = queryset.filter(status=self.value())
        return found if self.value() in _COMMON else through_work_lists(found)


class LateFilter(admin.SimpleListFilter):
    title = "公示时限"
    parameter_name = "overdue"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[str, str]]:
        return [("1", "已逾期未公示")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() != "1":
            return queryset
        return through_work_lists(queryset.filter(due.late(due.known(), on=clock.today())))


class CorrectionFilter(admin.SimpleListFilter):
    title = "更正"
    parameter_name = "correction"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[str, str]]:
        return [("open", "有待审核的更正")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(pk__in=open_corrections()) if self.value() == "open" else queryset


def open_corrections() -> QuerySet:
    """The keys of records with a correction that nobody has decided on."""
    return Correction.objects.filter(decided_at=None).values("record")


class YearFilter(admin.SimpleListFilter):
    title = "决定年份"
    parameter_name = "year"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[str, str]]:
        this_year = clock.today().year
        return [(str(year), f"{year}年") for year in range(this_year, this_year - YEARS, -1)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        offered = {value for value, _ in self.lookup_choices}
        return queryset.filter(decided_on__year=int(self.value())) if self.value() in offered else queryset


class OrganisationFilter(admin.SimpleListFilter):
    """For those who work with several organisations' records."""

    title = "提供单位"
    parameter_name = "organisation"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[str, str]]:
        user = request.user
        if user.has_perm("registry.view_every_record"):
            offered = Organisation.objects.all()
        elif user.has_perm("registry.view_region_record") and user.organisation_id:
            offered = Organisation.objects.filter(region=user.organisation.region_id)
        else:
            return []
        return [(str(organisation.pk), organisation.name) for organisation in offered]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        offered = {value for value, _ in self.lookup_choices}
        return queryset.filter(organisation=int(self.value())) if self.value() in offered else queryset


class BatchFilter(admin.SimpleListFilter):
    """The records that came in with one file; offered only by the page of that file."""

    title = "导入批次"
    parameter_name = "batch"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[str, str]]:
        key = request.GET.get(self.parameter_name, "")
        if not (key.isascii() and key.isdigit() and len(key) <= 18):
            return []
        batch = ImportBatch.objects.visible_to(request.user).filter(pk=int(key)).first()
        return [(str(batch.pk), batch.file_name)] if batch else []

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        offered = {value for value, _ in self.lookup_choices}
        return queryset.filter(batch=int(self.value())) if self.value() in offered else queryset
