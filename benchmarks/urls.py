"""The addresses of the portal, and one more: a view that does nothing, which the others are compared with."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from ankang_credit import urls as portal


def constant(request: HttpRequest) -> HttpResponse:
    # With its length, so that the bare server need not send it in chunks.
    return HttpResponse(b"ok", headers={"Content-Length": "2"})


urlpatterns = [path("bench/constant/", constant), *portal.urlpatterns]

handler400, handler403 = portal.handler400, portal.handler403
handler404, handler500 = portal.handler404, portal.handler500
