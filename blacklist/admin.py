"""The severe dishonesty list at the staff door: due process, supervision, and the rules bodies list by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from blacklist import hearing, supervision
from blacklist.models import Campaign, ConsentGround, Listing, ListingNotice, ListingTermRule, ListRule, ListScope
from blacklist.steps import grounds_of
from registry import clock
from registry.admin import panels
from registry.admin.base import ReadOnlyAdmin
from registry.admin.catalogue import Lasting
from registry.admin.reasons import ReasonField
from registry.admin.rules import DatedRuleForm
from registry.admin.site import site
from registry.audit import trace
from registry.directory.positions import Position
from registry.models import Record
from registry.records import named_persons
from registry.records.statuses import Status
from registry.records.workflow import MoveRefused


class ActForm(forms.Form):
    """What an act on an entry says; each act reads what it needs."""

    text = ReasonField(required=False, max_length=hearing.LONGEST)
    on = forms.DateField(label="日期", required=False)
    due_on = forms.DateField(label="履行期限", required=False)
    ground = forms.ChoiceField(label="事项", required=False, choices=[("", ""), *ConsentGround.choices])
    notice = forms.IntegerField(label="通知", required=False, min_value=1, max_value=2**63 - 1)


@admin.register(Listing, site=site)
class ListingAdmin(ReadOnlyAdmin):
    """The entries this person may know of; what is done to the record itself is done on the record's page."""

    list_display = ("number", "shown_subject", "item", "shown_body", "shown_status", "shown_term")
    list_filter = ("category",)
    list_select_related = ("record__subject__person", "record__organisation", "item")
    ordering = ("-pk",)
    sortable_by = ()

    def scoped(self, queryset: QuerySet, request: HttpRequest) -> QuerySet:
        mine = Record.objects.visible_to(request.user).filter(kind="blacklist")
        return queryset.filter(record__in=mine).select_related(
            "record__organisation", "record__subject__person", "item"
        )

    @admin.display(description="主体")
    def shown_subject(self, listing: Listing) -> str:
        return listing.record.subject.public_name

    @admin.display(description="认定单位")
    def shown_body(self, listing: Listing) -> str:
        return str(listing.record.organisation)

    @admin.display(description="状态")
    def shown_status(self, listing: Listing) -> str:
        return listing.record.get_status_display()

    @admin.display(description="惩戒期限止")
    def shown_term(self, listing: Listing) -> date | None:
        return listing.record.public_until

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        listing, status = self.get_object(request, unquote(object_id)), 200
        if request.method == "POST":
            status = self._attempt(request, listing.record)
            if status == 200:
                return redirect(reverse("admin:blacklist_listing_change", args=[listing.pk]))
            listing = self.get_object(request, unquote(object_id))
        request.current_app = self.admin_site.name
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media}
        said = {"title": str(listing), "original": listing, **about(listing, on=clock.today())}
        return TemplateResponse(request, "admin/blacklist/listing.html", {**frame, **said}, status=status)

    def _attempt(self, request: HttpRequest, record: Record) -> int:
        """One act in one transaction; a refusal is told and written to the audit log."""
        name, form = request.POST.get("act", ""), ActForm(request.POST)
        try:
            if name not in ACTS:
                raise MoveRefused("没有这个事项")
            if not form.is_valid():
                raise MoveRefused("；".join(words[0] for words in form.errors.values()))
            with transaction.atomic():
                ACTS[name](record, form.cleaned_data, {"by": request.user, "at": clock.now()})
                trace.write(request, f"listing.{name}", about=record)
        except (MoveRefused, PermissionDenied) as refusal:
            trace.write(request, "listing.act", about=record, succeeded=False, reason=str(refusal))
            messages.error(request, str(refusal))
            return 403 if isinstance(refusal, PermissionDenied) else 409
        messages.success(request, "已登记")
        return 200


Said = Mapping[str, Any]


def _on(said: Said, name: str = "on") -> date:
    return said[name] or clock.today()


def _agree(record: Record, said: Said, who: Said) -> None:
    if not said["ground"]:
        raise MoveRefused("请选择同意的事项")
    hearing.agree(record, ConsentGround(said["ground"]), reason=said["text"], **who)


def _respond(record: Record, said: Said, who: Said) -> None:
    notice = record.urging_notices.filter(pk=said["notice"] or 0).first()
    if notice is None:
        raise MoveRefused("没有这份督促通知")
    supervision.note_response(notice, response=said["text"], **who)


