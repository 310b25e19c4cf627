"""补录: what each body has to enter of earlier years, and how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from registry import clock
from registry.admin import batch_page
from registry.audit import trace
from registry.directory.organisations import Organisation
from registry.intake import backfill as targets
from registry.records import kinds
from registry.records.validation import Invalid

if TYPE_CHECKING:
    from registry.admin.batches import BatchAdmin


class TargetForm(forms.Form):
    """How many decisions of one year there are to enter."""

    kind = forms.ChoiceField(label="种类")
    year = forms.IntegerField(label="决定年度", min_value=targets.EARLIEST)
    target = forms.IntegerField(label="应补录条数", min_value=0, max_value=targets.MOST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(kind.code, kind.label) for kind in kinds.every() if kind.backfill_problem is not None]
        self.fields["kind"].choices = offered

    def clean_year(self) -> int:
        year = self.cleaned_data["year"]
        if year >= clock.today().year:
            raise forms.ValidationError("本年度不属补录")
        return year


def backfill(admin: BatchAdmin, request: HttpRequest) -> HttpResponse:
    """The table of the bodies this person works with or oversees; a clerk sets the targets of the own body."""
    may_set = request.user.organisation_id is not None and request.user.has_perm("registry.enter_record")
    form = TargetForm(request.POST or None) if may_set else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid() and _set(request, form.cleaned_data):
            return redirect(reverse("admin:registry_importbatch_backfill"))
    said = {"progress": targets.progress(_bodies(request)), "form": form}
    status = 400 if form is not None and form.errors else 200
    return batch_page.page(admin, request, "backfill", "补录进度", said, status=status)


def _set(request: HttpRequest, asked: dict[str, Any]) -> bool:
    try:
        made = targets.set_target(asked["kind"], asked["year"], asked["target"], by=request.user, at=clock.now())
    except (PermissionDenied, Invalid) as refusal:
        trace.write(request, "backfill_target.set", succeeded=False, reason=str(refusal))
        messages.error(request, str(refusal))
        return False
    messages.success(request, f"已填报：{made}")
    return True


def _bodies(request: HttpRequest) -> Any:
    user, bodies = request.user, Organisation.objects.all()
    if user.has_perm("registry.view_every_record"):
        return bodies
    if user.organisation_id is None:
        return bodies.none()
    if user.has_perm("registry.view_region_record"):
        return bodies.filter(region=user.organisation.region_id)
    return bodies.filter(pk=user.organisation_id)
