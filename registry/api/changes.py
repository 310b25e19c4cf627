"""The feed of changes: a copy of what is open can be kept, and forgets when the law does (三（一） 信用信息共享)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from rest_framework.request import Request
from rest_framework.response import Response

from registry import clock
from registry.api import answers, asking
from registry.api.answers import OF_CONTENTS, OF_RECORD
from registry.api.authentication import audience_of, organisation_of
from registry.api.door import ApiView
from registry.api.problems import Refusal
from registry.reading import changes, feed_readers

Value = TypeVar("Value")

PARAMETERS = ("since", "kind", "page_size")


class Changes(ApiView):
    """公开信息变更流。不填 since 从头读取，以后每次填上一次返回的 cursor；more 为 false 即已读到最新。

    added、changed：以 record 覆盖本地同一 uid 的内容；removed：删除本地的该条，不再公开和使用。同一记录多次变更的，
    只给出最后一次。持单位密钥可读政务共享的记录；信息有误被撤销或更正的，向读取过的单位下达纠错任务。期满的信息在当日零时后十五分钟内给出 removed，
    也可按 public_until 自行停用。
    """

    def get(self, request: Request) -> Response:
        query = request.query_params
        asking.once(query, PARAMETERS)
        _, size = asking.paging(query)
        audience = audience_of(request)
        kind = _given("kind", changes.kind_of, query.get("kind", ""))
        text = query.get("since", "")
        place = (
            _given("since", lambda given: changes.place(given, audience, kind), text)
            if text
            else changes.beginning(audience, kind)
        )
        step = changes.after(place, on=clock.today(), most=size, columns=(*OF_RECORD, *OF_CONTENTS))
        if (reader := organisation_of(request)) is not None:
            feed_readers.remember(reader, step.place, at=clock.now())
        return Response(answers.of_step(step, next_page=_address(request, step.place.written())))


def _given(name: str, read: Callable[[str], Value], text: str) -> Value:
    try:
        return read(text)
    except changes.Wrong as wrong:
        raise Refusal(400, f"参数 {name} 有误：{wrong}", {name: [str(wrong)]}) from None


def _address(request: Request, cursor: str) -> str:
    query = request.query_params.copy()
    query["since"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
