"""What is refused before any view sees it, and what every answer carries."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from csp.constants import HEADER as CONTENT_SECURITY_POLICY
from csp.utils import build_policy
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from ankang_credit import errors

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SECURITY_HEADERS = {
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Django sets these two as well, but not on what is refused before its own middleware.
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


class SecurityHeadersMiddleware:
    """The headers Django does not know; pages of somebody who is logged in are kept by nobody.

    One content security policy holds for every answer, without nonces or exceptions, so it is put together once
    when the server starts and not by django-csp's own middleware for each request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.headers = {CONTENT_SECURITY_POLICY: build_policy()} | SECURITY_HEADERS

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        if request.path_info.startswith("/admin/") or settings.SESSION_COOKIE_NAME in request.COOKIES:
            # By the cookie, not by request.user: asking for it would make every public page vary by cookie.
            response.headers["Cache-Control"] = "no-store, private"
        return response


class SafeRequestMiddleware:
    """Refuse what no honest browser sends, before it turns into a server error further in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            response = errors.answer(request, 405, "不支持这种请求方式。")
            response.headers["Allow"] = ", ".join(METHODS)
            return response
        if not _readable(request):
            return errors.answer(request, 400, "网址中含有无法识别的字符，请检查后重试。")
        if settings.PRODUCTION and not request.is_secure() and errors.is_api(request):
            # Redirecting would teach a client to send its key in the clear first.
            return errors.answer(request, 403, "接口只接受 https 请求。")
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A database that is away, or a query that ran out of its time, is no fault of the program: 503."""
        if isinstance(exception, (OperationalError, InterfaceError)):
            return errors.unavailable(request, exception)
        return None


def _readable(request: HttpRequest) -> bool:
    """Whether the query is UTF-8, and neither it nor the address holds a NUL, which no database can keep.

    Of the address Django has already turned bytes that are no UTF-8 back into their percent signs.
    """
    query = request.META.get("QUERY_STRING", "").encode("latin-1", "replace")
    try:
        return "\0" not in request.path_info + unquote_to_bytes(query).decode()
    except UnicodeDecodeError:
        return False
