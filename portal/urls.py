"""Public addresses of the portal itself."""

from django.contrib.sitemaps import views as sitemap_views
from django.urls import path
from django.views.decorators.http import require_safe

from portal import crawling
from portal.api_docs import api_docs
from portal.batch_check import batch
from portal.codes import lookup
from portal.home import home
from portal.list_rules import list_rules
from portal.listed_persons import listed_persons
from portal.published_codes import published_codes
from portal.search_page import search

app_name = "portal"
urlpatterns = [
    path("", home, name="home"),
    path("search/", search, name="search"),
    path("search/batch/", batch, name="batch"),
    path("codes/", lookup, name="codes"),
    path("codes/published/", published_codes, name="published_codes"),
    path("blacklist/persons/", listed_persons, name="listed_persons"),
    path("policies/list-rules/", list_rules, name="list_rules"),
    path("api/docs/", api_docs, name="api_docs"),
    path("robots.txt", crawling.robots, name="robots"),
    path(
        "sitemap.xml",
        require_safe(sitemap_views.index),
        {"sitemaps": crawling.SITEMAPS, "sitemap_url_name": "portal:sitemap_part"},
        name="sitemap",
    ),
    path(
        "sitemap-<section>.xml",
        require_safe(sitemap_views.sitemap),
        {"sitemaps": crawling.SITEMAPS},
        name="sitemap_part",
    ),
]
