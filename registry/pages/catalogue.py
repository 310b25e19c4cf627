"""The collection catalogues (公共信用信息征集共享指导目录): what each body collects, and which county has issued none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from registry import exporting
from registry.directory.catalogue import CatalogueItemVersion, CollectionCatalogue
from registry.directory.regions import Region, RegionLevel
from registry.pages import asking, filters, paging
from registry.pages.crumbs import Crumb, Place
from registry.pages.filters import Directory
from registry.pages.refusing import public_page
from registry.reading.asked import Asked
from registry.records import kinds

PER_PAGE = 50
# 安政发〔2017〕8号 一（二）: every county issues its own by the end of February 2017.
DUE_ON = date(2017, 2, 28)

HEADER = (
    "区划", "提供单位", "信息项编码", "信息项名称", "记录种类", "公开属性", "信息性质", "更新周期", "公示期限", "依据",
    "生效日期", "版本",
)  # fmt: skip


@dataclass(frozen=True)
class Unit:
    """A division with its newest catalogue, or with how late it is."""

    region: Region
    url: str
    catalogue: CollectionCatalogue | None
    items: int
    lateness: str


@public_page
def catalogue(request: HttpRequest, *, on: date) -> HttpResponseBase:
    directory = Directory.read()
    asked = filters.read(request.GET, directory, on=on, with_days=False)
    versions = _versions(asked, on=on)
    if wanted := asking.choice(request.GET, "format", list(exporting.Format)):
        rows = (_row(version) for version in versions[: exporting.MOST_ROWS])
        return exporting.answer(exporting.Format(wanted), code="catalogue", on=on, header=HEADER, rows=rows)
    number, path = paging.number(request.GET, per_page=PER_PAGE), reverse("registry:catalogue")
    parameters = asked.address()
    total = versions.count()
    start = (number - 1) * PER_PAGE
    context = {
        "place": _place(),
        "units": _units(directory, path, on=on),
        "fields": filters.fields(asked, directory, on=on, with_days=False)[:2],
        "headings": HEADER[:-2],
        "rows": [_cells(version) for version in versions[start : start + PER_PAGE]],
        "pager": paging.pager(number, total=total, capped=False, path=path, asked=parameters, per_page=PER_PAGE),
        "exports": [(fmt.upper(), paging.address(path, parameters, format=fmt)) for fmt in exporting.Format],
    }
    return render(request, "registry/catalogue.html", context)


def _place() -> Place:
    return Place(
        title="征集共享目录",
        trail=(Crumb("征集共享目录"),),
        column="征集共享目录",
        keywords="公共信用信息征集共享指导目录,公开属性,更新周期",
        description="各县区、各单位征集共享公共信用信息的范围、公开属性、更新周期和依据",
    )


def _versions(asked: Asked, *, on: date) -> QuerySet[CatalogueItemVersion]:
    """The items as they hold on that day."""
    found = CatalogueItemVersion.objects.in_force(on=on).select_related("item__organisation", "item__catalogue__region")
    if asked.region:
        found = found.filter(item__catalogue__region=asked.region)
    if asked.organisation is not None:
        found = found.filter(item__organisation=asked.organisation)
    return found.order_by("item__catalogue__region", "item__organisation", "item__code", "pk")


def _row(version: CatalogueItemVersion) -> list[str]:
    item = version.item
    days = version.publication_days
    return [
        item.catalogue.region.name,
        item.organisation.name,
        item.code,
        item.name,
        kinds.get(item.kind).label if kinds.known(item.kind) else item.kind,
        version.get_openness_display(),
        version.get_nature_display(),
        version.get_update_cycle_display(),
        f"{days}天" if days else "按公示期限规则",
        version.legal_basis,
        str(version.valid_from),
        str(version.version),
    ]


def _cells(version: CatalogueItemVersion) -> list[tuple[str, str]]:
    return list(zip(HEADER[:-2], _row(version), strict=False))


def _units(directory: Directory, path: str, *, on: date) -> Iterator[Unit]:
    newest = {row.region_id: row for row in CollectionCatalogue.objects.order_by("issued_on", "pk")}
    per_region = CatalogueItemVersion.objects.in_force(on=on).order_by().values_list("item__catalogue__region")
    items = dict(per_region.annotate(Count("item", distinct=True)))
    for region in directory.regions:
        issued = newest.get(region.pk)
        yield Unit(
            region=region,
            url=paging.address(path, {"region": region.pk}),
            catalogue=issued,
            items=items.get(region.pk, 0),
            lateness=_lateness(region, issued, on=on),
        )


def _lateness(region: Region, issued: CollectionCatalogue | None, *, on: date) -> str:
    if region.level != RegionLevel.COUNTY:
        return "" if issued else "未出台"
    days = ((issued.issued_on if issued else on) - DUE_ON).days
    if issued is None:
        return f"未出台，逾期{days}天" if days > 0 else "未出台"
    return f"迟{days}天" if days > 0 else ""
