"""Addresses that misbehave, for the tests of what is around all addresses."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import path

from ankang_credit import urls
from ankang_credit.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500"]

FAULTS = {
    "broken": ValueError("610902199003077571"),
    "suspicious": SuspiciousOperation("odd"),
    "forbidden": PermissionDenied("no"),
    "timeout": OperationalError("canceling statement due to statement timeout"),
}


def faulty(request: HttpRequest, fault: str) -> HttpResponse:
    raise FAULTS[fault]


def thing(request: HttpRequest, code: str) -> HttpResponse:
    return HttpResponse(code)


def client(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.META['REMOTE_ADDR']} {request.scheme}")


urlpatterns = [
    path("faulty/<str:fault>/", faulty),
    path("api/v1/faulty/<str:fault>/", faulty),
    path("things/<str:code>/", thing),
    path("client/", client),
    *urls.urlpatterns,
]
