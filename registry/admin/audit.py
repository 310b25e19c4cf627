"""The audit log and the log of opened personal data: read by those who watch, changed by nobody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from registry import clock
from registry.admin import words
from registry.admin.base import ReadOnlyAdmin
from registry.admin.site import site
from registry.audit.models import AuditLog, PersonalDataAccess
from registry.directory.staff import User
from registry.identifiers import document_key
from registry.records.models import Record

MOST = 100  # people or records one search may mean


class SinceFilter(admin.SimpleListFilter):
    title = "时间"
    parameter_name = "since"
    days = {"1": 0, "7": 6, "30": 29, "180": 179}

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[str, str]]:
        return [("1", "今天"), ("7", "近7天"), ("30", "近30天"), ("180", "近180天")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() not in self.days:
            return queryset
        first = clock.today() - timedelta(days=self.days[self.value()])
        return queryset.filter(at__gte=datetime.combine(first, time.min, tzinfo=clock.SHANGHAI))


class _Log(ReadOnlyAdmin):
    """The newest first; found by who did it, or by the record it was done to."""

    list_filter: tuple[Any, ...] = (SinceFilter,)
    list_select_related = ("by",)
    ordering = ("-pk",)
    sortable_by = ()

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        typed = search_term.strip()
        return (queryset.filter(self.about(typed)) if typed else queryset), False

    def about(self, typed: str) -> Q:
        people = User.objects.filter(Q(username=typed) | Q(full_name=typed)).values_list("pk", flat=True)
        return Q(by__in=list(people[:MOST]))


@admin.register(AuditLog, site=site)
class AuditLogAdmin(_Log):
    list_display = ("at", "by", "what", "about_what", "object_key", "succeeded", "address")
    list_filter = (SinceFilter, "succeeded")
    search_fields = ("object_key",)
    search_help_text = "操作人的用户名或姓名，或者记录的文书号"
    fields = ("at", "by", "what", "action", "about_what", "object_key", "succeeded", "detail", "address")

    @admin.display(description="操作")
    def what(self, line: AuditLog) -> str:
        return words.act(line.action)

    @admin.display(description="对象类型")
    def about_what(self, line: AuditLog) -> str:
        return words.thing(line.object_type)

    def about(self, typed: str) -> Q:
        """By the person, or by the document number of the record the line is about."""
        key = document_key(typed)
        records = Record.objects.filter(document_key=key).values_list("pk", flat=True) if key else ()
        keys = [str(record) for record in records[:MOST]]
        return super().about(typed) | Q(object_type=Record._meta.label_lower, object_key__in=keys)


@admin.register(PersonalDataAccess, site=site)
class PersonalDataAccessAdmin(_Log):
    list_display = ("at", "by", "person", "reason", "address")
    list_select_related = ("by", "person")
    search_fields = ("reason",)
    search_help_text = "查看人的用户名或姓名"
    fields = ("at", "by", "person", "reason", "address")
