"""The accounts of staff: one person, one account, one organisation; deactivated, never deleted.

Who sets up accounts must not make himself, or a friend, the auditor of his own doings: the roles that watch over
everybody are granted by the technical administrator (superuser) alone, and nobody changes his own.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from registry import clock
from registry.admin.base import StaffAdmin
from registry.admin.reasons import ReasonField
from registry.admin.site import site
from registry.directory import second_factor, sessions
from registry.directory.staff import Role, User, roles_in

RESERVED = (Role.CREDIT_OFFICE, Role.AUDITOR)


class RolesField(forms.ModelMultipleChoiceField):
    """The roles under the names people know."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Group) -> str:
        return Role(obj.name).label


class RolesSuitTheBody(forms.ModelForm):
    """Nobody is given a role that his body's kind does not open."""

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        organisation = said.get("organisation", self.instance.organisation)
        unfit = [
            Role(group.name).label for group in said.get("groups") or () if group.name not in roles_in(organisation)
        ]
        if unfit:
            kind = organisation.get_kind_display()
            self.add_error("groups", f"角色：{kind}的工作人员不能担任{'、'.join(unfit)}，请改选角色或所属单位")
        return said


class StaffCreationForm(RolesSuitTheBody, UserCreationForm):
    class Meta:
        model = User
        fields = ("username", "full_name", "organisation", "groups")


class StaffChangeForm(RolesSuitTheBody, UserChangeForm):
    class Meta:
        model = User
        fields = ("username", "full_name", "email", "organisation", "groups", "is_active")


class StaffPasswordForm(AdminPasswordChangeForm):
    """A new password; an account is shut by deactivating it, not by taking its password away."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)
        for name in ("password1", "password2"):
            self.fields[name].required = True


class ResetForm(forms.Form):
    reason = ReasonField(label="理由", error_messages={"required": "理由：必填"})


@admin.register(User, site=site)
class StaffUserAdmin(StaffAdmin, UserAdmin):
    form = StaffChangeForm
    add_form = StaffCreationForm
    add_form_template = None
    change_password_form = StaffPasswordForm
    list_display = ("username", "full_name", "organisation", "roles", "is_active", "last_login")
    list_filter = ("is_active",)
    list_select_related = ("organisation",)
    search_fields = ("username", "full_name", "organisation__name")
    ordering = ("username",)
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password", "full_name", "email", "is_active")}),
        ("所属与角色", {"fields": ("organisation", "groups")}),
        ("登录情况", {"fields": ("last_login", "date_joined", "second_factor")}),
    )
    add_fieldsets = (
        (
            None,
            {"classes": ("wide",), "fields": ("username", "full_name", "password1", "password2")},
        ),
        ("所属与角色", {"fields": ("organisation", "groups")}),
    )
    readonly_fields = ("last_login", "date_joined", "second_factor")

    def scoped(self, queryset: QuerySet, request: HttpRequest) -> QuerySet:
        user = request.user
        if user.has_perm("registry.view_every_record") or user.has_perm("registry.view_auditlog"):
            return queryset.prefetch_related("groups")
        return queryset.filter(organisation=user.organisation_id or 0).prefetch_related("groups")

    @admin.display(description="角色")
    def roles(self, user: User) -> str:
        labels = [Role(group.name).label for group in user.groups.all() if group.name in Role]
        return "、".join([*labels, *(["技术管理员"] if user.is_superuser else [])])

    @admin.display(description="动态口令")
    def second_factor(self, user: User) -> str:
        if second_factor.of(user) is None:
            return "未绑定"
        return format_html('已绑定（<a href="{}">解除绑定</a>，限技术管理员）', self._reset_address(user))

    def _reset_address(self, user: User) -> str:
        return reverse("admin:registry_user_second_factor", args=[user.pk])

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.reset_view)
        return [path("<path:object_id>/second-factor/", view, name="registry_user_second_factor"), *super().get_urls()]

    def reset_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take away the second factor of somebody who lost the phone: the technical administrator, for a reason."""
        if not request.user.is_superuser:
            raise PermissionDenied("只有技术管理员可以解除动态口令绑定")
        account = self.get_object(request, unquote(object_id))
        form = ResetForm(request.POST or None)
        if form.is_valid():
            try:
                second_factor.reset(account, by=request.user, at=clock.now(), reason=form.cleaned_data["reason"])
            except ValidationError as refusal:
                form.add_error("reason", refusal)
            else:
                messages.success(request, f"已解除{account}的动态口令绑定，其所有登录已结束")
                return redirect(reverse("admin:registry_user_change", args=[account.pk]))
        said = {"original": account, "form": form, "title": f"解除动态口令绑定：{account}"}
        return self._page(request, "admin/registry/user/second_factor.html", said)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or request.user.is_superuser or not self._is_above(request.user, obj)

    def _is_above(self, by: User, account: User) -> bool:
        return account.is_superuser or account.pk == by.pk or any(map(account.has_role, RESERVED))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        own = obj is not None and obj.pk == request.user.pk
        return (*self.readonly_fields, *(("groups", "organisation", "is_active") if own else ()))

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        roles = Group.objects.filter(name__in=Role.values).order_by("pk")
        if not request.user.is_superuser:
            roles = roles.exclude(name__in=[role.value for role in RESERVED])
        return RolesField(queryset=roles, required=False, label="角色")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        obj.is_staff = True  # whoever is entered here works here
        form.before = _rights_of(User.objects.get(pk=obj.pk)) if change else None
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Whose rights have changed comes in anew: nothing is done with a session of before."""
        super().save_related(request, form, formsets, change)
        if change and form.before != _rights_of(form.instance):
            sessions.end_all(form.instance)


def _rights_of(user: User) -> tuple[Any, ...]:
    return user.is_active, user.organisation_id, sorted(user.groups.values_list("pk", flat=True))
