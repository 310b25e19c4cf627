"""A page of ours in the frame of the admin, and the one way to try an act and say how it went."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from registry.audit import trace
from registry.records.validation import Invalid
from registry.records.workflow import MoveRefused


def page(
    admin: ModelAdmin, request: HttpRequest, template: str, title: str, said: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """The template with what it says, inside the admin."""
    request.current_app = admin.admin_site.name
    frame = {
        **admin.admin_site.each_context(request),
        "title": title,
        "opts": admin.opts,
        "media": admin.media,
        "has_view_permission": True,
    }
    return TemplateResponse(request, f"admin/objections/{template}.html", {**frame, **said}, status=status)


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
