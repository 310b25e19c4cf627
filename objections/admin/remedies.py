"""The register of reconsideration and litigation about records (row S4.5.7)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from objections import numbers, remedies
from objections.admin import frame
from objections.models import Case, RemedyCase, RemedyResult
from registry import clock
from registry.admin.catalogue import Lasting
from registry.admin.reasons import ReasonField
from registry.admin.site import site
from registry.identifiers import document_key
from registry.records.models import Record


class RegisterForm(forms.ModelForm):
    """The record is named by its document number, the objection by its number: nobody picks from a million."""

    document_number = forms.CharField(label="信息的文书号", max_length=128)
    objection_number = forms.CharField(label="异议编号", max_length=40, required=False)

    class Meta:
        model = RemedyCase
        fields = ("kind", "organ", "case_number", "filed_on")

    def clean_document_number(self) -> str:
        typed = self.cleaned_data["document_number"]
        found = list(Record.objects.filter(document_key=document_key(typed)).order_by("-pk")[:2])
        if len(found) != 1:
            raise ValidationError("没有找到唯一的记录，请核对文书号" if found else "没有找到该文书号的记录")
        self.instance.record = found[0]
        return typed

    def clean_objection_number(self) -> str:
        typed = self.cleaned_data["objection_number"]
        if typed:
            self.instance.case = Case.objects.filter(number=numbers.read(typed) or "").first()
            if self.instance.case is None:
                raise ValidationError("没有这个编号的异议")
        return typed


class ActForm(forms.Form):
    order = ReasonField(label="停止执行的文书", max_length=100, required=False)
    result = forms.ChoiceField(
        label="结果", required=False, choices=[("", "请选择"), *((r.value, r.label) for r in RemedyResult if r.value)]
    )
    document = ReasonField(label="结果文书", max_length=100, required=False)
    on = forms.DateField(label="结果日期", required=False, widget=forms.DateInput(attrs={"type": "date"}))


@admin.register(RemedyCase, site=site)
class RemedyCaseAdmin(Lasting):
    form = RegisterForm
    list_display = ("case_number", "kind", "organ", "record", "filed_on", "result", "result_on")
    list_filter = ("kind", "result")
    list_select_related = ("record",)
    search_fields = ("case_number", "organ")
    ordering = ("-filed_on", "-pk")

    def save_model(self, request: HttpRequest, obj: RemedyCase, form: Any, change: bool) -> None:
        obj.registered_by, obj.registered_at = request.user, clock.now()
        super().save_model(request, obj, form, change)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What is registered stays; an order to stay and the result are added."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        remedy = self.get_object(request, unquote(object_id))
        form, status = ActForm(request.POST or None), 200
        if request.method == "POST":
            status = 400
            if form.is_valid():
                status = frame.attempt(request, "remedy.act", remedy, lambda: _act(request, remedy, form.cleaned_data))
            if status == 200:
                return redirect(reverse("admin:objections_remedycase_change", args=[remedy.pk]))
        said = {"remedy": self.get_object(request, unquote(object_id)), "original": remedy, "form": form}
        return frame.page(self, request, "remedy", str(remedy), said, status=status)


def _act(request: HttpRequest, remedy: RemedyCase, said: dict[str, Any]) -> str:
    at = clock.now()
    if "stay" in request.POST:
        remedies.stay(remedy, by=request.user, at=at, order=said["order"])
        return "已登记停止执行，该信息有关的措施暂不执行"
    remedies.conclude(
        remedy, by=request.user, at=at, result=RemedyResult(said["result"]), document=said["document"],
        on=said["on"] or clock.day_of(at),
    )  # fmt: skip
    return "已登记结果"
