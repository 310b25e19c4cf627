"""The site of the staff door: who may be inside, until when, and what is written down when somebody is refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from registry import clock
from registry.audit import trace
from registry.directory import sessions
from registry.directory.sessions import Standing
from registry.door import lockout, second_factor_pages

TOO_LONG = "登录已满12小时，请重新登录。"


def standing_of(request: HttpRequest) -> Standing:
    return sessions.standing(request.user, request.session, now=clock.real_now())


class Workbench(AdminSite):
    """The stock site behind a second factor and an absolute end of each session."""

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and standing_of(request) is Standing.OPEN

    def get_urls(self) -> list[URLPattern]:
        return [
            path("second-factor/", second_factor_pages.verify, name="second_factor"),
            path("second-factor/enrol/", second_factor_pages.enrol, name="second_factor_enrol"),
            *super().get_urls(),
        ]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The stock page; whoever is half in is led on, whoever is in too long is led out first."""
        match standing_of(request):
            case Standing.EXPIRED:
                logout(request)
                messages.info(request, TOO_LONG)
            case Standing.HALF:
                return second_factor_pages.led_on(request)
        answer = super().login(request, extra_context)
        if request.method == "POST" and answer.status_code == 302:
            if standing_of(request) is Standing.HALF:
                return second_factor_pages.led_on(request)
            lockout.remember(request, answer, request.user)
        return answer

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """The view, with a line in the audit log for whoever is refused (等保 8.1.4.3)."""

        @wraps(view)
        def watched(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except PermissionDenied as refusal:
                trace.denied(request, reason=str(refusal))
                raise

        return super().admin_view(watched, cacheable)
