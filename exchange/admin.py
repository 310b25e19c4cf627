"""Delivery to the province at the staff door: who is connected, what was told, and what is to be told again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest

from exchange import onboarding, reviving
from exchange.models import Channel, DeliveryAttempt, Onboarding
from registry import clock
from registry.admin.base import ReadOnlyAdmin
from registry.admin.reasons import ReasonField
from registry.admin.site import site
from registry.directory.staff import Role
from registry.models import Delivery

MOST = 1000  # deliveries sent again in one go


class AtTheDesk(ReadOnlyAdmin):
    """Pages of the credit office's exchange desk; whoever may see deliveries may see them all."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("registry.view_delivery")

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and request.user.has_role(Role.CREDIT_OFFICE)


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


class OnboardingForm(forms.ModelForm):
    class Meta:
        model = Onboarding
        fields = ("organisation", "port_number")


class StopForm(ActionForm):
    """Closing a port is explained."""

    reason = ReasonField(label="停用理由", required=False, widget=forms.TextInput)


@admin.register(Onboarding, site=site)
class OnboardingAdmin(AtTheDesk):
    form = OnboardingForm
    action_form = StopForm
    list_display = ("organisation", "state", "port_number", "opened_on", "closed_on", "confirmed_by")
    list_filter = ("state",)
    list_select_related = ("organisation", "confirmed_by")
    search_fields = ("organisation__name", "port_number")
    ordering = ("organisation__uscc",)
    actions = ("stop",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_decide_permission(request)

    def get_fields(self, request: HttpRequest, obj: Onboarding | None = None) -> tuple[str, ...]:
        known = ("state", "opened_on", "closed_on", "confirmed_by", "confirmed_at") if obj else ()
        return ("organisation", "port_number", *known)

    def save_model(self, request: HttpRequest, obj: Onboarding, form: forms.ModelForm, change: bool) -> None:
        onboarding.onboard(obj.organisation, by=request.user, at=clock.now(), port_number=obj.port_number)

    @admin.action(description="停用所选单位的端口（须填理由）", permissions=["decide"])
    def stop(self, request: HttpRequest, chosen: QuerySet) -> None:
        reason = next(filter(None, map(str.strip, request.POST.getlist("reason"))), "")
        if not reason:
            messages.error(request, "停用端口必须说明理由")
            return
        for each in chosen.select_related("organisation"):
            onboarding.stop(each.organisation, by=request.user, at=clock.now(), reason=reason)
        messages.success(request, "端口已停用，未推送的记录保留待推")


@admin.register(Channel, site=site)
class ChannelAdmin(AtTheDesk):
    list_display = ("name", "state", "failures", "rest_until", "batch_size", "anomalies", "stopped_reason")
    ordering = ("name",)
    fields = list_display
