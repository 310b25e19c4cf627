"""Delivery to the province at the staff door: what was told, and what is to be told again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from exchange import onboarding_pages, reviving  # noqa: F401  the pages of onboarding register themselves
from exchange.desk import AtTheDesk
from exchange.models import Channel, DeliveryAttempt
from registry import clock
from registry.admin.site import site
from registry.models import Delivery

MOST = 1000  # deliveries sent again in one go


class Attempts(admin.TabularInline):
    model = DeliveryAttempt
    fields = readonly_fields = ("at", "outcome", "http_status", "error_code", "milliseconds")
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # whoever sees the delivery sees these

    def has_add_permission(self, request: HttpRequest, obj: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Delivery, site=site)
class DeliveryAdmin(AtTheDesk):
    list_display = ("record", "seq", "operation", "state", "attempts", "receipt_number", "error_code", "next_try_at")
    list_filter = ("state", "operation")
    list_select_related = ("record",)
    ordering = ("-pk",)
    sortable_by = ()
    fields = (
        "record", "seq", "destination", "message_id", "operation", "state_code", "edition", "lane", "state",
        "attempts", "created_at", "next_try_at", "receipt_number", "error_code", "error", "settled_at",
    )  # fmt: skip
    inlines = (Attempts,)
    actions = ("send_again",)

    @admin.action(description="重新推送所选（仅限被退回、已停止重试的）", permissions=["decide"])
    def send_again(self, request: HttpRequest, chosen: QuerySet) -> None:
        revived = reviving.revive(chosen[:MOST], by=request.user, at=clock.now())
        messages.success(request, f"{revived}条已重新排队")


@admin.register(Channel, site=site)
class ChannelAdmin(AtTheDesk):
    list_display = ("name", "state", "failures", "rest_until", "batch_size", "anomalies", "stopped_reason")
    ordering = ("name",)
    fields = list_display
