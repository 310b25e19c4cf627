"""Campaigns against serious dishonesty (三（二）集中力量开展专项整治活动): what was aimed at, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from blacklist.models import Campaign, Listing
from registry.pages.crumbs import Crumb, Place
from registry.pages.refusing import public_page
from registry.records.statuses import NOT_YET_PUBLIC, Status

TITLE = "专项整治活动"
_clue_counters: list[Callable[[], Mapping[str, int]]] = []
NEVER_COUNTED = (*NOT_YET_PUBLIC, Status.REVOKED)  # what was taken back as wrong counts nowhere (I24)


def counted() -> QuerySet[Campaign]:
    """The campaigns with how many entries were made in each, and how many of those have been repaired since."""
    return Campaign.objects.annotate(
        listed=_number(Q()), repaired=_number(Q(record__status=Status.REPAIRED))
    ).select_related("lead")


def running(on: date) -> list[str]:
    """The titles of the campaigns that run on that day."""
    return list(Campaign.objects.filter(begins__lte=on, ends__gte=on).values_list("title", flat=True))


def count_clues_by(counter: Callable[[], Mapping[str, int]]) -> None:
    """Have `counter` say how many clues citizens gave to each campaign, by its title; their room is beside this one."""
    if counter not in _clue_counters:
        _clue_counters.append(counter)


def _clues() -> Counter[str]:
    return sum((Counter(counter()) for counter in _clue_counters), Counter())


def of_campaign(campaign: Campaign) -> QuerySet[Listing]:
    """The entries that count in it."""
    return _entries().filter(
        item__campaigns=campaign, record__organisation__campaigns=campaign, record__public_from__gte=campaign.begins,
        record__public_from__lte=campaign.ends,
    )  # fmt: skip


def _entries() -> QuerySet[Listing]:
    return Listing.objects.exclude(record__status__in=NEVER_COUNTED)


def _number(condition: Q) -> Coalesce:
    entries = _entries().filter(
        condition, item__campaigns=OuterRef("pk"), record__organisation__campaigns=OuterRef("pk"),
        record__public_from__gte=OuterRef("begins"), record__public_from__lte=OuterRef("ends"),
    )  # fmt: skip
    number = entries.order_by().values("item__campaigns").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)


@public_page
def campaigns(request: HttpRequest, *, on: date) -> HttpResponseBase:
    """All of them, the newest first; they are few."""
    clues = _clues()
    context = {
        "place": Place(
            title=TITLE, trail=(Crumb(TITLE),), column="失信黑名单", keywords=f"{TITLE},重点领域,严重失信",
            description="重点领域严重失信行为专项整治活动的目标、时间、列入和修复情况",
        ),
        "campaigns": [(one, _state(one, on), clues[one.title]) for one in counted().prefetch_related("items", "bodies")],
    }  # fmt: skip
    return render(request, "blacklist/campaigns.html", context)


def _state(campaign: Campaign, on: date) -> str:
    if on < campaign.begins:
        return "未开始"
    return "进行中" if on <= campaign.ends else "已结束"
