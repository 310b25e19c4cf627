"""What every page carries around its own matter: the columns above and the site's page tags."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from portal import navigation

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


@lru_cache(maxsize=64)
def rendered_once(name: str, variable: str, value: tuple) -> SafeString:
    """A part that says the same on page after page, rendered once for each thing it may say."""
    return render_to_string(name, {variable: value, "site": settings.SITE})


@register.simple_tag
def site_domain() -> str:
    """SiteDomain of the page tags: the host of the site's own address."""
    return urlsplit(settings.SITE["url"]).hostname or ""
