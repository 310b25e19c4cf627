"""A body's measure lists: drafted by one person line by line, put in force by another, versions side by side."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from measures import lists
from measures.admin import frame
from measures.admin.frame import Act, DayField
from measures.models import Colour, LegalBasis, ListLine, Measure, MeasureList, Strength
from registry import clock
from registry.admin.catalogue import Lasting
from registry.admin.reasons import ReasonField
from registry.admin.site import site


class BeginForm(forms.Form):
    colour = forms.ChoiceField(label="类别", choices=Colour.choices)


class HeadForm(Act):
    name, label = "head", "保存文号和日期"
    document_number = ReasonField(label="发布文号", max_length=60, required=False, widget=forms.TextInput)
    valid_from = DayField(label="生效日期")
    review_due = DayField(label="应复核日期", required=False)


class LineForm(Act):
    name, label = "line", "保存条目"
    measure = forms.ModelChoiceField(label="措施", queryset=Measure.objects.none())
    strength = forms.ChoiceField(label="约束力", choices=Strength.choices)
    basis = forms.ModelChoiceField(label="依据", queryset=LegalBasis.objects.none(), required=False)
    clause = ReasonField(label="条款", max_length=100, required=False, widget=forms.TextInput)
    procedure = ReasonField(label="办理程序", max_length=300)
    contact = ReasonField(label="联系方式", max_length=60, widget=forms.TextInput)

    def __init__(self, data: Any = None, *, shown: MeasureList, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        today = clock.today()
        measures = Measure.objects.in_force(on=today).filter(colour=shown.colour)
        powers = [one.pk for one in measures if one.may_be_taken_by(shown.organisation)]
        self.fields["measure"].queryset = Measure.objects.filter(pk__in=powers)
        self.fields["basis"].queryset = LegalBasis.objects.in_force(on=today)


class DropForm(Act):
    name, label = "drop", "删除条目"
    line = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class ApproveForm(Act):
    name, label = "approve", "审定并发布"


@admin.register(MeasureList, site=site)
class MeasureListAdmin(Lasting):
    list_display = ("organisation", "colour", "version", "state", "valid_from", "review_due")
    list_filter = ("colour", "state")
    list_select_related = ("organisation",)
    search_fields = ("organisation__name",)
    ordering = ("organisation", "colour", "-version")
    sortable_by = ()

    def scoped(self, queryset: QuerySet, request: HttpRequest) -> QuerySet:
        return queryset.visible_to(request.user).select_related("organisation", "drafted_by", "approved_by")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """A new draft of the own body, with the lines of the version before."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        body = request.user.organisation
        if body is None:
            raise PermissionDenied("您的账号没有所属单位，不能拟定措施清单")
        form, status = BeginForm(request.POST or None), 200
        if request.method == "POST":
            status = 400
            if form.is_valid():
                made: list[MeasureList] = []
                status = frame.attempt(request, "measure.begin_list", None, lambda: self._begin(request, form, made))
                if made and status == 200:
                    return redirect(reverse("admin:measures_measurelist_change", args=[made[0].pk]))
        return frame.page(self, request, "list_begin", "拟定措施清单", {"form": form, "body": body}, status=status)

    def _begin(self, request: HttpRequest, form: BeginForm, made: list[MeasureList]) -> str:
        now = clock.now()
        colour = form.cleaned_data["colour"]
        made.append(lists.begin(request.user.organisation, colour, by=request.user, at=now, today=clock.day_of(now)))
        return "已生成草稿"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The list with its lines, what is wrong with each, what changed, and what this person may do about it."""
        shown = self.get_object(request, unquote(object_id))
        if not self.has_view_or_change_permission(request, shown):
            raise PermissionDenied
        forms_ = self._forms(request, shown)
        if request.method == "POST" and not forms_:
            raise PermissionDenied
        status = frame.try_acts(request, forms_, shown, lambda form: self._do(request, shown, form))
        if status == 200:
            return redirect(reverse("admin:measures_measurelist_change", args=[shown.pk]))
        return frame.page(self, request, "list", str(shown), self._said(shown, forms_), status=status or 200)

    def _said(self, shown: MeasureList, forms_: list[Act]) -> dict[str, Any]:
        day = max(clock.today(), shown.valid_from)
        lines = list(shown.lines.select_related("measure", "basis").order_by("measure"))
        for line in lines:
            line.measure_list = shown
        former = MeasureList.objects.filter(
            organisation=shown.organisation, colour=shown.colour, version=shown.version - 1
        ).first()
        return {
            "list": shown, "original": shown, "forms": [form for form in forms_ if form.name != "drop"],
            "may_drop": any(form.name == "drop" for form in forms_),
            "lines": [(line, [message for _, message in lists.problems_of(line, on=day)]) for line in lines],
            "former": former, "differences": lists.compare(former, shown) if former else [], "on": clock.today(),
            "needs_review": shown.needs_review(on=clock.today()),
        }  # fmt: skip

    def _forms(self, request: HttpRequest, shown: MeasureList) -> list[Act]:
        user, data = request.user, request.POST if request.method == "POST" else None
        if not shown.is_draft or user.organisation_id != shown.organisation_id:
            return []
        forms_: list[Act] = []
        if user.has_perm("measures.change_measurelist"):
            head = {name: getattr(shown, name) for name in ("document_number", "valid_from", "review_due")}
            forms_ = [HeadForm(data, initial=head), LineForm(data, shown=shown), DropForm(data)]
        if user.has_perm("measures.approve_measurelist") and user.pk != shown.drafted_by_id:
            forms_.append(ApproveForm(data))
        return forms_

    def _do(self, request: HttpRequest, shown: MeasureList, form: Act) -> str:
        said, today = form.cleaned_data, clock.today()
        match form:
            case HeadForm():
                for name, value in said.items():
                    setattr(shown, name, value)
                shown.save(update_fields=list(said))
                return "已保存"
            case LineForm():
                lists.put_line(shown, said.pop("measure"), **said, by=request.user, today=today)
                return "已保存条目"
            case DropForm():
                ListLine.objects.filter(measure_list=shown, pk=said["line"]).delete()
                return "已删除条目"
        lists.approve(shown, by=request.user, at=clock.now(), today=today)
        return "清单已发布"
