"""A page of ours in the frame of the admin; acts are tried the common way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from registry.admin.acting import attempt

__all__ = ["attempt", "page"]


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
