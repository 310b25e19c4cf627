"""Acts at the work-bench: the one way to try one and say how it went, and a page on which adding a row is an act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from registry.admin.base import ReadOnlyAdmin, StaffAdmin
from registry.audit import trace
from registry.records.validation import Invalid
from registry.records.workflow import MoveRefused


def attempt(request: HttpRequest, name: str, about: Model, act: Callable[[], str]) -> int:
    """Do it in one transaction; a refusal is told and written to the audit log. Returns the HTTP status of the answer."""
    try:
        with transaction.atomic():
            said = act()
            trace.write(request, name, about=about)
    except (MoveRefused, PermissionDenied, ValidationError, Invalid) as refusal:
        why = _words(refusal)
        trace.write(request, name, about=about, succeeded=False, reason=why)
        messages.error(request, why)
        return 403 if isinstance(refusal, PermissionDenied) else 409 if isinstance(refusal, MoveRefused) else 400
    messages.success(request, said)
    return 200


def _words(refusal: Exception) -> str:
    match refusal:
        case ValidationError():
            return "；".join(refusal.messages)
        case Invalid():
            return "；".join(word for words in refusal.checked.errors().values() for word in words)
    return str(refusal)


class ActForm(forms.Form):
    """What has to be said for the act; choices are narrowed to what this member of staff works with."""

    required_css_class = "required"

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.narrow(request)

    def narrow(self, request: HttpRequest) -> None:
        """Leave in each choice only what this person may choose."""


class ActAdmin(ReadOnlyAdmin):
    """Rows that only an act of ours makes; nobody edits or deletes them afterwards."""

    act_form: type[ActForm]
    act_title = ""
    explanation = ""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return StaffAdmin.has_add_permission(self, request)

    def act(self, request: HttpRequest, said: Mapping[str, Any]) -> Model:
        """Do it and return the row; may raise Invalid, MoveRefused or PermissionDenied."""
        raise NotImplementedError

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = self.act_form(request.POST or None, initial=request.GET.dict(), request=request)
        status = 200
        if request.method == "POST":
            row = self._try(request, form) if form.is_valid() else None
            if row is not None:
                messages.success(request, f"已办理：{row}")
                return redirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))
            status = 400
        said = {
            **self.admin_site.each_context(request),
            "title": self.act_title or f"{self.opts.verbose_name}",
            "opts": self.opts,
            "media": self.media + form.media,
            "form": form,
            "explanation": self.explanation,
        }
        return TemplateResponse(request, "admin/act.html", said, status=status)

    def _try(self, request: HttpRequest, form: ActForm) -> Model | None:
        name = f"{self.opts.model_name}.add"
        try:
            with transaction.atomic():
                row = self.act(request, form.cleaned_data)
                trace.write(request, name, about=row)
        except MoveRefused as refusal:
            form.add_error(None, str(refusal))
        except Invalid as refusal:
            for field, sentences in refusal.checked.errors().items():
                form.add_error(field if field in form.fields else None, sentences)
        else:
            return row
        return None
