"""The columns of the site and the entrances to its services: only those that stand.

Both are named by their public address. A column whose room is not built yet is left out, so no page ever shows a
link that leads nowhere, and appears by itself once its address resolves.
"""

from __future__ import annotations

from functools import lru_cache

from django.urls import Resolver404, get_urlconf, resolve

Entrance = tuple[str, str]  # label, path

COLUMNS: tuple[Entrance, ...] = (
    ("首页", "/"),
    ("信用查询", "/search/"),
    ("行政许可", "/disclosure/licences/"),
    ("行政处罚", "/disclosure/penalties/"),
    ("守信红名单", "/redlist/"),
    ("失信黑名单", "/blacklist/"),
    ("代码公示", "/codes/published/"),
    ("征集目录", "/catalogue/"),
)  # at most eight, as government sites have them
SERVICES: tuple[Entrance, ...] = (
    ("统一社会信用代码查询", "/codes/"),
    ("交易对象批量核查", "/search/batch/"),
    ("新发放和转换代码公示", "/codes/published/"),
    ("公共信用信息征集共享目录", "/catalogue/"),
    ("联合奖惩措施目录", "/measures/"),
    ("联合奖惩措施清单", "/measures/lists/"),
    ("专项整治活动", "/campaigns/"),
    ("红黑名单认定规则", "/policies/list-rules/"),
    ("异议申诉", "/objections/new/"),
    ("信用修复", "/repairs/new/"),
    ("投诉举报", "/complaints/new/"),
    ("办理进度查询", "/track/"),
    ("开放接口", "/api/docs/"),
)


def columns() -> tuple[Entrance, ...]:
    return _standing(COLUMNS, get_urlconf())


def services() -> tuple[Entrance, ...]:
    return _standing(SERVICES, get_urlconf())


@lru_cache(maxsize=8)
def _standing(entrances: tuple[Entrance, ...], urlconf: str | None) -> tuple[Entrance, ...]:
    return tuple(entrance for entrance in entrances if _resolves(entrance[1], urlconf))


def _resolves(path: str, urlconf: str | None) -> bool:
    try:
        resolve(path, urlconf)
    except Resolver404:
        return False
    return True
