"""Workbooks by machine: handed in as multipart (only here), then followed, stored and sent to review as JSON."""

from __future__ import annotations

import io
import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import FileResponse, Http404, HttpResponseBase
from django.urls import reverse
from rest_framework.exceptions import ParseError
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from registry import clock
from registry.api import asking
from registry.api.door import ApiView
from registry.api.problems import Refusal
from registry.audit import log
from registry.directory.api_keys import ApiKey
from registry.intake import deciding, files, receiving
from registry.intake.errors import Refused
from registry.intake.models import ImportBatch
from registry.intake.receiving import Delivery
from registry.records import drafting, kinds
from registry.records.workflow import MoveRefused

MULTIPART = "multipart/form-data"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_NAMED = 100
_FRAME = 64 * 1024  # of the request beside the file
_FIELDS = frozenset({"item", "backfill", "commit"})
_BY_KEY = (deciding.Act.CONFIRM, deciding.Act.GIVE_UP, deciding.Act.UNDO, deciding.Act.SUBMIT)


class OnlyNamed(BasePermission):
    """A member of staff, or a machine in the name of a clerk; what is delivered is nobody else's business."""

    def has_permission(self, request: Any, view: Any) -> bool:
        if request.user.is_authenticated:
            return True
        if isinstance(request.auth, ApiKey):
            raise Refusal(403, "该密钥没有绑定录入员，不能报送工作簿。")
        return False


class WorkbookParser(MultiPartParser):
    """One file and a few words; what cannot be read is refused in a sentence of ours."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except (ParseError, SuspiciousOperation):
            raise ParseError("请求内容不是正确的 multipart/form-data") from None


def refuse_unreadable_form(headers: Mapping[str, Any]) -> None:
    """Refuse by its headers what is no form or cannot be a workbook, before a byte of it is read."""
    length = str(headers.get("CONTENT_LENGTH") or "0")
    if length == "0":
        return  # nothing was sent: the method may be wrong, or the file is missing
    most = max(settings.INTAKE_FILE_MIB, settings.INTAKE_TEXT_MIB)  # which of the two binds, the content says
    if length.isdigit() and int(length) > most * 1024 * 1024 + _FRAME:
        raise Refusal(413, f"文件超过{most}MB，请分成几个文件报送")
    if headers.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != MULTIPART:
        raise Refusal(415, "工作簿须以 multipart/form-data 报送，文件放在 file 中")


class Intake(ApiView):
    """报送一种信息的工作簿：自动检查，确认后无误的行存为草稿，由本单位另一人审核。"""

    permission_classes = (OnlyNamed,)
    parser_classes = (WorkbookParser,)
    refuse_unreadable = staticmethod(refuse_unreadable_form)

    def post(self, request: Request, kind: str) -> Response:
        asking.once(request.query_params, ())
        if not kinds.known(kind):
            raise Http404
        organisation = request.user.organisation
        if organisation is None:
            raise PermissionDenied("您的账号没有所属单位，不能报送")
        asked, file = _asked(request)
        delivery = Delivery(
            kind=kind, organisation=organisation, by=request.user, at=clock.now(), item_code=asked.get("item", ""),
            is_backfill=asked.get("backfill") == "true", at_once=asked.get("commit") == "true",
        )  # fmt: skip
        try:
            batch, is_new = receiving.receive(delivery, file.chunks(), name=file.name)
        except Refused as refusal:
            raise Refusal(400, refusal.message, {"file": [refusal.message]}) from None
        answer = Response(of_batch(batch), status=202 if is_new else 200)
        answer["Location"] = address(batch)
        return answer


class Batch(ApiView):
    """一个已报送的工作簿：进度、结果和需要处理的行。"""

    permission_classes = (OnlyNamed,)

    def get(self, request: Request, kind: str, uid: uuid.UUID) -> Response:
        asking.once(request.query_params, ())
        return Response(of_batch(own(request, kind, uid)))


class BatchActs(ApiView):
    """办理一个批次：导入、放弃、撤销、提交审核；审核决定须由本人登录后作出。"""

    permission_classes = (OnlyNamed,)

    def post(self, request: Request, kind: str, uid: uuid.UUID) -> Response:
        asking.once(request.query_params, ())
        batch = own(request, kind, uid)
        act, reason = _asked_act(request)
        if isinstance(request.auth, ApiKey) and act not in _BY_KEY:
            raise PermissionDenied("接口密钥不能作出审核决定，请登录后办理")
        try:
            batch = deciding.ask(batch, act, by=request.user, at=clock.now(), reason=reason)
        except MoveRefused as refused:
            batch.refresh_from_db()
            raise Refusal(409, str(refused), current={"state": batch.state}) from None
        return Response(of_batch(batch), status=202)


class BatchWorkbook(ApiView):
    """标注了问题的工作簿，改好后可直接再次报送，只处理标记过的行。"""

    permission_classes = (OnlyNamed,)

    def get(self, request: Request, kind: str, uid: uuid.UUID) -> HttpResponseBase:
        asking.once(request.query_params, ())
        batch = own(request, kind, uid)
        drafting.may_enter(request.user, batch.organisation)
        if not batch.returned_as:
            raise Http404
        try:
            content = b"".join(files.read(batch.returned_as, batch=batch.uid))
        except FileNotFoundError:
            raise Http404 from None
        log.write("batch.download", by=request.user, at=clock.now(), about=batch)
        answer = FileResponse(io.BytesIO(content), as_attachment=True, filename=f"{batch.uid}.xlsx", content_type=XLSX)
        answer["Cache-Control"] = "private, no-store"
        return answer


def own(request: Request, kind: str, uid: uuid.UUID) -> ImportBatch:
    """The batch this person works with; another organisation's does not exist for them."""
    batches = ImportBatch.objects.visible_to(request.user).filter(kind=kind, uid=uid)
    batch = batches.select_related("organisation", "item_version__item", "uploaded_by").first()
    if batch is None:
        raise Http404
    return batch