ACTS: dict[str, Callable[[Record, Said, Said], object]] = {
    "delivery": lambda record, said, who: hearing.note_delivery(record, served_on=_on(said), **who),
    "statement": lambda record, said, who: hearing.note_statement(
        record, text=said["text"], stated_on=_on(said), **who
    ),
    "answer": lambda record, said, who: hearing.answer_statement(record, text=said["text"], **who),
    "consent": _agree,
    "visit": lambda record, said, who: supervision.visit(record, visited_on=_on(said), finding=said["text"], **who),
    "urge": lambda record, said, who: supervision.urge(
        record, sent_on=_on(said), due_on=_on(said, "due_on"), delivered=said["text"], **who
    ),
    "response": _respond,
}


def about(listing: Listing, *, on: date) -> dict[str, Any]:
    """What the page of an entry says: how it was heard, what was agreed, who was in office, how it is supervised."""
    record = listing.record
    pending = record.status in (Status.SUBMITTED, Status.NOTIFIED)
    return {
        "listing": listing,
        "record": record,
        "notice": ListingNotice.objects.select_related("answered_by").filter(record=record).first(),
        "grounds": grounds_of(record) if pending else [],
        "consents": record.listing_consents.select_related("by").order_by("pk"),
        "in_office": in_office(record, on=listing.acted_on),
        "named": named_persons.written(listing.persons),
        "task": supervision.task(record, on=on),
        "visits": record.supervision_visits.select_related("by"),
        "urgings": record.urging_notices.select_related("by"),
        "is_refusal": listing.item.is_refusal,
    }


def in_office(record: Record, *, on: date) -> list[str]:
    """Who is on record as holding which position on the day of the act: the proposal for who answers (S3.8.2)."""
    held = Position.objects.filter(subject=record.subject).held(on=on).select_related("person")
    return [f"{position.person}（{position.role_id}）" for position in held.order_by("role__sort", "pk")]


def _panel(record: Record, on: date) -> Mapping[str, Any] | None:
    return about(record.listing, on=on) if record.kind == "blacklist" else None


panels.register(panels.Panel("黑名单认定", "admin/blacklist/panel.html", _panel, place=5))


class ListRuleForm(DatedRuleForm):
    class Meta:
        model = ListRule
        fields = (
            "organisation", "industry", "document_number", "standard", "procedure", "removal", "objection_contact",
            "notice_days", "effective_from", "effective_to",
        )  # fmt: skip


class Scopes(admin.TabularInline):
    """The items a rule names: issued with it, and never altered."""

    model = ListScope
    extra = 3
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None


@admin.register(ListRule, site=site)
class ListRuleAdmin(Lasting):
    """A rule is ended and a new version issued: what entries were made by stays readable (S4.2.1)."""

    form = ListRuleForm
    list_display = ("document_number", "industry", "version", "organisation", "effective_from", "effective_to")
    list_select_related = ("organisation",)
    search_fields = ("document_number", "industry", "organisation__name")
    ordering = ("-pk",)
    autocomplete_fields = ("organisation",)
    inlines = (Scopes,)

    def get_readonly_fields(self, request: HttpRequest, obj: ListRule | None = None) -> tuple[str, ...]:
        return () if obj is None else tuple(name for name in ListRuleForm.Meta.fields if name != "effective_to")

    def save_model(self, request: HttpRequest, obj: ListRule, form: Any, change: bool) -> None:
        if not change:
            same = ListRule.objects.filter(organisation=obj.organisation, industry=obj.industry)
            obj.version = (same.aggregate(last=Max("version"))["last"] or 0) + 1
        super().save_model(request, obj, form, change)


class ListingTermRuleForm(DatedRuleForm):
    class Meta:
        model = ListingTermRule
        fields = (
            "rule_id", "regime", "items", "min_months", "default_months", "max_months", "term_starts",
            "effective_from", "effective_to", "legal_basis",
        )  # fmt: skip


@admin.register(ListingTermRule, site=site)
class ListingTermRuleAdmin(Lasting):
    form = ListingTermRuleForm
    list_display = ("rule_id", "regime", "items", "min_months", "default_months", "max_months", "effective_from")
    search_fields = ("rule_id", "regime", "legal_basis")
    ordering = ("-effective_from", "rule_id")

    def get_readonly_fields(self, request: HttpRequest, obj: ListingTermRule | None = None) -> tuple[str, ...]:
        return () if obj is None else tuple(name for name in ListingTermRuleForm.Meta.fields if name != "effective_to")


@admin.register(Campaign, site=site)
class CampaignAdmin(Lasting):
    """A campaign is announced, and summed up when it is over; what counts in it is derived."""

    list_display = ("title", "lead", "begins", "ends")
    list_select_related = ("lead",)
    search_fields = ("title", "lead__name")
    ordering = ("-begins",)
    autocomplete_fields = ("lead", "bodies")
    filter_horizontal = ("items",)
    fields = ("title", "lead", "bodies", "items", "begins", "ends", "goal", "summary")
