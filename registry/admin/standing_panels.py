"""The panels every record has: its publication, what suspends it, what outside systems were told, its editions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from registry.admin import panels
from registry.records.fields import Specification
from registry.records.models import Record
from registry.records.statuses import NOT_YET_PUBLIC
from registry.records.visibility import in_term

MOST = 20
DESTINATIONS = {"province": "省公共信用信息平台"}


def publication(record: Record, on: date) -> Mapping[str, Any]:
    """How open the record is, since when and until when, and by which rule."""
    shown = Record.objects.public(on=on).filter(pk=record.pk).exists()
    over = record.published_at is not None and not Record.objects.filter(in_term(on=on), pk=record.pk).exists()
    return {"record": record, "is_shown": shown, "is_over": over, "rule": record.term_rule}


def holds(record: Record, on: date) -> Mapping[str, Any] | None:
    """The grounds on which the record's measures rest, open ones first."""
    found = list(record.holds.select_related("opened_by", "closed_by").order_by("-opened_at")[:MOST])
    return {"holds": found} if found else None


def deliveries(record: Record, on: date) -> Mapping[str, Any] | None:
    """What outside systems have been told, and how that is going."""
    if record.status in NOT_YET_PUBLIC:
        return None
    found = record.deliveries.order_by("-seq", "destination")[:MOST]
    return {"deliveries": [(DESTINATIONS.get(each.destination, each.destination), each) for each in found]}


def editions(record: Record, on: date) -> Mapping[str, Any] | None:
    """The contents as they were published, the latest first."""
    found = list(record.editions.order_by("-edition")[:MOST])
    if not found:
        return None
    spec = record.specification
    return {"editions": [(edition, list(_said(spec, edition.data))) for edition in found]}


def _said(spec: Specification, data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for item in spec:
        value = data.get(item.name)
        if value is not None:
            yield item.label, value["mask"] if isinstance(value, dict) else value


for _panel in (
    panels.Panel("公示情况", "admin/registry/record/panels/publication.html", publication),
    panels.Panel("暂停执行", "admin/registry/record/panels/holds.html", holds),
    panels.Panel("对外推送", "admin/registry/record/panels/deliveries.html", deliveries),
    panels.Panel("各版内容", "admin/registry/record/panels/editions.html", editions),
):
    panels.register(_panel)
