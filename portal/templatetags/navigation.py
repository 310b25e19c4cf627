"""What every page carries around its own matter: the columns above and the site's page tags."""

from __future__ import annotations

from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.http import HttpRequest

from portal import navigation

register = template.Library()


@register.inclusion_tag("_components/navigation.html")
def columns(request: HttpRequest) -> dict[str, object]:
    """The columns of the site, with the one we are in; the home page holds no other."""
    here = request.path
    return {
        "columns": [
            (label, path, here == path or (path != "/" and here.startswith(path)))
            for label, path in navigation.columns()
        ]
    }


@register.simple_tag
def site_domain() -> str:
    """SiteDomain of the page tags: the host of the site's own address."""
    return urlsplit(settings.SITE["url"]).hostname or ""
