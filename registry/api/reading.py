"""The reading half of the API: codes, subjects, records and the collections of every kind."""

from __future__ import annotations

import uuid
from datetime import date

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from registry import clock
from registry.api import answers, asking
from registry.api.asking import Question
from registry.api.authentication import audience_of
from registry.api.door import ApiView
from registry.api.problems import Refusal
from registry.reading.addresses import for_lines
from registry.reading.codes import look_up
from registry.reading.ended import absence
from registry.reading.lists import Slice, page_of
from registry.records.kinds import Kind
from registry.records.models import Record
from registry.records.visibility import Audience
from registry.search.listing import browse


class Code(ApiView):
    """代码核验：对任何字符串给出判断；身份证号既不查询也不回显。"""

    def get(self, request: Request, code: str = "") -> Response:
        asking.once(request.query_params, () if code else ("code",))
        typed = code or request.query_params.get("code", "")
        if not typed.strip():
            raise Refusal(400, "请填写要核验的代码", {"code": ["必填"]})
        return Response(answers.of_code(look_up(typed, on=clock.today())))


class SubjectDetail(ApiView):
    """信用主体：统一社会信用代码或原有号码均可。"""

    def get(self, request: Request, code: str) -> Response:
        asking.once(request.query_params, ())
        on = clock.today()
        found = look_up(code, on=on)
        if found.subject is None:
            raise Http404
        return Response(answers.of_subject(found.subject, on=on))


class Records(ApiView):
    """信用记录列表。持单位密钥可见政务共享的记录；检索（q）只在社会公开的记录中进行。"""

    kind: Kind | None = None

    def get(self, request: Request) -> Response:
        on = clock.today()
        question = asking.question(request.query_params, on=on, kind=self.kind)
        found = _found(question, audience_of(request), on=on)
        more = question.page * question.page_size < found.total
        following = _address(request, question.page + 1) if more and found.records else None
        rows = [answers.row(record) for record in found.records]
        return Response(
            answers.page(rows, total=found.total, capped=found.capped, next_page=following, notice=found.notice)
        )


class RecordDetail(ApiView):
    """一条信用记录的现行内容；提供单位的工作人员也可查看本单位未公示的记录及其办理情况。"""

    kind: Kind | None = None

    def get(self, request: Request, uid: uuid.UUID) -> Response:
        asking.once(request.query_params, ())
        on = clock.today()
        shown = _one(Record.objects.visible(to=audience_of(request), on=on), uid, self.kind)
        if shown is not None:
            return Response(answers.of_record(shown, shown.editions.get(edition=shown.edition)))
        if request.user.is_authenticated:
            own = _one(Record.objects.visible_to(request.user), uid, self.kind)
            if own is not None:
                return Response(answers.of_work(own))
        gone = absence(uid, on=on)
        raise Refusal(410, gone.message) if gone.status == 410 else Http404


def _one(records: answers.Records, uid: uuid.UUID, kind: Kind | None) -> Record | None:
    if kind is not None:
        records = records.filter(kind=kind.code)
    return records.filter(uid=uid).select_related("subject", "organisation", "item_version__item").first()


def _found(question: Question, audience: Audience, *, on: date) -> Slice:
    asked, kind, size = question.asked, question.kind, question.page_size
    if asked.q or audience is Audience.PUBLIC:  # names are found among what is public
        return page_of(kind, asked, on=on, page=question.page, more=question.more, per_page=size)
    shown = asked.narrow(Record.objects.visible(to=audience, on=on))
    if kind is not None:
        shown = shown.filter(kind=kind.code)
    if question.more is not None:
        shown = shown.filter(question.more)
    answer = browse(for_lines(shown), page=question.page, per_page=size)
    return Slice(list(answer.records), answer.total, answer.capped)


def _address(request: Request, number: int) -> str | None:
    query = request.query_params.copy()
    query["page"] = str(number)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
