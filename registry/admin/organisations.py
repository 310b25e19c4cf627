"""The directory of bodies and regions. A body that owns anything is deactivated, never deleted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError

from registry.admin.base import ReadOnlyAdmin, StaffAdmin
from registry.admin.site import site
from registry.directory.organisations import CodeAuthority, Organisation
from registry.directory.regions import Region
from registry.identifiers import DEPARTMENTS, NameProblem, clean_name, normalise_code, uscc


class OrganisationForm(forms.ModelForm):
    """Names and codes are read as at every other door."""

    class Meta:
        model = Organisation
        fields = (
            "name", "short_name", "uscc", "kind", "level", "region", "parent", "is_active", "is_credit_office",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "region" in self.fields:  # a page for reading has no fields
            self.fields["region"].queryset = Region.objects.current()

    def clean_name(self) -> str:
        return _clean(self.cleaned_data["name"])

    def clean_short_name(self) -> str:
        return _clean(self.cleaned_data["short_name"])

    def clean_uscc(self) -> str:
        code = normalise_code(self.cleaned_data["uscc"]).text
        if faults := [str(fault) for fault in uscc.faults(code)]:
            raise ValidationError(faults)
        return code

    def clean_parent(self) -> Organisation | None:
        parent = self.cleaned_data["parent"]
        above, seen = parent, set()
        while above is not None and above.pk not in seen:
            if above.pk == self.instance.pk:
                raise ValidationError("上级单位不能是本单位或其下级单位")
            seen.add(above.pk)
            above = above.parent
        return parent


def _clean(typed: str) -> str:
    try:
        return clean_name(typed)
    except NameProblem as problem:
        raise ValidationError(problem.message) from None


class CodeAuthorityForm(forms.ModelForm):
    prefix = forms.ChoiceField(
        label="代码前两位",
        choices=[
            ("", "请选择"),
            *((prefix, f"{prefix} {row.department}·{row.category}") for prefix, row in DEPARTMENTS.items()),
        ],
    )

    class Meta:
        model = CodeAuthority
        fields = ("prefix",)


class CodeAuthorities(admin.TabularInline):
    model = CodeAuthority
    form = CodeAuthorityForm
    extra = 0


@admin.register(Organisation, site=site)
class OrganisationAdmin(StaffAdmin):
    form = OrganisationForm
    list_display = ("name", "uscc", "kind", "level", "region", "is_active")
    list_filter = ("level", "kind", ("region", admin.RelatedOnlyFieldListFilter), "is_active")
    list_select_related = ("region",)
    search_fields = ("name", "short_name", "uscc")
    ordering = ("uscc",)
    inlines = (CodeAuthorities,)


@admin.register(Region, site=site)
class RegionAdmin(ReadOnlyAdmin):
    """Divisions come from the rule file, with the document that made them; nobody types one."""

    list_display = ("code", "name", "level", "parent", "valid_from_year", "valid_to_year", "successor")
    list_select_related = ("parent", "successor")
    ordering = ("code",)
    search_fields = ("code", "name")
    fields = ("code", "name", "level", "parent", "valid_from_year", "valid_to_year", "successor")
