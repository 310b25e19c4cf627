"""What search engines may read: robots.txt and a map of the lists and the subjects."""

from __future__ import annotations

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal import navigation
from registry.directory.subjects import Subject

# Answers to questions, and what only staff or machines ask.
DISALLOWED = ("/admin/", "/api/", "/search/", "/codes/?")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in DISALLOWED)]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('portal:sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


class Columns(Sitemap):
    def items(self) -> list[str]:
        return [path for _, path in navigation.columns() if not path.startswith(DISALLOWED)]

    def location(self, item: str) -> str:
        return item


class Subjects(Sitemap):
    """Organisations with a page; natural persons have none. Records are found through their subjects."""

    limit = 5_000

    def items(self) -> QuerySet[Subject]:
        return Subject.objects.public().only("uscc").order_by("pk")

    def location(self, item: Subject) -> str:
        return reverse("registry:subject", args=[item.uscc])


SITEMAPS = {"columns": Columns, "subjects": Subjects}
