"""Nominations at the staff door: filed by associations and media, decided by the clerks of the confirming body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from redlist import nominating
from redlist.models import Nomination, NominationState
from redlist.models.honours import Level
from registry import clock
from registry.admin.acting import ActAdmin, ActForm
from registry.admin.site import site
from registry.directory.organisations import Organisation
from registry.directory.subjects import SubjectKind
from registry.directory.taxonomies import HonourCategory
from registry.identifiers.normalise import normalise_code
from registry.records.validation import Invalid
from registry.records.workflow import MoveRefused

_WIDE = {"class": "vTextField"}


class NominationForm(ActForm):
    organisation = forms.ModelChoiceField(label="认定单位", queryset=Organisation.objects.none())
    category = forms.ModelChoiceField(label="类别", queryset=HonourCategory.objects.none())
    subject_name = forms.CharField(label="被推荐对象", max_length=200, widget=forms.TextInput(attrs=_WIDE))
    subject_kind = forms.ChoiceField(label="主体类别", choices=SubjectKind.choices)
    subject_uscc = forms.CharField(label="统一社会信用代码", max_length=30, required=False)
    id_number = forms.CharField(
        label="身份证号码", max_length=30, required=False, help_text="自然人必填，加密保存",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    title = forms.CharField(label="荣誉名称", max_length=100, widget=forms.TextInput(attrs=_WIDE))
    deeds = forms.CharField(label="主要事迹", max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))
    article_url = forms.URLField(label="报道链接", max_length=300, required=False, assume_scheme="https")

    def narrow(self, request: HttpRequest) -> None:
        today = clock.today()
        in_force = HonourCategory.objects.in_force(on=today)
        kind = request.user.organisation.kind if request.user.organisation else ""
        may = [category.pk for category in in_force if category.may_be_nominated_by(kind)]
        self.fields["category"].queryset = in_force.filter(pk__in=may)
        self.fields["organisation"].queryset = (
            Organisation.objects.filter(red_rules__effective_from__lte=today)
            .filter(Q(red_rules__effective_to=None) | Q(red_rules__effective_to__gte=today))
            .distinct()
        )

    def clean_subject_uscc(self) -> str:
        return normalise_code(self.cleaned_data["subject_uscc"]).text

    def clean_id_number(self) -> str:
        return normalise_code(self.cleaned_data["id_number"]).text


class TakingUpForm(forms.Form):
    document_number = forms.CharField(label="认定文号", max_length=128)
    level = forms.ChoiceField(label="级别", choices=Level.choices)
    decided_on = forms.DateField(label="授予日期", widget=AdminDateWidget)


class DecliningForm(forms.Form):
    reason = forms.CharField(label="未采纳的理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


@admin.register(Nomination, site=site)
class NominationAdmin(ActAdmin):
    """A nominator sees its own nominations and what became of them; the confirming body those it received."""

    act_form = NominationForm
    act_title = "推荐诚信典型"
    explanation = "推荐由认定单位核对后决定是否认定；推荐本身不公示。"
    list_display = ("title", "category", "subject_shown", "nominator", "organisation", "state", "at")
    list_filter = ("state",)
    list_select_related = ("category", "nominator", "organisation")
    ordering = ("-pk",)
    sortable_by = ()

    @admin.display(description="被推荐对象")
    def subject_shown(self, nomination: Nomination) -> str:
        return nomination.subject_name

    def scoped(self, queryset: QuerySet, request: HttpRequest) -> QuerySet:
        user = request.user
        if user.has_perm("registry.view_every_record"):
            return queryset
        return queryset.filter(Q(nominator=user.organisation_id) | Q(organisation=user.organisation_id))

    def act(self, request: HttpRequest, said: Mapping[str, Any]) -> Nomination:
        return nominating.nominate(said, by=request.user, at=clock.now())

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        nomination = self.get_object(request, unquote(object_id))
        declining = "decline" in request.POST
        taking = TakingUpForm(None if declining else request.POST or None)
        refusing = DecliningForm(request.POST if declining else None)
        form, status = (refusing if declining else taking), 200
        if request.method == "POST":
            status = 400
            if form.is_valid() and self._decide(request, nomination, form, declining=declining):
                return redirect(reverse("admin:redlist_nomination_change", args=[nomination.pk]))
        may_decide = (
            nomination.state == NominationState.FILED
            and request.user.has_perm("registry.enter_record")
            and request.user.organisation_id == nomination.organisation_id
        )
        said = {
            **self.admin_site.each_context(request), "title": str(nomination), "opts": self.opts,
            "media": self.media + taking.media, "original": nomination, "nomination": nomination, "taking": taking,
            "refusing": refusing, "may_decide": may_decide,
        }  # fmt: skip
        return TemplateResponse(request, "admin/redlist/nomination.html", said, status=status)

    def _decide(self, request: HttpRequest, nomination: Nomination, form: forms.Form, *, declining: bool) -> bool:
        act = nominating.decline if declining else nominating.take_up
        try:
            with transaction.atomic():
                act(nomination, **form.cleaned_data, by=request.user, at=clock.now())
        except Invalid as refusal:
            for field, sentences in refusal.checked.errors().items():
                form.add_error(field if field in form.fields else None, sentences)
            return False
        except MoveRefused as refusal:
            form.add_error(None, str(refusal))
            return False
        messages.success(request, "已处理")
        return True
