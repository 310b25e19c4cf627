"""Where the list of a kind stands: at the page it announced, else among the search results."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from registry.records.kinds import Kind


def list_url(kind: Kind) -> str:
    """The address of the kind's list; a kind without a page of its own is browsed in the search."""
    return own_list_url(kind) or f"{reverse('portal:search')}?{urlencode({'kind': kind.code})}"


def own_list_url(kind: Kind) -> str:
    """The address of the kind's own page; '' where it announced none, or one that is not built yet."""
    if not kind.url_name:
        return ""
    try:
        return reverse(kind.url_name)
    except NoReverseMatch:
        return ""
