"""Where a page stands: its breadcrumb and the page tags of government sites (国办发〔2017〕47号, annex)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Crumb:
    label: str
    url: str = ""  # '' = the page itself


@dataclass(frozen=True, kw_only=True)
class Place:
    """A page as it announces itself: list pages name their column, detail pages also their article."""

    title: str
    trail: tuple[Crumb, ...] = ()
    column: str = ""
    column_type: str = "信用信息公示"
    keywords: str = ""
    description: str = ""
    published_at: str = ""  # yyyy-MM-dd HH:mm
    source: str = ""
    is_indexed: bool = True
