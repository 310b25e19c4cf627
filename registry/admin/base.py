"""What every page of the staff door has in common: scope, capped lists, and a line in the audit log for each change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db.models import Field, Model, QuerySet
from django.forms import Form, ModelMultipleChoiceField
from django.forms.models import ModelChoiceField
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse

from registry.admin import timeline
from registry.admin.paging import CappedPaginator
from registry.audit import trace
from registry.search import query


class StaffAdmin(admin.ModelAdmin):
    """A stock admin page over the rows this person may know of; any other row is not found."""

    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 50
    save_as = False

    def scoped(self, queryset: QuerySet, request: HttpRequest) -> QuerySet:
        """The rows that exist for this person."""
        return queryset

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return self.scoped(super().get_queryset(request), request)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Model:
        """The row, or 404: the stock admin would redirect and so tell foreign rows from missing pages."""
        found = super().get_object(request, object_id, from_field)
        if found is None:
            self._note_foreign(request, object_id)
            raise Http404
        return found

    def _note_foreign(self, request: HttpRequest, object_id: str) -> None:
        """Say in the audit log that somebody asked for a row that exists, but not for him."""
        with suppress(ValidationError, ValueError, OverflowError):
            row = self.model._default_manager.filter(pk=self.opts.pk.to_python(object_id)).first()
            if row is not None:
                trace.denied(request, about=row)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        _shorten_question(request)
        return super().changelist_view(request, {"title": self.opts.verbose_name_plural, **(extra_context or {})})

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        """What happened to the row, with what each field said before and says now."""
        row = self.get_object(request, unquote(object_id))
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        said = {"object": row, "timeline": timeline.of_row(row), "title": f"办理过程：{row}"}
        return self._page(request, "admin/object_history.html", said)

    def _page(self, request: HttpRequest, template: str, said: dict[str, Any]) -> TemplateResponse:
        """A page in the frame of the admin."""
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media}
        return TemplateResponse(request, template, frame | said)

    def response_action(self, request: HttpRequest, queryset: QuerySet) -> Any:
        """The stock answer; chosen keys that are none are refused, where the stock admin would fall over."""
        for key in request.POST.getlist(ACTION_CHECKBOX_NAME):
            try:
                self.opts.pk.run_validators(self.opts.pk.to_python(key))
            except ValidationError:
                raise BadRequest from None
        return super().response_action(request, queryset)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only what a filter on the page sends: any other condition could be a slow one, or guess at a password."""
        return lookup in set(self._parameters(request))

    def _parameters(self, request: HttpRequest | None) -> Iterator[str]:
        for offered in self.get_list_filter(request):
            name = offered[0] if isinstance(offered, tuple) else offered
            if isinstance(name, str):
                yield from _parameters_of(self.opts.get_field(name))
            else:
                yield from getattr(name, "parameters", None) or (name.parameter_name,)

    def construct_change_message(
        self, request: HttpRequest, form: Form, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        """The stock message, and beside it what each field said before and says now."""
        message = super().construct_change_message(request, form, formsets, add)
        values = difference(form)
        return [{**message[0], "values": values}, *message[1:]] if message and values else message

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self._trace(request, obj, "add", message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self._trace(request, obj, "change", message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> Any:
        for obj in queryset:
            self._trace(request, obj, "delete", str(obj))
        return super().log_deletions(request, queryset)

    def _trace(self, request: HttpRequest, obj: Model, verb: str, message: Any) -> None:
        trace.write(request, f"{self.opts.model_name}.{verb}", about=obj, message=message)


def _shorten_question(request: HttpRequest) -> None:
    """Cut an endless question before every link of the list repeats it."""
    if len(request.GET.get(SEARCH_VAR, "")) > query.MAX_CHARACTERS:
        request.GET = request.GET.copy()
        request.GET[SEARCH_VAR] = request.GET[SEARCH_VAR][: query.MAX_CHARACTERS]
        messages.info(request, query.TOO_LONG)


def _parameters_of(field: Field) -> Iterator[str]:
    """What Django's own filter by this field sends."""
    yield f"{field.name}__exact"
    yield f"{field.name}__isnull"
    if field.is_relation:
        yield f"{field.name}__{field.target_field.name}__exact"


class ReadOnlyAdmin(StaffAdmin):
    """Rows that nobody changes by hand, whatever permissions somebody was given."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def difference(form: Form) -> dict[str, list[Any]]:
    """{field: [old, new]} of what a form changed, in words; never a password."""
    return {
        name: [_said(form.fields[name], form.initial.get(name)), _said(form.fields[name], form.cleaned_data.get(name))]
        for name in form.changed_data
        if "password" not in name and name in form.fields
    }


def _said(field: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(field, ModelMultipleChoiceField):
        return sorted(field.label_from_instance(each) for each in value)
    if isinstance(field, ModelChoiceField) and not isinstance(value, Model):
        value = field.queryset.filter(pk=value).first()
    return value if isinstance(value, (bool, int, list, dict)) else str(value)
