"""Connecting organisations at the staff door: one page each, with what comes next, and how far all have come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from exchange import onboarding, progress
from exchange.desk import AtTheDesk
from exchange.models import Onboarding, Verb
from exchange.onboarding import StepRefused
from exchange.progress import Progress
from registry import clock
from registry.admin import reports
from registry.admin.reasons import ReasonField
from registry.admin.site import site
from registry.directory.staff import User

REPORT = "admin:exchange_onboarding_report"
_ASKS = {Verb.STOP: "停用理由", Verb.CONFIRM: "说明（可不填）", Verb.OPEN: "说明（可不填）"}


@dataclass(frozen=True)
class Offered:
    """A step as the page offers it, with what is still missing."""

    verb: Verb
    missing: list[str]

    @property
    def address(self) -> str:
        return f"admin:exchange_onboarding_{self.verb.value}"

    @property
    def asks(self) -> str:
        return _ASKS.get(self.verb, "")

    @property
    def must_say(self) -> bool:
        return self.verb == Verb.STOP


class OpeningForm(forms.ModelForm):
    """A body that has no port yet; the number is given by the province, or made here."""

    note = ReasonField(label="说明", required=False)

    class Meta:
        model = Onboarding
        fields = ("organisation", "port_number")


class NoteForm(forms.Form):
    note = ReasonField(label="说明", required=False)


@admin.register(Onboarding, site=site)
class OnboardingAdmin(AtTheDesk):
    form = OpeningForm
    list_display = ("organisation", "state", "port_number", "opened_on", "closed_on", "confirmed_by")
    list_filter = ("state",)
    list_select_related = ("organisation", "confirmed_by")
    search_fields = ("organisation__name", "port_number")
    ordering = ("organisation__uscc",)
    fields = ("organisation", "port_number", "note")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_decide_permission(request)

    def get_urls(self) -> list[URLPattern]:
        steps = {verb: require_POST(partial(self.step_view, verb=verb)) for verb in (*_ASKS, Verb.TEST)}
        return [
            path("report/", self.admin_site.admin_view(self.report_view), name="exchange_onboarding_report"),
            *(
                path(
                    f"<path:object_id>/{verb.value}/",
                    self.admin_site.admin_view(view),
                    name=f"exchange_onboarding_{verb.value}",
                )
                for verb, view in steps.items()
            ),
            *super().get_urls(),
        ]

    # Opening a port

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        try:
            return super().add_view(request, form_url, extra_context)
        except StepRefused as refusal:  # somebody opened the port a moment before
            messages.error(request, f"{refusal}。")
            return redirect(reverse("admin:exchange_onboarding_changelist"))

    def save_model(self, request: HttpRequest, obj: Onboarding, form: forms.ModelForm, change: bool) -> None:
        _, key = onboarding.open_port(
            obj.organisation,
            by=request.user,
            at=clock.now(),
            port_number=obj.port_number,
            note=form.cleaned_data["note"],
        )
        request.port_key = key

    def response_add(self, request: HttpRequest, obj: Onboarding, post_url_continue: str | None = None) -> HttpResponse:
        return self._shown_once(request, obj, request.port_key)

    def _shown_once(self, request: HttpRequest, port: Onboarding, key: str) -> HttpResponse:
        """The key in the answer and nowhere else: no message, no session, no cache keeps it."""
        said = {"original": port, "key": key, "title": "端口密钥", "has_desk": True}
        answer = self._page(request, "admin/exchange/onboarding/key.html", said)
        answer.headers["Cache-Control"] = "no-store, private"
        return answer

    # The page of one organisation

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return self._shown(request, self._port(request, object_id))

    def _port(self, request: HttpRequest, object_id: str) -> Onboarding:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self.get_object(request, unquote(object_id))

    def _shown(self, request: HttpRequest, port: Onboarding, *, status: int = 200) -> HttpResponse:
        may_decide = self.has_decide_permission(request)
        offered = [Offered(verb, onboarding.missing_for(port, verb)) for verb in onboarding.available(port)]
        said = {
            "original": port,
            "offered": offered if may_decide else [],
            "steps": port.organisation.onboarding_steps.select_related("by"),
            "title": f"单位接入：{port.organisation}",
            "has_desk": True,
        }
        answer = self._page(request, "admin/exchange/onboarding/detail.html", said)
        answer.status_code = status
        return answer

    def step_view(self, request: HttpRequest, object_id: str, *, verb: Verb) -> HttpResponse:
        """POST one step; refused with everything that is missing, on the page as it stands."""
        port = self._port(request, object_id)
        if not self.has_decide_permission(request):
            raise PermissionDenied("只有市信用办可以办理单位接入")
        form = NoteForm(request.POST)
        if not form.is_valid():
            messages.error(request, "；".join(form.errors["note"]))
            return self._shown(request, port, status=400)
        try:
            key = _ACTS[verb](port, request.user, form.cleaned_data["note"])
        except StepRefused as refusal:
            messages.error(request, f"{refusal}。")
            return self._shown(request, port, status=409)
        port.refresh_from_db()
        if key:
            return self._shown_once(request, port, key)
        messages.success(request, f"已办理：{verb.label}（现为“{port.get_state_display()}”）")
        return redirect(reverse("admin:exchange_onboarding_change", args=[port.pk]))

    # How far all have come

    def report_view(self, request: HttpRequest) -> HttpResponse:
        """Totals for all; who is missing only for the county one looks after, or for those who see the city."""
        if not reports.oversees(request.user):
            raise PermissionDenied
        rows = [
            {"progress": each, "is_open": _sees_detail(request.user, each)}
            for each in sorted(progress.by_region(), key=_rank)
        ]
        said = {"rows": rows, "title": "接入进度", "has_desk": self.has_view_permission(request)}
        return self._page(request, "admin/exchange/onboarding/report.html", said)


def _open(port: Onboarding, by: User, note: str) -> str:
    return onboarding.open_port(port.organisation, by=by, at=clock.now(), note=note)[1]


def _test(port: Onboarding, by: User, note: str) -> None:
    onboarding.try_port(port.organisation, by=by, at=clock.now())


def _confirm(port: Onboarding, by: User, note: str) -> None:
    onboarding.confirm(port.organisation, by=by, at=clock.now(), note=note)


def _stop(port: Onboarding, by: User, note: str) -> None:
    onboarding.stop(port.organisation, by=by, at=clock.now(), reason=note)


_ACTS: dict[Verb, Callable[[Onboarding, User, str], str | None]] = {
    Verb.OPEN: _open,
    Verb.TEST: _test,
    Verb.CONFIRM: _confirm,
    Verb.STOP: _stop,
}


def _rank(each: Progress) -> tuple[bool, float, str]:
    """The city first, then the counties that have come furthest."""
    return each.label != "市级", -(each.share or 0.0), each.region.pk


def _sees_detail(user: User, each: Progress) -> bool:
    if user.has_perm("registry.view_every_record"):
        return True
    return user.organisation is not None and user.organisation.region_id == each.region.pk


reports.announce(reports.Report("接入进度", REPORT, reports.oversees))
