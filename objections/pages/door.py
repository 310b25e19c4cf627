"""Pages anybody may send something to: the clock asked once, nothing kept by anybody on the way, refusals in words."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from objections.budgets import Exhausted
from registry import clock
from registry.pages.refusing import Refused, refusal

STALE = "页面打开时间过长或浏览器限制了Cookie，刚才没有提交成功。您填写的内容已保留，请核对后再按一次按钮。"


def public_form(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view that is also given `at`, the moment it is asked, and may raise `Refused` or `Exhausted`.

    It is exempt from the middleware that refuses a stale page outright, and asks `is_stale` itself: so the page comes
    back with everything that was typed.
    """

    @wraps(view)
    def page(request: HttpRequest, **wanted: Any) -> HttpResponseBase:
        try:
            response = view(request, at=clock.now(), **wanted)
        except Refused as refused:
            response = refusal(request, refused)
        except Exhausted as exhausted:
            minutes = -(-exhausted.wait // 60)
            response = refusal(request, Refused(429, f"操作过于频繁，请约{minutes}分钟后再试。已填写的内容不会丢失。"))
            response.headers["Retry-After"] = str(exhausted.wait)
        response.headers["Cache-Control"] = "no-store, private"
        return response

    return csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(page))


class _Check(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> str:
        return reason


def is_stale(request: HttpRequest) -> bool:
    """Whether a POST lacks the token of a page of ours: a stale page, or one of somebody else's making."""
    check = _Check(lambda request: None)
    check.process_request(request)
    return check.process_view(request, None, (), {}) is not None


def address_of(request: HttpRequest) -> str | None:
    """The visitor's address; None where the server knows none."""
    try:
        return str(ip_address(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return None
