"""The reading half of the API: codes, subjects, records and the collections of every kind."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import F, QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from registry import clock
from registry.api import answers, asking
from registry.api.answers import OF_CONTENTS, OF_RECORD, OF_SUBJECT, Values
from registry.api.asking import Question
from registry.api.authentication import audience_of
from registry.api.door import ApiView
from registry.api.problems import Refusal
from registry.directory.subjects import Subject
from registry.identifiers.verdict import Scheme, judge
from registry.prepared import Prepared
from registry.reading.codes import look_up
from registry.reading.ended import absence
from registry.reading.lists import capped_count, matching, narrowing
from registry.reading.naming import with_what_opens
from registry.records.kinds import Kind
from registry.records.models import Record
from registry.records.visibility import Audience
from registry.search.find import find


class Code(ApiView):
    """代码核验：对任何字符串给出判断；身份证号既不查询也不回显。"""

    def get(self, request: Request, code: str = "") -> Response:
        asking.once(request.query_params, () if code else ("code",))
        typed = code or request.query_params.get("code", "")
        if not typed.strip():
            raise Refusal(400, "请填写要核验的代码", {"code": ["必填"]})
        return Response(_verdict(typed, on=clock.today()))


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
        on, audience = clock.today(), audience_of(request)
        question = asking.question(request.query_params, on=on, kind=self.kind)
        found = _found(question, audience, on=on)
        more = found.rows and question.page * question.page_size < found.total
        return Response(
            answers.page(
                answers.rows(with_what_opens(found.rows)),
                total=found.total,
                capped=found.capped,
                next_page=_address(request, question.page + 1) if more else None,
                notice=found.notice,
            )
        )


class RecordDetail(ApiView):
    """一条信用记录的现行内容；提供单位的工作人员也可查看本单位未公示的记录及其办理情况。"""

    kind: Kind | None = None

    def get(self, request: Request, uid: uuid.UUID) -> Response:
        asking.once(request.query_params, ())
        on = clock.today()
        record = self._shown(uid, audience_of(request), on=on)
        if record is not None:
            return Response(answers.of_record(record))
        if request.user.is_authenticated and (own := self._own(request, uid)) is not None:
            return Response(answers.of_work(own))
        gone = absence(uid, on=on)
        raise Refusal(410, gone.message) if gone.status == 410 else Http404

    def _shown(self, uid: uuid.UUID, audience: Audience, *, on: date) -> Values | None:
        records = Record.objects.visible(to=audience, on=on).filter(**self._wanted(uid))
        said = records.filter(editions__edition=F("edition")).values(*OF_RECORD, *OF_CONTENTS)
        return next(iter(said), None)

    def _own(self, request: Request, uid: uuid.UUID) -> Record | None:
        records = Record.objects.visible_to(request.user).filter(**self._wanted(uid))
        return records.select_related("subject__person", "organisation", "item_version__item").first()

    def _wanted(self, uid: uuid.UUID) -> dict[str, object]:
        return {"uid": uid} if self.kind is None else {"uid": uid, "kind": self.kind.code}


@dataclass(frozen=True)
class Rows:
    """One page of records, newest decision first."""

    rows: Sequence[Values]
    total: int
    capped: bool
    notice: str = ""


_bearer = Prepared(lambda code: Subject.objects.public().filter(uscc=code).values(*OF_SUBJECT), by_key=True)


def _verdict(typed: str, *, on: date) -> Values:
    verdict = judge(typed, on=on)
    if verdict.valid and verdict.scheme is Scheme.USCC:  # nearly all that is asked: one row, by its unique code
        subject = next(iter(_bearer.ask(code=verdict.code)), None)
        if subject is not None:
            return answers.of_code(verdict, subject)
    found = look_up(typed, on=on)
    bearer = None if found.subject is None else {name: getattr(found.subject, name) for name in OF_SUBJECT}
    return answers.of_code(found.verdict, bearer)


def _found(question: Question, audience: Audience, *, on: date) -> Rows:
    """Names are found among what is public; the rest is browsed among what the audience may see."""
    asked = question.asked
    shown = Record.objects.visible(to=audience, on=on)
    if not asked.q:
        return _browsed(shown, question)
    if question.more is not None or asked.since or asked.until:
        ids, notice = matching(question.kind, asked, on=on)
        return replace(_browsed(shown.filter(pk__in=ids), question), notice=notice)
    found = find(asked.q, on=on, page=question.page, per_page=question.page_size, **narrowing(question.kind, asked))
    by_key = {row["pk"]: row for row in shown.filter(pk__in=found.record_ids).values(*OF_RECORD)}
    rows = [by_key[key] for key in found.record_ids if key in by_key]
    return Rows(rows, found.total, found.capped, found.notice)


def _browsed(shown: QuerySet[Record], question: Question) -> Rows:
    """The page by day of decision; its keys are chosen in the index alone, and only then their rows are read."""
    if question.kind is not None:
        shown = shown.filter(kind=question.kind.code)
    if question.more is not None:
        shown = shown.filter(question.more)
    shown = question.asked.narrow(shown)
    start = (question.page - 1) * question.page_size
    keys = shown.order_by("-decided_on", "-pk").values("pk")[start : start + question.page_size]
    rows = Record.objects.filter(pk__in=keys).values(*OF_RECORD)
    newest_first = sorted(rows, key=lambda row: (row["decided_on"], row["pk"]), reverse=True)
    return Rows(newest_first, *capped_count(shown))


def _address(request: Request, number: int) -> str:
    query = request.query_params.copy()
    query["page"] = str(number)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
