"""Asking before acting, at the staff door: one code, a person, or a file; and the decision upon each hit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from measures import checking, deciding
from measures.admin import frame
from measures.api.views import hits_of, parties_of
from measures.checking import Answer, Asker
from measures.models import ApplicationMatter, CheckHit, Decision, FinanceWay, JointCheck, Measure
from measures.standing import Enforcement
from registry import clock
from registry.admin.base import StaffAdmin
from registry.admin.catalogue import Lasting
from registry.admin.reasons import ReasonField
from registry.admin.site import site
from registry.audit import trace
from registry.directory.organisations import OrganisationKind
from registry.identifiers import judge, looks_like_resident_id
from registry.identifiers.verdict import Scheme
from registry.intake.errors import Refused

SHOWN = 200  # hits of one check, on its page


class CheckForm(forms.Form):
    """Whom to ask about, in which matter; one of the three ways."""

    use_required_attribute = False
    matter = forms.ModelChoiceField(label="事项", queryset=ApplicationMatter.objects.none())
    code = forms.CharField(label="统一社会信用代码", max_length=100, required=False)
    name = forms.CharField(label="姓名", max_length=50, required=False)
    number = forms.CharField(
        label="证件号码", max_length=30, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="查询自然人须同时填写姓名和证件号码；号码不保存",
    )  # fmt: skip
    file = forms.FileField(
        label="批量查询文件", required=False, widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        help_text="xlsx、xls 或 csv，代码在表头为“统一社会信用代码”的一列或第一列，最多100000个；联合投标的，在“联合体”一列填写名称",
    )  # fmt: skip

    def __init__(self, *args: Any, body: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["matter"].queryset = ApplicationMatter.objects.filter(organisation=body, is_active=True)

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if judge(code, on=clock.today()).scheme is Scheme.RESIDENT_ID:
            raise ValidationError("请勿在此填写身份证号码；查询自然人请填写姓名和证件号码")
        return code

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        ways = [bool(said.get("code")), bool(said.get("name") or said.get("number")), bool(said.get("file"))]
        if sum(ways) != 1 and not self.errors:
            raise ValidationError("代码、自然人、文件请选择一种方式查询")
        if ways[1] and not (said.get("name") and said.get("number")):
            raise ValidationError("查询自然人须同时填写姓名和证件号码")
        return said


class DecideForm(forms.Form):
    use_required_attribute = False
    hit = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    decision = forms.ChoiceField(label="决定", choices=[("", "请选择"), *Decision.choices])
    reason = ReasonField(label="理由", required=False, help_text="放行须说明理由", widget=forms.TextInput)


class FinanceForm(forms.Form):
    use_required_attribute = False
    hit = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    measure = forms.CharField(label="措施编号", max_length=4)
    way = forms.ChoiceField(label="方式", choices=[("", "请选择"), *FinanceWay.choices])
    size = forms.DecimalField(label="幅度（百分点）", required=False, max_digits=5, decimal_places=2)
    note = ReasonField(label="说明", required=False, max_length=200, widget=forms.TextInput)


@admin.register(ApplicationMatter, site=site)
class ApplicationMatterAdmin(Lasting):
    list_display = ("name", "organisation", "stage", "is_active")
    list_select_related = ("organisation",)
    search_fields = ("name", "organisation__name")
    ordering = ("organisation", "name")
    fields = ("name", "measures", "info_classes", "stage", "workflow", "is_active")
    filter_horizontal = ("measures",)

    def scoped(self, queryset: QuerySet, request: HttpRequest) -> QuerySet:
        return queryset.visible_to(request.user).select_related("organisation")

    def has_change_permission(self, request: HttpRequest, obj: ApplicationMatter | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.organisation_id == request.user.organisation_id)

    def save_model(self, request: HttpRequest, obj: ApplicationMatter, form: Any, change: bool) -> None:
        if not change:
            if request.user.organisation is None:
                raise PermissionDenied("您的账号没有所属单位，不能登记应用事项")
            obj.organisation = request.user.organisation
        super().save_model(request, obj, form, change)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """The own body is known before the form is judged, so that a name it has already is told as one."""
        made = super().get_form(request, obj, change, **kwargs)
        body = request.user.organisation

        class OfOwnBody(made):
            def _get_validation_exclusions(self) -> set[str]:
                return super()._get_validation_exclusions() - {"organisation"}

            def _post_clean(self) -> None:
                if self.instance.pk is None:
                    self.instance.organisation = body
                super()._post_clean()

        return OfOwnBody


@admin.register(JointCheck, site=site)
class JointCheckAdmin(StaffAdmin):
    list_display = ("number", "organisation", "matter", "asked", "found", "hit", "asked_by", "asked_at")
    list_select_related = ("organisation", "matter", "asked_by")
    search_fields = ("number",)
    ordering = ("-pk",)
    sortable_by = ()

    def scoped(self, queryset: QuerySet, request: HttpRequest) -> QuerySet:
        return queryset.visible_to(request.user).select_related("organisation", "matter", "asked_by")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        body = request.user.organisation
        if body is None:
            raise PermissionDenied("您的账号没有所属单位，不能查询")
        form, status = CheckForm(request.POST or None, request.FILES or None, body=body), 200
        if request.method == "POST":
            status = 400
            if form.is_valid():
                try:
                    answer = _asked(request, form)
                except Refused as refusal:
                    form.add_error("file", refusal.message)
                else:
                    trace.write(request, "measure.check", about=answer.check)
                    return redirect(reverse("admin:measures_jointcheck_change", args=[answer.check.pk]))
        if status == 400:
            form.data = form.data.copy()
            for name in ("number", "code", "name"):  # a number that was typed is not shown again
                if name == "number" or looks_like_resident_id(form.data.get(name, "")):
                    form.data[name] = ""
        return frame.page(self, request, "check_form", "联合奖惩查询", {"form": form, "body": body}, status=status)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What the check met, and the decision each hit asks for."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        check = self.get_object(request, unquote(object_id))
        is_finance = check.organisation.kind == OrganisationKind.FINANCE
        own = check.organisation_id == request.user.organisation_id and request.user.has_perm(
            "measures.change_checkhit"
        )
        status = 200
        if request.method == "POST":
            if not own:
                raise PermissionDenied
            status = self._decide(request, check, is_finance=is_finance)
            if status == 200:
                return redirect(reverse("admin:measures_jointcheck_change", args=[check.pk]))
        hits = hits_of(check)
        said = {
            "check": check, "original": check, "is_finance": is_finance, "may_decide": own, "more": len(hits) - SHOWN,
            "hits": [(hit, Enforcement(hit.enforcement).label, self._form(hit, is_finance)) for hit in hits[:SHOWN]],
            "open": sum(hit.is_open for hit in hits), "on": clock.today(), "is_stale": check.is_stale(on=clock.today()),
        }  # fmt: skip
        return frame.page(self, request, "check", str(check), said, status=status)

    def _form(self, hit: CheckHit, is_finance: bool) -> forms.Form | None:
        if is_finance:
            return FinanceForm(initial={"hit": hit.pk}) if hit.measures else None
        return DecideForm(initial={"hit": hit.pk}) if hit.is_open else None

    def _decide(self, request: HttpRequest, check: JointCheck, *, is_finance: bool) -> int:
        form = (FinanceForm if is_finance else DecideForm)(request.POST)
        if not form.is_valid():
            return 400
        said = form.cleaned_data
        hit = check.hits.filter(pk=said.pop("hit")).first()
        if hit is None:
            return 400

        def act() -> str:
            if is_finance:
                measure = Measure.objects.filter(pk=said["measure"]).first()
                if measure is None:
                    raise ValidationError({"measure": "没有这项措施"})
                deciding.answer_as_finance(
                    hit, measure, said["way"], size=said["size"], note=said["note"], by=request.user, at=clock.now()
                )
                return "已反馈"
            deciding.decide(hit, said["decision"], said["reason"], by=request.user, at=clock.now())
            return "已记录决定"

        return frame.attempt(request, "measure.decide", check, act)


def _asked(request: HttpRequest, form: CheckForm) -> Answer:
    now, said = clock.now(), form.cleaned_data
    asker = Asker(
        organisation=request.user.organisation, matter=said["matter"], at=now, today=clock.day_of(now), by=request.user
    )
    if said["name"]:
        return checking.check_person(said["name"], said["number"], asker)
    if said["file"]:
        parties = parties_of(said["file"])
        return checking.check_codes(parties.codes, asker, parties.consortia)
    return checking.check_codes([said["code"]], asker)
