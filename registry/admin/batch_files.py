"""Workbooks to take away: the empty one to fill in, and the delivered one with its wrong cells marked."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase

from registry import clock
from registry.admin import collected
from registry.audit import trace
from registry.intake import files, templates
from registry.intake.models import ImportBatch
from registry.records import drafting

if TYPE_CHECKING:
    from registry.admin.batches import BatchAdmin

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GONE = "文件已超过保存期限并删除"


def template(admin: BatchAdmin, request: HttpRequest) -> HttpResponseBase:
    """The empty workbook of one class of information of the person's own body, by the code of its item."""
    organisation, today = request.user.organisation, clock.today()
    offered = collected.by(organisation, on=today) if organisation else []
    for version, kind in offered:
        if version.item.code == request.GET.get("item", ""):
            content = templates.template(kind, version, organisation=organisation, today=today)
            name = templates.file_name(kind, version, today=today)
            return _as_file(content, name)
    raise Http404


def returned(admin: BatchAdmin, request: HttpRequest, batch: ImportBatch) -> HttpResponseBase:
    """The workbook that goes back to the clerk; for the clerks of its body alone, and written down."""
    drafting.may_enter(request.user, batch.organisation)  # it holds what the clerks typed, numbers of persons too
    if not batch.returned_as:
        raise Http404
    try:
        content = b"".join(files.read(batch.returned_as, batch=batch.uid))
    except FileNotFoundError:
        raise Http404(GONE) from None
    trace.write(request, "batch.download", about=batch)
    stem = batch.file_name.rpartition(".")[0] or batch.file_name
    return _as_file(content, f"{stem}_标注问题.xlsx")


def _as_file(content: bytes, name: str) -> HttpResponseBase:
    answer = FileResponse(io.BytesIO(content), as_attachment=True, filename=name, content_type=XLSX)
    answer["Cache-Control"] = "private, no-store"
    return answer
