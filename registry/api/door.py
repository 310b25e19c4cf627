"""What every view of the API has in common; the API views of other rooms inherit it as well."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from django.http import HttpResponseBase
from django.utils.cache import patch_vary_headers
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.views import APIView

from registry import clock
from registry.api.authentication import ApiKeyAuthentication, ReadsOrNamed, StaffSession
from registry.api.parsers import refuse_unreadable
from registry.audit import log
from registry.records.models import Record

_DENIALS = (403, 404, 409)


class OnlyJSON(BaseContentNegotiation):
    """There is nothing to negotiate: whatever is asked for, the answer is JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class ApiView(APIView):
    """Anybody may read here, and only a named person write; the default of the project lets in nobody."""

    authentication_classes = (ApiKeyAuthentication, StaffSession)
    permission_classes = (ReadsOrNamed,)
    content_negotiation_class = OnlyJSON
    format_kwarg = None
    metadata_class = None  # OPTIONS tells nothing the schema does not
    about: Record | None = None  # whose refusal is written to the audit log
    refuse_unreadable = staticmethod(refuse_unreadable)  # by the headers of a request, before its body is read

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Count before anything is refused: guessing keys and addresses is not free."""
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request)
        try:
            self.refuse_unreadable(request.META)
            self.perform_authentication(request)
        except AuthenticationFailed:
            self.check_throttles(request)  # as anybody
            raise
        self.check_throttles(request)
        self.check_permissions(request)

    def handle_exception(self, exc: Exception) -> HttpResponseBase:
        response = super().handle_exception(exc)
        request = self.request
        if request.method not in SAFE_METHODS and response.status_code in _DENIALS and request.user.is_authenticated:
            self._write_down(request, response.status_code)
        return response

    def _write_down(self, request: Request, status: int) -> None:
        log.write(
            "api.refused",
            by=request.user,
            at=clock.now(),
            about=self.about,
            succeeded=False,
            address=_address(request),
            method=request.method,
            route=request.resolver_match.route,
            status=status,
        )

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(answer, ["Authorization", "Cookie"])
        if "HTTP_AUTHORIZATION" in request.META:
            answer["Cache-Control"] = "no-store, private"
        return answer


def _address(request: Request) -> str | None:
    try:
        return str(ip_address(request.META.get("REMOTE_ADDR", "")))
    except ValueError:  # a unix socket knows none
        return None
