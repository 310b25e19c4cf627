"""Cross-checks before confirming, and honours that a listing calls into question."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget
from django.db.models import QuerySet
from django.http import HttpRequest

from redlist import checking, revoking
from redlist.models import CrossCheck, HonourRevocation
from registry import clock
from registry.admin import benches, panels
from registry.admin.acting import ActAdmin, ActForm
from registry.admin.site import site
from registry.directory.staff import User
from registry.models import Record
from registry.records import kinds
from registry.records.statuses import Status
from registry.records.visibility import of_their_bodies, weighing


class CrossCheckForm(ActForm):
    record = forms.ModelChoiceField(label="记录", queryset=Record.objects.none())
    seen = forms.BooleanField(
        label="已核对", help_text="我已查看该主体的信用记录", error_messages={"required": "请核对后勾选“已核对”"}
    )

    def narrow(self, request: HttpRequest) -> None:
        own = Record.objects.filter(organisation=request.user.organisation_id, kind="redlist")
        self.fields["record"].queryset = own.filter(status__in=checking.CHECKABLE).order_by("-pk")


@admin.register(CrossCheck, site=site)
class CrossCheckAdmin(ActAdmin):
    """Whoever confirms an honour first looks at what else is known of its subject, and says so."""

    act_form = CrossCheckForm
    act_title = "信用核对"
    explanation = "认定前须核对主体有无严重失信和其他不良记录；记录页上列有查到的记录。核对后记录有变动的，须重新核对。"
    list_display = ("record", "by", "at", "is_clean")
    list_select_related = ("record", "by")
    ordering = ("-pk",)
    sortable_by = ()

    def scoped(self, queryset: QuerySet, request: HttpRequest) -> QuerySet:
        return queryset.filter(record__in=of_their_bodies(Record.objects.filter(kind="redlist"), request.user))

    def act(self, request: HttpRequest, said: Mapping[str, Any]) -> CrossCheck:
        return checking.cross_check(said["record"], by=request.user, at=clock.now())


class RevocationForm(ActForm):
    honour = forms.ModelChoiceField(label="诚信典型", queryset=Record.objects.none())
    cause = forms.ModelChoiceField(label="严重失信记录", queryset=Record.objects.none())
    document_number = forms.CharField(label="决定文号", max_length=128)
    decided_on = forms.DateField(label="决定日期", widget=AdminDateWidget)
    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def narrow(self, request: HttpRequest) -> None:
        due = revoking.due(on=clock.today()).filter(organisation=request.user.organisation_id)
        self.fields["honour"].queryset = due
        adverse = kinds.get("redlist").yields_to
        self.fields["cause"].queryset = Record.objects.filter(
            kind__in=adverse, status__in=(Status.LISTED, Status.REPAIRED, Status.EXPIRED)
        ).filter(pk__in=[one.pk for honour in due for one in revoking.outweighing(honour, on=clock.today())])


@admin.register(HonourRevocation, site=site)
class HonourRevocationAdmin(ActAdmin):
    """The conferring body takes back a title it gave, by a document that cites the listing."""

    act_form = RevocationForm
    act_title = "登记撤销荣誉的决定"
    explanation = "主体被列入严重失信名单的，荣誉已停止展示；是否撤销由授予单位决定。省级及以上授予的，须报请上级单位。"
    list_display = ("honour", "document_number", "decided_on", "cause", "by")
    list_select_related = ("honour", "cause", "by")
    ordering = ("-pk",)
    sortable_by = ()

    def scoped(self, queryset: QuerySet, request: HttpRequest) -> QuerySet:
        return queryset.filter(honour__in=of_their_bodies(Record.objects.filter(kind="redlist"), request.user))

    def act(self, request: HttpRequest, said: Mapping[str, Any]) -> HonourRevocation:
        return revoking.revoke(
            said["honour"],
            said["cause"],
            document_number=said["document_number"],
            decided_on=said["decided_on"],
            reason=said["reason"],
            by=request.user,
            at=clock.now(),
        )


def beside_record(record: Record, on: date) -> Mapping[str, Any] | None:
    """What speaks against a model of honesty, on its page for staff."""
    if record.kind != "redlist":
        return None
    return {
        "record": record,
        "against": list(weighing(record, on=on)),
        "bad": checking.bad_records(record),
        "last": record.cross_checks.select_related("by").first(),
        "may_check": record.status in checking.CHECKABLE,
        "revocation_due": revoking.due(on=on).filter(pk=record.pk).exists(),
        "restorable": revoking.restorable(on=on).filter(pk=record.pk).exists(),
    }


def at_the_bench(user: User, on: date) -> Mapping[str, Any] | None:
    """Decisions that are due at this person's body: derived from the listings in force, never stored."""
    if not user.has_perm("redlist.add_honourrevocation"):
        return None
    due = revoking.due(on=on).filter(organisation=user.organisation_id)[:20]
    restorable = revoking.restorable(on=on).filter(organisation=user.organisation_id)[:20]
    return {"due": list(due), "restorable": list(restorable)} if due or restorable else None


panels.register(panels.Panel("信用核对", "admin/redlist/record_panel.html", beside_record, place=12))
benches.register(benches.Bench("admin/redlist/bench.html", at_the_bench))
