"""Opening the credit file of a person at the work-bench: for a purpose, with a reason, on a page that nobody keeps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from registry import clock
from registry.admin import benches
from registry.admin.reasons import ReasonField
from registry.audit import trace
from registry.audit.models import FilePurpose
from registry.directory.staff import User
from registry.records import personal_files


class OpenForm(forms.Form):
    """Whose file, what for, and why; the number is sent in the body of the request and kept nowhere."""

    use_required_attribute = False
    name = forms.CharField(label="姓名", max_length=50)
    number = forms.CharField(
        label="证件号码", max_length=30, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )
    purpose = forms.ChoiceField(label="用途", choices=[("", "请选择"), *FilePurpose.choices])
    reason = ReasonField(max_length=200, help_text="写明办理的事项或者申请，例如“2026年评先评优资格审查”")
    identity_seen = forms.BooleanField(label="已当面核对身份证件原件", required=False, help_text="本人查询必须核对")


def file_page(site: admin.AdminSite, request: HttpRequest) -> HttpResponse:
    """GET the form; POST it, and the file stands in the answer and nowhere else."""
    if not request.user.has_perm("registry.open_personal_file"):
        raise PermissionDenied
    form, opened, status = OpenForm(request.POST if request.method == "POST" else None), None, 200
    if request.method == "POST":
        opened = _opened(request, form) if form.is_valid() else None
        status = 200 if opened else 400
        form = OpenForm()  # neither name nor number comes back
        if opened is None:
            form = OpenForm(_without_the_person(request))
            form.is_valid()
    request.current_app = site.name
    said = {
        **site.each_context(request), "title": "个人信用档案", "form": form, "opened": opened,
        "nothing": personal_files.NOTHING, "is_wrong": status == 400,
    }  # fmt: skip
    answer = TemplateResponse(request, "admin/registry/personal_file.html", said, status=status)
    answer.headers["Cache-Control"] = "no-store, private"
    return answer


def _without_the_person(request: HttpRequest) -> dict[str, str]:
    kept = ("purpose", "reason", "identity_seen")
    return {name: request.POST[name] for name in kept if name in request.POST}


def _opened(request: HttpRequest, form: OpenForm) -> personal_files.File | None:
    said = form.cleaned_data
    try:
        return personal_files.open_file(
            said["name"], said["number"], purpose=said["purpose"], reason=said["reason"],
            identity_seen=said["identity_seen"], by=request.user, at=clock.now(), address=trace.address_of(request),
        )  # fmt: skip
    except ValidationError as wrong:
        for message in wrong.messages:
            messages.error(request, message)
    return None


def entrance(user: User, on: date) -> Mapping[str, Any] | None:
    """The way to it, for those who may open files."""
    return {} if user.has_perm("registry.open_personal_file") else None


benches.register(benches.Bench("admin/registry/personal_file_bench.html", entrance))
