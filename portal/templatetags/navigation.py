"""What every page carries around its own matter: the columns above and the site's page tags."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from portal import navigation
from registry.pages.crumbs import Crumb, Place
from registry.pages.markup import text

register = template.Library()


@register.simple_tag
def columns(request: HttpRequest) -> SafeString:
    """The columns of the site, with the one we are in; the home page holds no other."""
    here = request.path
    standing = tuple(
        (label, path, here == path or (path != "/" and here.startswith(path))) for label, path in navigation.columns()
    )
    return rendered_once("_components/navigation.html", "columns", standing)


@register.simple_tag
def footer() -> SafeString:
    """Who runs the site; the same below every page."""
    return rendered_once("_components/footer.html", "facts", tuple(settings.SITE.items()))


@register.simple_tag
def brand() -> SafeString:
    """The mark and the name of the site, which lead home."""
    return rendered_once("_components/brand.html", "name", settings.SITE["name"])


@register.simple_tag
def assets() -> SafeString:
    """The files every page is drawn with; their addresses change with their contents."""
    return rendered_once("_components/assets.html", "root", settings.STATIC_URL)


@lru_cache(maxsize=64)
def rendered_once(name: str, variable: str, value: object) -> SafeString:
    """A part that says the same on page after page, rendered once for each thing it may say."""
    return render_to_string(name, {variable: value, "site": settings.SITE})


@register.simple_tag
def page_tags(place: Place | str) -> SafeString:
    """The tags government sites carry (国办发〔2017〕47号, annex); a page without a place has the site's own only."""
    tags = _tags(place) if place else _site_tags()
    return mark_safe("\n  ".join(f'<meta name="{name}" content="{text(content)}">' for name, content in tags))


def _tags(place: Place) -> Iterator[tuple[str, str]]:
    yield from _site_tags()
    if place.column:
        yield "ColumnName", place.column
        yield "ColumnDescription", place.description
        yield "ColumnKeywords", place.keywords
        yield "ColumnType", place.column_type
    if place.published_at:
        yield "ArticleTitle", place.title
        yield "PubDate", place.published_at
        yield "ContentSource", place.source
    if not place.is_indexed:
        yield "robots", "noindex"


def _site_tags() -> Iterator[tuple[str, str]]:
    site = settings.SITE
    yield "SiteName", site["name"]
    yield "SiteDomain", urlsplit(site["url"]).hostname or ""
    if site.get("identifier"):
        yield "SiteIDCode", site["identifier"]


@register.simple_tag
def breadcrumb(place: Place | str) -> SafeString:
    """The way from the home page to here; the page itself is no link."""
    if not place or not place.trail:
        return mark_safe("")
    steps = "\n    ".join(f"<li>{_step(crumb)}</li>" for crumb in (Crumb("首页", "/"), *place.trail))
    return mark_safe(
        '<nav class="breadcrumb frame" aria-label="当前位置">\n  <span>当前位置：</span>\n'
        f"  <ol>\n    {steps}\n  </ol>\n</nav>"
    )


def _step(crumb: Crumb) -> str:
    if crumb.url:
        return f'<a href="{text(crumb.url)}">{text(crumb.label)}</a>'
    return f'<span aria-current="page">{text(crumb.label)}</span>'
