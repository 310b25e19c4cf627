"""The joint check by machine. A body's key may ask; what is decided upon a hit is decided by a named person."""

from __future__ import annotations

import re
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from measures import check_files, checking, deciding
from measures.api import answers
from measures.api.shapes import ASKED, CHECK, DECISIONS, FEEDBACK, FILE
from measures.check_files import Parties
from measures.checking import Answer, Asker
from measures.models import ApplicationMatter, CheckHit, JointCheck, Measure
from registry import clock
from registry.api import asking
from registry.api.authentication import SHARES_GOVERNMENT_DATA
from registry.api.door import ApiView
from registry.api.intake import MULTIPART, WorkbookParser, refuse_unreadable_form
from registry.api.parsers import StrictJSONParser, read, refuse_unreadable
from registry.api.problems import Refusal
from registry.directory.api_keys import ApiKey
from registry.directory.organisations import Organisation, OrganisationKind
from registry.identifiers import judge
from registry.identifiers.verdict import Scheme
from registry.intake.errors import Refused
from registry.prepared import Prepared, instance

LARGEST = 4 * 1_048_576  # bytes: 100,000 codes with quotes and commas take half of it
LONGEST_CODE = 100
_TAGS = ["联合奖惩"]
_WRONG = "请求内容有误，请按字段提示修改。"
_ONE_OF = ("code", "codes", "consortia", "person")


_COLUMNS = [field.attname for field in ApplicationMatter._meta.concrete_fields]
_MATTER = Prepared(
    lambda *, body, name: ApplicationMatter.objects.filter(organisation=body, name=name, is_active=True).values(
        *_COLUMNS
    )
)


class Checks(BasePermission):
    """Staff who check, and the keys of bodies that share government data or lend and insure."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not hasattr(view, request.method.lower()):
            return True  # whoever asks: there is no such method here
        body = body_of(request)
        if body is None:
            return False
        if body.kind not in SHARES_GOVERNMENT_DATA and body.kind != OrganisationKind.FINANCE:
            raise Refusal(403, "联合奖惩查询只供行政机关、司法机关等单位和金融机构使用")
        return isinstance(request.auth, ApiKey) or request.user.has_perm("measures.add_jointcheck")


class Decides(Checks):
    """A person of such a body who is logged in: no key decides."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if isinstance(request.auth, ApiKey) and hasattr(view, request.method.lower()):
            raise Refusal(403, "接口密钥不能作出决定，请本人登录后办理")
        return super().has_permission(request, view) and (
            request.user.has_perm("measures.change_checkhit") or not hasattr(view, request.method.lower())
        )


def body_of(request: Request) -> Organisation | None:
    if isinstance(request.auth, ApiKey):
        return request.auth.organisation
    return request.user.organisation if request.user.is_authenticated else None


class LargeJSONParser(StrictJSONParser):
    """The same strict reading, of more codes than fit into an ordinary request."""

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        return read(stream.read(LARGEST + 1), largest=LARGEST)


def refuse_larger(headers: Mapping[str, Any]) -> None:
    refuse_unreadable(headers, largest=LARGEST)


class JointChecks(ApiView):
    """联合奖惩查询：办理事项前查询主体有无严重失信信息、应采取哪些措施；命中的须反馈决定。"""

    permission_classes = (Checks,)
    parser_classes = (LargeJSONParser,)
    refuse_unreadable = staticmethod(refuse_larger)

    @extend_schema(
        operation_id="joint-check", summary="查询一个或多个主体", tags=_TAGS, request=ASKED, responses={201: CHECK}
    )
    def post(self, request: Request) -> Response:
        asking.once(request.query_params, ())
        values = _object(request, ("matter", *_ONE_OF))
        given = [name for name in _ONE_OF if name in values]
        if len(given) != 1:
            raise Refusal(400, _WRONG, {"code": ["code、codes、consortia、person 须填写其中一项"]})
        asker = asker_of(request, values.get("matter"))
        if given == ["person"]:
            answer = checking.check_person(*_person(values["person"]), asker)
        elif given == ["consortia"]:
            parties = _consortia(values["consortia"])
            answer = checking.check_codes(parties.codes, asker, parties.consortia)
        else:
            answer = checking.check_codes(_codes(values, given[0]), asker)
        return _answered(answer, asker)


