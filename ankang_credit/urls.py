"""Every address of the portal; each room keeps its own."""

from django.contrib import admin
from django.urls import include, path

from ankang_credit import health, metrics

urlpatterns = [
    path("", include("portal.urls")),
    path("", include("registry.urls")),
    path("", include("measures.urls")),
    path("", include("blacklist.urls")),
    path("", include("disclosure.urls")),
    path("", include("redlist.urls")),
    path("", include("objections.urls")),
    path("api/", include("measures.api.urls")),
    path("api/", include("registry.api.urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", metrics.metrics),
]

handler400 = "ankang_credit.errors.bad_request"
handler403 = "ankang_credit.errors.permission_denied"
handler404 = "ankang_credit.errors.page_not_found"
handler500 = "ankang_credit.errors.server_error"
