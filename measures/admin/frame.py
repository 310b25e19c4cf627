"""A page of ours in the frame of the admin, and a form whose fields are drawn the same on all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from registry.admin.acting import attempt

__all__ = ["Act", "DayField", "attempt", "page", "try_acts"]


def page(
    admin: ModelAdmin, request: HttpRequest, template: str, title: str, said: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    request.current_app = admin.admin_site.name
    frame = {
        **admin.admin_site.each_context(request), "title": title, "opts": admin.opts, "media": admin.media,
        "has_view_permission": True,
    }  # fmt: skip
    return TemplateResponse(request, f"admin/measures/{template}.html", {**frame, **said}, status=status)


class DayField(forms.DateField):
    """A day, chosen as the browser offers it."""

    widget = forms.DateInput(attrs={"type": "date"})


class Act(forms.Form):
    """A small form on a page with several; `name` tells which was sent."""

    use_required_attribute = False
    name: str
    label: str

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        is_sent = data is not None and data.get("act") == self.name
        super().__init__(data if is_sent else None, files if is_sent else None, prefix=self.name, **kwargs)


def try_acts(request: HttpRequest, forms_: list[Act], about: Model, do: Callable[[Act], str]) -> int:
    """Carry out the act whose form was sent; 0 where none was, else the status of the answer."""
    if request.method != "POST":
        return 0
    sent = next((form for form in forms_ if form.is_bound), None)
    if sent is None:
        raise PermissionDenied("此事项现在不能办理，或者您的角色不能办理，请刷新页面后再试")
    if not sent.is_valid():
        return 400
    return attempt(request, f"measure.{sent.name}", about, lambda: do(sent))
