"""The writing half of the API: a named person drafts, submits, decides and proposes, by the same verbs as the admin."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from registry import clock
from registry.api import answers, asking, repeating
from registry.api.door import ApiView
from registry.api.problems import Refusal
from registry.api.reading import RecordDetail, Records
from registry.directory.api_keys import ApiKey
from registry.records import drafting, editions, workflow
from registry.records.kinds import Kind
from registry.records.models import Record
from registry.records.parsing import Door
from registry.records.reasons import ReasonProblem, clean_reason
from registry.records.statuses import EDITABLE, LIVE, Action
from registry.records.workflow import MoveRefused


class Collection(Records):
    """某一种类的记录：查询公开的，或以本人名义录入草稿。"""

    def post(self, request: Request) -> Response:
        asking.once(request.query_params, ("item",))
        assert self.kind is not None
        answer = repeating.once(request, lambda: _draft(request, self.kind))
        answer["Location"] = f"{request.path}{answer.data['uid']}/"
        return answer


class CollectionItem(RecordDetail):
    """一条记录：查询现行内容；草稿和退回的记录可以修改，从未提交的草稿可以删除。"""

    def put(self, request: Request, uid: uuid.UUID) -> Response:
        asking.once(request.query_params, ())
        return self._revise(request, own(self, request, uid), _values(request))

    def patch(self, request: Request, uid: uuid.UUID) -> Response:
        asking.once(request.query_params, ())
        record = own(self, request, uid)
        return self._revise(request, record, _as_typed(record) | _values(request))

    def delete(self, request: Request, uid: uuid.UUID) -> Response:
        asking.once(request.query_params, ())
        record = own(self, request, uid)
        if record.status not in EDITABLE or record.seq:
            raise _conflict(record, "已提交过的记录不能删除")
        drafting.discard(record, by=request.user, at=clock.now())
        return Response(status=204)

    def _revise(self, request: Request, record: Record, values: dict[str, Any]) -> Response:
        if record.status not in EDITABLE:
            raise _conflict(record, f"{record.get_status_display()}的记录不能直接修改，请用“更正”")
        now = clock.now()
        notices = drafting.revise(record, values, by=request.user, at=now, today=clock.day_of(now), door=Door.API)
        record.refresh_from_db()
        return Response(answers.of_draft(record, notices))


class Moves(ApiView):
    """按规则表推进一条记录；审核决定须由本人登录后作出，密钥只能提交。"""

    kind: Kind | None = None

    def post(self, request: Request, uid: uuid.UUID) -> Response:
        asking.once(request.query_params, ())
        record = own(self, request, uid)
        action, reason, expecting = _asked_move(_values(request))
        if isinstance(request.auth, ApiKey) and action is not Action.SUBMIT:
            raise PermissionDenied("接口密钥不能作出审核决定，请登录后办理")
        try:
            workflow.move(record, action, by=request.user, at=clock.now(), reason=reason, expecting=expecting)
        except MoveRefused as refused:
            record.refresh_from_db()
            raise _conflict(record, str(refused)) from None
        return Response(answers.of_draft(record, []), status=201)


class Corrections(ApiView):
    """对已公示的记录提出更正，由另一人审核；审核通过前仍展示原内容。"""

    kind: Kind | None = None

    def post(self, request: Request, uid: uuid.UUID) -> Response:
        asking.once(request.query_params, ())
        record = own(self, request, uid)
        reason, changes = _asked_correction(_values(request))
        if record.status not in LIVE:
            raise _conflict(record, f"{record.get_status_display()}的记录不能更正")
        now = clock.now()
        drafting.propose_correction(
            record, changes, reason=reason, by=request.user, at=now, today=clock.day_of(now), door=Door.API
        )
        return Response(answers.of_draft(record, []), status=201)


def own(view: ApiView, request: Request, uid: uuid.UUID) -> Record:
    """The record this person works with; another organisation's does not exist for them."""
    records = Record.objects.visible_to(request.user).filter(uid=uid)
    if view.kind is not None:
        records = records.filter(kind=view.kind.code)
    view.about = records.select_related("organisation", "item_version__item", "subject__person").first()
    if view.about is None:
        raise Http404
    return view.about


def _draft(request: Request, kind: Kind) -> tuple[int, dict[str, Any]]:
    now, organisation = clock.now(), request.user.organisation
    if organisation is None:
        raise PermissionDenied("您的账号没有所属单位，不能录入")
    record, notices = drafting.draft(
        kind.code,
        _values(request),
        organisation=organisation,
        by=request.user,
        at=now,
        today=clock.day_of(now),
        door=Door.API,
        item_code=request.query_params.get("item", ""),
    )
    return 201, answers.of_draft(record, notices)


def _as_typed(record: Record) -> dict[str, Any]:
    """The present values as if they had been sent again; what a partial change is laid over."""
    return {item.name: drafting.raw_form(item, editions.read(record, item)) for item in record.specification.typed}


def _conflict(record: Record, why: str) -> Refusal:
    return Refusal(409, why, current={"status": record.status, "seq": record.seq})


def _values(request: Request) -> dict[str, Any]:
    if not isinstance(request.data, dict):
        raise Refusal(400, "请求内容须为一个 JSON 对象")
    return request.data


def _asked_move(values: dict[str, Any]) -> tuple[Action, str, int | None]:
    errors = _unknown(values, "action", "reason", "expecting")
    action, expecting = values.get("action"), values.get("expecting")
    if action not in Action.values:
        errors["action"] = [f"可选：{'、'.join(Action.values)}"]
    reason = _reason(values, errors)
    if expecting is not None and (not isinstance(expecting, int) or isinstance(expecting, bool)):
        errors["expecting"] = ["须为整数"]
    _refuse(errors)
    return Action(action), reason, expecting


def _asked_correction(values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    errors = _unknown(values, "reason", "changes")
    reason, changes = _reason(values, errors), values.get("changes")
    if not isinstance(changes, dict):
        errors["changes"] = ["须为对象，写明字段与新值"]
    _refuse(errors)
    return reason, changes


def _reason(values: dict[str, Any], errors: dict[str, list[str]]) -> str:
    try:
        return clean_reason(values.get("reason", ""))
    except ReasonProblem as problem:
        errors["reason"] = [str(problem)]
        return ""


def _unknown(values: dict[str, Any], *known: str) -> dict[str, list[str]]:
    return {name: ["没有此字段，或此字段不可写"] for name in values if name not in known}


def _refuse(errors: dict[str, list[str]]) -> None:
    if errors:
        raise Refusal(400, "请求内容有误，请按字段提示修改。", errors)