def address(batch: ImportBatch) -> str:
    return reverse("api:intake-batch", args=[batch.kind, batch.uid])


def of_batch(batch: ImportBatch) -> dict[str, Any]:
    """How far it is, and the first of the rows somebody has to look at."""
    return {
        "uid": str(batch.uid),
        "kind": batch.kind,
        "state": batch.state,
        "state_label": batch.get_state_display(),
        "is_backfill": batch.is_backfill,
        "refusal": batch.refusal or None,
        "progress": {"done": batch.rows_done, "expected": batch.rows_expected} if batch.is_at_work else None,
        "counts": {
            "read": batch.rows_read, "new": batch.rows_new, "wrong": batch.rows_wrong, "held": batch.rows_held,
            "same": batch.rows_same, "changed": batch.rows_changed, "unmarked": batch.rows_unmarked,
            "stored": batch.rows_stored,
        },
        "remarks": batch.remarks,
        "repairs": batch.repairs,
        "rows": [
            {"number": row.number, "verdict": row.verdict, "problems": row.problems, "is_accepted": row.is_accepted}
            for row in batch.rows.all()[:ROWS_NAMED]
        ],
        "workbook": f"{address(batch)}workbook/" if batch.returned_as else None,
    }  # fmt: skip


def _asked(request: Request) -> tuple[dict[str, str], Any]:
    given, sent = request.POST, request.FILES
    errors = {name: ["没有此字段"] for name in {*given, *sent} - _FIELDS - {"file"}}
    for name in _FIELDS & {*given}:
        if len(given.getlist(name)) > 1:
            errors[name] = ["只能填写一次"]
    for name in ("backfill", "commit"):
        if given.get(name, "false") not in ("true", "false"):
            errors[name] = ["须为 true 或 false"]
    if len(sent.getlist("file")) != 1:
        errors["file"] = ["请放入一个文件"]
    if errors:
        raise Refusal(400, "请求内容有误，请按字段提示修改。", errors)
    return given.dict(), sent["file"]


def _asked_act(request: Request) -> tuple[deciding.Act, str]:
    values = request.data
    if not isinstance(values, dict):
        raise Refusal(400, "请求内容须为一个 JSON 对象")
    errors = {name: ["没有此字段，或此字段不可写"] for name in values if name not in ("act", "reason")}
    act, reason = values.get("act"), values.get("reason", "")
    if act not in deciding.Act.values:
        errors["act"] = [f"可选：{'、'.join(deciding.Act.values)}"]
    if not isinstance(reason, str) or len(reason) > 500:
        errors["reason"] = ["须为500字以内的文字"]
    if errors:
        raise Refusal(400, "请求内容有误，请按字段提示修改。", errors)
    return deciding.Act(act), reason