class JointCheckFiles(ApiView):
    """按工作簿或CSV批量查询，最多100000个代码。"""

    permission_classes = (Checks,)
    parser_classes = (WorkbookParser,)
    refuse_unreadable = staticmethod(refuse_unreadable_form)

    @extend_schema(
        operation_id="joint-check-file", summary="按文件批量查询", tags=_TAGS, request={MULTIPART: FILE},
        responses={201: CHECK},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        asking.once(request.query_params, ())
        files = request.FILES.getlist("file")
        if len(files) != 1 or set(request.POST) - {"matter"} or set(request.FILES) - {"file"}:
            raise Refusal(400, _WRONG, {"file": ["请放入一个文件，并填写 matter"]})
        asker = asker_of(request, request.POST.get("matter"))
        try:
            parties = parties_of(files[0])
        except Refused as refusal:
            raise Refusal(400, refusal.message, {"file": [refusal.message]}) from None
        return _answered(checking.check_codes(parties.codes, asker, parties.consortia), asker)


class JointCheckDetail(ApiView):
    """一次查询及其命中的信息、尚未作出的决定。"""

    permission_classes = (Checks,)

    @extend_schema(operation_id="joint-check-read", summary="查看一次查询", tags=_TAGS, responses={200: CHECK})
    def get(self, request: Request, number: str) -> Response:
        asking.once(request.query_params, ())
        check = own(request, number)
        return Response(answers.of_check(check, hits_of(check), is_finance=_is_finance(check.organisation)))


class JointCheckDecisions(ApiView):
    """对命中的信息作出决定：不予、从严，或者说明理由后放行。"""

    permission_classes = (Decides,)

    @extend_schema(
        operation_id="joint-check-decide", summary="反馈决定", tags=_TAGS, request=DECISIONS, responses={201: CHECK}
    )
    def post(self, request: Request, number: str) -> Response:
        asking.once(request.query_params, ())
        values = _object(request, ("entry", "decision", "reason"))
        check = own(request, number)
        reason = _words(values, "reason")
        for hit in _met(check, values.get("entry")):
            with refusing():
                deciding.decide(hit, str(values.get("decision")), reason, by=request.user, at=clock.now())
        said = answers.of_check(check, hits_of(check), is_finance=_is_finance(check.organisation))
        return Response(said, status=201)


class JointCheckFeedback(ApiView):
    """金融机构反馈采取的推荐性措施和幅度。"""

    permission_classes = (Decides,)

    @extend_schema(
        operation_id="joint-check-feedback",
        summary="金融机构反馈",
        tags=_TAGS,
        request=FEEDBACK,
        responses={201: CHECK},
    )
    def post(self, request: Request, number: str) -> Response:
        asking.once(request.query_params, ())
        values = _object(request, ("entry", "measure", "way", "size", "note"))
        check = own(request, number)
        measure = Measure.objects.filter(pk=str(values.get("measure"))[:4]).first()
        if measure is None:
            raise Refusal(400, _WRONG, {"measure": ["没有这项措施"]})
        for hit in _met(check, values.get("entry")):
            with refusing():
                deciding.answer_as_finance(
                    hit, measure, str(values.get("way")), size=_size(values), note=_words(values, "note"),
                    by=request.user, at=clock.now(),
                )  # fmt: skip
        said = answers.of_check(check, hits_of(check), is_finance=_is_finance(check.organisation))
        return Response(said, status=201)


@contextmanager
def refusing() -> Iterator[None]:
    """Turns what a form would show beside its fields into a problem of the API."""
    try:
        yield
    except ValidationError as wrong:
        raise Refusal(400, _WRONG, wrong.message_dict) from None


def asker_of(request: Request, matter: Any) -> Asker:
    """Who asks in which of the matters of his body; a matter in free words is refused."""
    body, now = body_of(request), clock.now()
    assert body is not None
    rows = _MATTER.ask(body=body.pk, name=matter) if isinstance(matter, str) and len(matter) <= 60 else []
    if not rows:
        known = ApplicationMatter.objects.filter(organisation=body, is_active=True).order_by("name")
        words = "、".join(known.values_list("name", flat=True)[:20]) or "本单位尚未登记应用事项，请先在工作台登记"
        raise Refusal(400, "事项须为本单位已登记的应用事项", {"matter": [f"可选：{words}"]})
    key = request.auth.prefix if isinstance(request.auth, ApiKey) else ""
    by = request.user if request.user.is_authenticated else None
    chosen = instance(ApplicationMatter, rows[0])
    chosen.organisation = body
    return Asker(
        organisation=body, matter=chosen, at=now, today=clock.day_of(now), by=by, key_prefix=key
    )  # fmt: skip


def parties_of(upload: Any) -> Parties:
    """Whom an uploaded file asks about, read from a file that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "codes"
        with path.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        return check_files.parties_in(path)


def own(request: Request, number: str) -> JointCheck:
    """The check of the asker's own body; another body's does not exist."""
    checks = JointCheck.objects.filter(organisation=body_of(request), number=number)
    check = checks.select_related("organisation", "matter").first()
    if check is None:
        raise Http404
    return check


def hits_of(check: JointCheck) -> list[CheckHit]:
    return list(check.hits.select_related("record__organisation", "record__subject").order_by("pk"))


def _answered(answer: Answer, asker: Asker) -> Response:
    response = Response(answers.of_answer(answer, is_finance=asker.is_finance), status=201)
    response["Cache-Control"] = "private, no-store"
    return response


def _is_finance(body: Organisation) -> bool:
    return body.kind == OrganisationKind.FINANCE


def _object(request: Request, known: tuple[str, ...]) -> dict[str, Any]:
    values = request.data
    if not isinstance(values, dict):
        raise Refusal(400, "请求内容须为一个 JSON 对象")
    if unknown := {name: ["没有此字段"] for name in values if name not in known}:
        raise Refusal(400, _WRONG, unknown)
    return values


def _codes(values: dict[str, Any], name: str) -> list[str]:
    given = values[name] if name == "codes" else [values[name]]
    if not isinstance(given, list) or not given or not all(isinstance(code, str) for code in given):
        raise Refusal(400, _WRONG, {name: ["须为代码（文本）" if name == "code" else "须为代码的列表，至少一个"]})
    if len(given) > checking.MOST:
        raise Refusal(400, _WRONG, {name: [f"一次最多查询{checking.MOST}个代码"]})
    if any(len(code) > LONGEST_CODE for code in given):
        raise Refusal(400, _WRONG, {name: [f"一个代码最多{LONGEST_CODE}个字符"]})
    if name == "code" and judge(given[0], on=clock.today()).scheme is Scheme.RESIDENT_ID:
        raise Refusal(400, _WRONG, {name: ["请勿在此填写身份证号码；查询自然人请用 person，填写姓名和证件号码"]})
    return given


def _consortia(given: Any) -> Parties:
    """Bidders that bid together, by the name of their consortium."""
    wrong = {"consortia": [f"须为联合体名称（1至{checking.LONGEST_CONSORTIUM}个字）及其成员代码的列表"]}
    if not isinstance(given, dict) or not given:
        raise Refusal(400, _WRONG, wrong)
    parties = Parties()
    for name, codes in given.items():
        if not name.strip() or (why := check_files.wrong_consortium(name)):
            raise Refusal(400, _WRONG, {"consortia": [why]} if name.strip() else wrong)
        members = _codes({"codes": codes}, "codes")
        parties.codes.extend(members)
        parties.consortia.extend([name] * len(members))
    _codes({"codes": parties.codes}, "codes")
    return parties


def _person(given: Any) -> tuple[str, str]:
    if not isinstance(given, dict) or set(given) != {"name", "number"}:
        raise Refusal(400, _WRONG, {"person": ["须有 name（姓名）和 number（证件号码）两项"]})
    name, number = given["name"], given["number"]
    if not isinstance(name, str) or not 0 < len(name.strip()) <= 50:
        raise Refusal(400, _WRONG, {"person": ["name：姓名必填，最多50个字"]})
    if not isinstance(number, str) or not re.fullmatch(r"[0-9A-Za-z（）()\-\s]{4,30}", number.strip()):
        raise Refusal(400, _WRONG, {"person": ["number：证件号码必填，4至30位字母和数字"]})
    return name, number


def _met(check: JointCheck, entry: Any) -> list[CheckHit]:
    try:
        uid = uuid.UUID(str(entry))
    except ValueError:
        raise Refusal(400, _WRONG, {"entry": ["须为命中信息的编号 uid"]}) from None
    found = list(check.hits.filter(record__uid=uid))
    if not found:
        raise Refusal(400, _WRONG, {"entry": ["不是本次查询命中的信息"]})
    return found


def _words(values: dict[str, Any], name: str) -> str:
    text = values.get(name, "")
    if not isinstance(text, str):
        raise Refusal(400, _WRONG, {name: ["须为文字"]})
    return text


def _size(values: dict[str, Any]) -> Decimal | None:
    given = values.get("size")
    if given is None:
        return None
    try:
        size = Decimal(str(given))
        if isinstance(given, bool) or not size.is_finite():
            raise InvalidOperation
        return size.quantize(Decimal("0.01"))
    except InvalidOperation:
        raise Refusal(400, _WRONG, {"size": ["须为数字，单位为百分点"]}) from None
