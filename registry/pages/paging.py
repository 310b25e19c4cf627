"""Numbered pages: which one is asked for, and the links around it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.http import urlencode

from registry.pages import asking
from registry.pages.refusing import Refused
from registry.reading.lists import PER_PAGE
from registry.search.asking import CAP

_NEIGHBOURS = 2
# ASCII digits only: a full-width 1 is no page number, and there is no page 0 or 01.
_NUMBER = re.compile(r"[1-9][0-9]*")


def number(query: QueryDict, *, per_page: int = PER_PAGE) -> int:
    """The page asked for; 404 for what is no page number, 400 for a row beyond the deepest."""
    written = asking.text(query, "page") or "1"
    if not _NUMBER.fullmatch(written):
        raise Refused(404, "页码须为从1开始的整数，请从列表的第一页重新查看。")
    if len(written) > 6 or (int(written) - 1) * per_page >= CAP:
        raise Refused(400, f"只能翻看前{CAP}条。请增加筛选条件缩小范围后再查看。")
    return int(written)


@dataclass(frozen=True)
class Link:
    label: str
    url: str = ""  # '' = the page we are on, or a gap
    is_current: bool = False


@dataclass(frozen=True)
class Pager:
    """The links below a list; `links` is empty when everything stands on one page."""

    total: str
    previous: str
    next: str
    links: tuple[Link, ...]


def pager(
    page: int, *, total: int, capped: bool, path: str, asked: Mapping[str, object], per_page: int = PER_PAGE
) -> Pager:
    """The pager of page `page` of `total` rows; 404 for a page behind the last."""
    last = max(1, -(-min(total, CAP) // per_page))
    if page > last:
        raise Refused(404, f"共{last}页，没有第{page}页。")

    first = address(path, asked, page="")
    joined = f"{first}{'&' if '?' in first else '?'}page="

    def url(wanted: int) -> str:
        return f"{joined}{wanted}" if wanted > 1 else first

    return Pager(
        total=counted(total, capped),
        previous=url(page - 1) if page > 1 else "",
        next=url(page + 1) if page < last else "",
        links=tuple(_links(page, last, url)) if last > 1 else (),
    )


def _links(page: int, last: int, url: Callable[[int], str]) -> list[Link]:
    near = range(max(1, page - _NEIGHBOURS), min(last, page + _NEIGHBOURS) + 1)
    links: list[Link] = []
    reached = 0
    for wanted in sorted({1, *near, last}):
        if wanted > reached + 1:
            links.append(Link("…"))
        links.append(Link(str(wanted), url(wanted), wanted == page))
        reached = wanted
    return links


def address(path: str, asked: Mapping[str, object], **changes: object) -> str:
    """The address with its filters, so that a view can be shared; what is empty is left out."""
    query = {name: value for name, value in {**asked, **changes}.items() if value not in ("", None)}
    return f"{path}?{urlencode(query)}" if query else path


def counted(total: int, capped: bool) -> str:
    """The number of rows in words: nothing is counted beyond the deepest row."""
    return f"超过{CAP}条" if capped else f"{total}条"
