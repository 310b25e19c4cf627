"""The audit log and the log of opened personal data: read by those who watch, changed by nobody."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path

from registry import clock
from registry.admin import personal_files, words
from registry.admin.base import ReadOnlyAdmin
from registry.admin.site import site
from registry.audit.models import AuditLog, PersonalDataAccess
from registry.directory.staff import User
from registry.identifiers import document_key
from registry.records.models import Record

MOST = 100  # people or records one word may mean
MOST_WORDS = 5


class BetweenFilter(admin.ListFilter):
    """Two days, both included, each of them optional; what is no day is refused with the plain list."""

    title = "日期"
    template = "admin/registry/filters/between.html"
    parameters = ("from", "to")

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.days = {name: _day(params.pop(name)[-1]) for name in self.parameters if name in params}

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str]:
        return list(self.parameters)

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        kept = [(name, value) for name, value in changelist.params.items() if name not in self.parameters]
        yield {
            "kept": kept,
            "days": [("from", "起", self.days.get("from") or ""), ("to", "止", self.days.get("to") or "")],
            "chosen": any(self.days.values()),
            "query_string": changelist.get_query_string(remove=self.parameters),
        }

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if first := self.days.get("from"):
            queryset = queryset.filter(at__gte=_beginning(first))
        if last := self.days.get("to"):
            queryset = queryset.filter(at__lt=_beginning(last + timedelta(days=1)))
        return queryset


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise IncorrectLookupParameters from None


def _beginning(day: date) -> datetime:
    """When that day begins in Ankang."""
    return datetime.combine(day, time.min, tzinfo=clock.SHANGHAI)


class _Log(ReadOnlyAdmin):
    """The newest first; found by who did it and by the record it was done to, each word narrowing what is found."""

    list_filter: tuple[Any, ...] = (BetweenFilter,)
    list_select_related = ("by",)
    ordering = ("-pk",)
    sortable_by = ()

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        for word in search_term.split()[:MOST_WORDS]:
            queryset = queryset.filter(self.about(word))
        return queryset, False

    def about(self, typed: str) -> Q:
        people = User.objects.filter(Q(username=typed) | Q(full_name=typed)).values_list("pk", flat=True)
        return Q(by__in=list(people[:MOST]))


def _uid(typed: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed.strip("/").rpartition("/")[2])
    except ValueError:
        return None


@admin.register(AuditLog, site=site)
class AuditLogAdmin(_Log):
    list_display = ("at", "by", "what", "about_what", "object_key", "succeeded", "address")
    list_filter = (BetweenFilter, "succeeded")
    search_fields = ("object_key",)
    search_help_text = "操作人的用户名或姓名，记录的文书号或网址中的编号；用空格分开可同时查操作人和记录"
    fields = ("at", "by", "what", "action", "about_what", "object_key", "succeeded", "detail", "address")

    @admin.display(description="操作")
    def what(self, line: AuditLog) -> str:
        return words.act(line.action)

    @admin.display(description="对象类型")
    def about_what(self, line: AuditLog) -> str:
        return words.thing(line.object_type)

    def about(self, typed: str) -> Q:
        """By the person, or by document number or address of the record the line is about."""
        found = Q(document_key=document_key(typed)) if document_key(typed) else Q(pk__in=[])
        if uid := _uid(typed):
            found |= Q(uid=uid)
        records = Record.objects.filter(found).values_list("pk", flat=True)
        keys = [str(record) for record in records[:MOST]]
        return super().about(typed) | Q(object_type=Record._meta.label_lower, object_key__in=keys)


@admin.register(PersonalDataAccess, site=site)
class PersonalDataAccessAdmin(_Log):
    list_display = ("at", "by", "person", "purpose", "reason", "address")
    list_filter = (BetweenFilter, "purpose")
    list_select_related = ("by", "person")
    search_fields = ("reason",)
    search_help_text = "查看人的用户名或姓名"
    fields = ("at", "by", "person", "purpose", "reason", "address")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(partial(personal_files.file_page, self.admin_site))
        return [path("file/", view, name="registry_personaldataaccess_file"), *super().get_urls()]
