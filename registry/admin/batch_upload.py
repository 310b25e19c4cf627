"""Handing a workbook in: what it holds, the file, and whether it is about earlier years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from registry import clock
from registry.admin import batch_page, collected
from registry.intake import receiving
from registry.intake.errors import Refused
from registry.intake.receiving import Delivery
from registry.records.validation import Invalid

if TYPE_CHECKING:
    from registry.admin.batches import BatchAdmin

ACCEPTED = ".xlsx,.xls,.csv"


class UploadForm(forms.Form):
    """The file and what is to be known of it before it is opened."""

    item = forms.ChoiceField(label="信息类别", error_messages={"required": "信息类别：必填"})
    workbook = forms.FileField(
        label="工作簿",
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={"required": "工作簿：请选择文件", "empty": "文件是空的，请重新导出后上传"},
        help_text="xlsx、xls 或 csv；第一行为表头，可用模板、国家标准的列名或2015、2017年的旧列名",
    )
    is_backfill = forms.BooleanField(
        label="补录以前年度的决定", required=False, help_text="仅限有效期内、以前年度的许可和处罚；本年度的按日常录入"
    )

    def __init__(self, *args: Any, offered: list[collected.Collected], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        self.kinds = {version.item.code: kind.code for version, kind in offered}
        self.fields["item"].choices = [
            (version.item.code, f"{version.item.name}（{kind.label}，{version.item.code}）")
            for version, kind in offered
        ]

    def refuse(self, sentences: list[str]) -> None:
        for sentence in sentences:
            self.add_error("workbook", sentence)


def upload(admin: BatchAdmin, request: HttpRequest) -> HttpResponse:
    """The form; a file that is taken leads to its page, the same file again to the page it already has."""
    offered = collected.by(request.user.organisation, on=clock.today())
    form = UploadForm(request.POST or None, request.FILES or None, offered=offered)
    if form.is_valid():
        try:
            return _received(request, form)
        except Invalid as invalid:
            form.refuse([problem.message for problem in invalid.checked.problems])
        except Refused as refusal:
            form.refuse([refusal.message])
    title = "错误：上传工作簿" if form.errors else "上传工作簿"
    said = {"form": form, "errors": form.errors, "offered": offered}
    return batch_page.page(admin, request, "upload", title, said, status=400 if form.errors else 200)


def _received(request: HttpRequest, form: UploadForm) -> HttpResponse:
    asked, at = form.cleaned_data, clock.now()
    delivery = Delivery(
        kind=form.kinds[asked["item"]],
        organisation=request.user.organisation,
        by=request.user,
        at=at,
        item_code=asked["item"],
        is_backfill=asked["is_backfill"],
    )
    batch, is_new = receiving.receive(delivery, asked["workbook"].chunks(), name=asked["workbook"].name)
    if not is_new:
        messages.info(request, f"这个文件正在办理（{batch.get_state_display()}），没有重复上传")
    return redirect(reverse("admin:registry_importbatch_change", args=[batch.pk]))
