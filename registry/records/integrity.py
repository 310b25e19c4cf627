"""Whether what must always hold still holds in the data (lifecycle invariants): each check names what breaks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db.models import Count, F, Max, OuterRef, Q, Subquery

from registry.directory.subjects import Subject
from registry.identifiers import uscc
from registry.records import changes, editions, kinds
from registry.records.models import Delivery, Record, RecordEdition, RecordEvent
from registry.records.statuses import NOT_YET_PUBLIC

Check = Callable[[], Iterator[str]]


def wrong_codes() -> Iterator[str]:
    """I21: every code passes GB 32100."""
    for code in Subject.objects.exclude(uscc=None).values_list("uscc", flat=True).iterator():
        if not uscc.is_valid(code):
            yield f"主体代码不合 GB 32100：{code}"


def one_name_two_codes() -> Iterator[str]:
    """Row S1.1.8: one name under several codes is a warning sign, never merged by itself."""
    doubles = Subject.objects.exclude(uscc=None).values("name_key").annotate(n=Count("pk")).filter(n__gt=1)
    for row in doubles.iterator():
        yield f"同一名称有{row['n']}个代码：{row['name_key']}"


def details_missing() -> Iterator[str]:
    """Every record has the row of its kind beside it."""
    for kind in kinds.every():
        lonely = Record.objects.filter(kind=kind.code, **{f"{kind.detail_name}__isnull": True})
        for uid in lonely.values_list("uid", flat=True).iterator():
            yield f"{kind.label}记录缺少明细：{uid}"


def own_reviews() -> Iterator[str]:
    """I10: nobody reviewed what they had entered."""
    for uid in Record.objects.filter(entered_by=F("reviewed_by")).values_list("uid", flat=True).iterator():
        yield f"录入人与审核人相同：{uid}"


def broken_timelines() -> Iterator[str]:
    """A record's number of acts is that of its last event, and none is missing in between."""
    events = RecordEvent.objects.filter(record=OuterRef("pk")).order_by().values("record")
    counted = Record.objects.annotate(
        last=Subquery(events.annotate(n=Max("seq")).values("n")),
        count=Subquery(events.annotate(n=Count("pk")).values("n")),
    )
    broken = counted.filter(seq__gt=0).exclude(last=F("seq"), count=F("seq"))
    for uid in broken.values_list("uid", flat=True).iterator():
        yield f"事件序号不连续：{uid}"


def editions_missing() -> Iterator[str]:
    """What has been shown has every edition kept."""
    kept = RecordEdition.objects.filter(record=OuterRef("pk")).order_by().values("record").annotate(n=Count("pk"))
    shown = Record.objects.exclude(status__in=NOT_YET_PUBLIC).annotate(kept=Subquery(kept.values("n")))
    for uid in shown.exclude(kept=F("edition")).values_list("uid", flat=True).iterator():
        yield f"缺少版次：{uid}"


def editions_altered() -> Iterator[str]:
    """An edition still says what its digest was taken of."""
    for edition in RecordEdition.objects.select_related("record").iterator():
        if editions.digest(edition.data) != edition.sha256:
            yield f"版次内容与摘要不符：{edition.record.uid} 第{edition.edition}版"


def promises_missing() -> Iterator[str]:
    """What was published has been promised to the province (nothing is shown here and never told there)."""
    told = Delivery.objects.filter(record=OuterRef("pk")).order_by().values("record").annotate(n=Count("pk"))
    shown = Record.objects.exclude(status__in=NOT_YET_PUBLIC).annotate(told=Subquery(told.values("n")))
    for uid in shown.filter(Q(told=None) | Q(told=0)).values_list("uid", flat=True).iterator():
        yield f"没有推送任务：{uid}"


CHECKS: dict[str, Check] = {
    "codes": wrong_codes,
    "details": details_missing,
    "four-eyes": own_reviews,
    "timeline": broken_timelines,
    "editions": editions_missing,
    "digests": editions_altered,
    "promises": promises_missing,
    "changes": changes.unnoted,
}


def register(name: str, check: Check) -> None:
    """Have a room's own invariant verified with the others; the name stands in what the command says."""
    CHECKS[name] = check


WARNINGS: dict[str, Check] = {"names": one_name_two_codes}
