"""The subjects of records, for staff: read-only but for a change of name, which the credit office registers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from registry import clock
from registry.admin.base import ReadOnlyAdmin
from registry.admin.record_search import published_subjects
from registry.admin.site import site
from registry.directory.renaming import LONGEST, rename
from registry.directory.subjects import FormerName, Subject, SubjectIdentifier, SubjectKind
from registry.identifiers import judge
from registry.identifiers.verdict import Scheme
from registry.records.models import Record
from registry.search import index, query


class RenameForm(forms.Form):
    new_name = forms.CharField(
        label="新名称", max_length=LONGEST, widget=forms.TextInput(attrs={"class": "vTextField"})
    )


class _Inline(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # whoever sees the subject sees these

    def has_add_permission(self, request: HttpRequest, obj: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class FormerNames(_Inline):
    model = FormerName
    fields = ("name", "until")


class Identifiers(_Inline):
    model = SubjectIdentifier
    fields = ("scheme", "value", "valid_to")


@admin.register(Subject, site=site)
class SubjectAdmin(ReadOnlyAdmin):
    """Published organisations, and whoever the records are about that this person may see."""

    list_display = ("public_name_of", "uscc", "kind", "region", "state")
    list_select_related = ("region",)
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("uscc",)
    search_help_text = "统一社会信用代码、原有号码，或者单位名称中的几个字（不能按自然人姓名检索）"
    fields = (
        "public_name_of", "kind", "uscc", "region", "registration_organisation", "state", "established_on",
        "representative", "address", "published_on",
    )  # fmt: skip
    inlines = (FormerNames, Identifiers)
    change_form_template = "admin/registry/subject/detail.html"

    def scoped(self, queryset: QuerySet, request: HttpRequest) -> QuerySet:
        user = request.user
        if user.has_perm("registry.view_every_record"):
            return queryset
        own = Record.objects.visible_to(user).filter(subject=OuterRef("pk"))
        is_public = Q(published_on__isnull=False) & ~Q(kind=SubjectKind.NATURAL)
        return queryset.filter(is_public | Exists(own))

    @admin.display(description="名称")
    def public_name_of(self, subject: Subject) -> str:
        return subject.public_name

    @admin.display(description="法定代表人")
    def representative(self, subject: Subject) -> str:
        return subject.legal_representative

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list; a resident ID typed into its search box is neither searched nor given back."""
        if judge(request.GET.get("q", ""), on=clock.today()).scheme is Scheme.RESIDENT_ID:
            messages.error(request, query.NO_PERSONS)
            return redirect(request.path)
        return super().changelist_view(request, extra_context)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        if not search_term.strip():
            return queryset, False
        asked = query.read(search_term, on=clock.today())
        if asked.code:
            return queryset.filter(pk__in=Subject.objects.with_code(asked.code).values("pk")), False
        if not asked.terms:
            return queryset.none(), False
        return queryset.filter(pk__in=published_subjects(search_term, on=clock.today())), False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.rename_view)
        return [path("<path:object_id>/rename/", view, name="registry_subject_rename"), *super().get_urls()]

    def rename_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """GET asks for the new name, POST takes it on and tells the search index."""
        subject = self.get_object(request, unquote(object_id))
        if not request.user.has_perm("registry.change_subject"):
            raise PermissionDenied
        form = RenameForm(request.POST or None)
        if form.is_valid():
            try:
                with transaction.atomic():
                    renamed = rename(subject, form.cleaned_data["new_name"], by=request.user, at=clock.now())
                    index.refresh_subjects([renamed])
            except ValidationError as refusal:
                form.add_error("new_name", refusal)
            else:
                messages.success(request, "已登记更名，原名称保留为曾用名")
                return redirect(reverse("admin:registry_subject_change", args=[subject.pk]))
        said = {
            **self.admin_site.each_context(request),
            "title": f"登记更名：{subject}",
            "opts": self.opts,
            "original": subject,
            "form": form,
            "has_view_permission": True,
        }
        return TemplateResponse(request, "admin/registry/subject/rename.html", said)
