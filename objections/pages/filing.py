"""The pages of the three forms: a first page that says what it takes, one question group a page, check, done."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from objections import codes, deadlines, identity, situations
from objections.evidence import Refused as FileRefused
from objections.evidence import receiving, types, vault
from objections.filing import admission, doors, drafts, journeys, submitting
from objections.filing.admission import NotAdmitted
from objections.filing.journeys import CHECK, PAPERS, RECORD, WHO, Journey, Page
from objections.filing.questions import Promise, Question
from objections.identity import Claim, Unidentified
from objections.models import Case, EvidencePurpose, EvidenceState, FilingDraft
from objections.pages.door import STALE, address_of, is_stale, public_form
from objections.pages.track import receipt_of
from objections.statuses import Procedure, RepairWay
from registry import clock
from registry.pages.crumbs import Crumb, Place
from registry.pages.refusing import Refused
from registry.reading.presenting import visible
from registry.records.models import Record

CODE_SHOWN_FOR = timedelta(hours=2)
GONE = "这份填报已过期或网址不完整。未提交的内容保留24小时，请重新开始。"


@dataclass(frozen=True)
class Filing:
    """A form being filled in: its draft, the key in its address, and what has been answered."""

    journey: Journey
    draft: FilingDraft
    key: str
    answers: Mapping[str, Any]

    def url(self, slug: str) -> str:
        return reverse(f"objections:{self.journey.procedure.value}_page", args=[self.key, slug])

    @property
    def done_url(self) -> str:
        return reverse(f"objections:{self.journey.procedure.value}_done", args=[self.key])


# The first page


@public_form
def start(request: HttpRequest, *, procedure: Procedure, at: datetime) -> HttpResponseBase:
    """Who may file, with which papers, how long it takes; and, from the page of a record, whether it may be begun."""
    journey, on = journeys.JOURNEYS[procedure], clock.day_of(at)
    record = _asked_record(request, on=on)
    stale = request.method == "POST" and is_stale(request)
    if request.method == "POST" and not stale:
        many = doors.count_page(address_of(request))
        answers = _first_answers(record, request.POST.get("field", ""))
        is_suspicious = many or doors.looks_mechanical(request.POST)
        key = drafts.begin(procedure, at=at, answers=answers, is_suspicious=is_suspicious)
        first = journey.first_missing(answers)
        return redirect(reverse(f"objections:{procedure.value}_page", args=[key, first]))
    context = {
        "place": _place(journey, journey.title, is_indexed=record is None),
        "journey": journey,
        "start_lead": f"objections/_start_{procedure.value}.html",
        "record": record,
        "title": visible(record.title) if record else "",
        "field": request.GET.get("field", "") or request.POST.get("field", ""),
        "why_not": _why_not(procedure, record, on=on),
        "terms": admission.repair_terms(record, on=on) if record and procedure == Procedure.REPAIR else None,
        "on": on,
        "rules": deadlines.in_force(procedure, on=on),
        "seal": doors.seal(),
        "trap": doors.TRAP,
        "notice": STALE if stale else "",
        "accepted": types.ACCEPTED,
        "limits": settings.EVIDENCE,
    }
    return render(request, "objections/start.html", context, status=403 if stale else 200)


def _asked_record(request: HttpRequest, *, on: date) -> Record | None:
    """The public record the address names; what is not public is found by its number and identity only."""
    asked = request.GET.get("record") or request.POST.get("record")
    if not asked:
        return None
    try:
        uid = uuid.UUID(asked)
    except ValueError:
        raise Refused(404, "没有找到这条信息。网址可能有误，请从信息页面重新进入。") from None
    found = Record.objects.public(on=on).select_related("subject__person", "organisation").filter(uid=uid).first()
    if found is None:
        raise Refused(404, "没有找到这条信息，可能已不再公示。您仍可以不经信息页面，凭决定书文号提出。")
    return found


def _first_answers(record: Record | None, field: str) -> dict[str, Any]:
    if record is None:
        return {}
    known = {item.name for item in record.specification.public()}
    return {RECORD: {"uid": str(record.uid), "field": field if field in known else ""}}


def _why_not(procedure: Procedure, record: Record | None, *, on: date) -> str:
    """Why the form is not even begun: said here, before anybody fills in five pages for nothing."""
    if record is None or procedure == Procedure.COMPLAINT:
        return ""
    try:
        if procedure == Procedure.REPAIR:
            admission.admit_repair(record, way=RepairWay.CORRECTION, on=on)
        else:
            admission.admit_any(record)
    except NotAdmitted as reason:
        return str(reason)
    return ""


# The questions


@public_form
def page(request: HttpRequest, *, procedure: Procedure, key: str, slug: str, at: datetime) -> HttpResponseBase:
    """One page of the form; every POST is kept at once, so nothing is lost when somebody goes away."""
    filing = _open(procedure, key, at)
    if filing.draft.case is not None:
        return redirect(filing.done_url)
    if slug == CHECK:
        return _check(request, filing, at)
    asked = filing.journey.page(slug, filing.answers)
    if asked is None:
        raise Refused(404, GONE)
    if slug == PAPERS:
        return _papers(request, filing, asked, at)
    return _question(request, filing, asked, at)


def _open(procedure: Procedure, key: str, at: datetime) -> Filing:
    draft = drafts.find(procedure, key, at=at)
    if draft is None:
        raise Refused(404, GONE)
    return Filing(journeys.JOURNEYS[procedure], draft, key, draft.answers() if draft.case is None else {})


def _question(request: HttpRequest, filing: Filing, asked: Page, at: datetime) -> HttpResponse:
    form = _form(filing, asked, at, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _show(request, filing, asked, form)
    if is_stale(request):
        return _show(request, filing, asked, form, notice=STALE, status=403)
    _count(request, filing)
    if form.is_valid():
        values = form.stored()
        try:
            values |= _compare(filing, asked, values, request, at)
        except (Unidentified, NotAdmitted) as reason:
            form.add_error(None, str(reason))
        else:
            drafts.answer(filing.draft, asked.slug, values)
            return redirect(filing.url(_next(request, filing, asked, values)))
    return _show(request, filing, asked, form, status=400)


def _form(filing: Filing, asked: Page, at: datetime, posted: MultiValueDict | None) -> Question:
    more: dict[str, Any] = {}
    if asked.slug == "wrong":
        more["columns"] = _columns(filing)
    stored = filing.answers.get(asked.slug, {})
    if asked.slug == "service":
        names = ("programme", "served_on", "hours")
        rows = enumerate(stored.get("rows", []), start=1)
        stored = {f"{name}_{n}": value for n, row in rows for name, value in zip(names, row, strict=True)}
    if asked.slug == "wrong" and not stored:
        stored = {"field_name": filing.answers.get(RECORD, {}).get("field", "")}
    return asked.question(posted, initial=stored, today=clock.day_of(at), before=filing.answers, **more)


def _columns(filing: Filing) -> list[tuple[str, str]]:
    record = submitting.record_of(filing.answers)
    return [(item.name, item.label) for item in record.specification.public()] if record else []


def _compare(
    filing: Filing, asked: Page, values: Mapping[str, Any], request: HttpRequest, at: datetime
) -> dict[str, Any]:
    """What an answer must still agree with beside itself: who somebody is, and whether the rules allow it."""
    answers = {**filing.answers, asked.slug: values}
    if asked.slug == WHO:
        record = submitting.record_of(answers)
        claim = Claim(values["subject_code"], values["name"], values["id_last4"])
        proved = identity.identify(record, claim, on=clock.day_of(at), address=address_of(request))
        admission.admit_any(record)
        return {"is_identified": proved}
    if asked.slug in ("wrong", "repair"):
        record = submitting.record_of(answers)
        if record is None:
            raise Unidentified(identity.NOT_IDENTIFIED)
        if asked.slug == "wrong":
            admission.admit_objection(record, ground=values["ground"], field_name=values["field_name"])
        else:
            admission.admit_repair(record, way=values["way"], on=clock.day_of(at))
    return {}


def _next(request: HttpRequest, filing: Filing, asked: Page, values: Mapping[str, Any]) -> str:
    answers = {**filing.answers, asked.slug: values}
    if request.POST.get("back") == CHECK:
        return filing.journey.first_missing(answers)
    return filing.journey.after(asked.slug, answers)


def _count(request: HttpRequest, filing: Filing) -> None:
    """Somebody who sends very many pages is asked a question at the end."""
    if doors.count_page(address_of(request)) and not filing.draft.is_suspicious:
        _suspect(filing)


def _suspect(filing: Filing) -> None:
    filing.draft.is_suspicious = True
    FilingDraft.objects.filter(pk=filing.draft.pk).update(is_suspicious=True)


def _show(
    request: HttpRequest,
    filing: Filing,
    asked: Page,
    form: Question,
    *,
    notice: str = "",
    status: int = 200,
    template: str = "question",
    **more: Any,
) -> HttpResponse:
    before = filing.journey.before(asked.slug, filing.answers)
    pages = filing.journey.pages(filing.answers)
    context = {
        "place": _place(filing.journey, asked.title, is_wrong=form.is_bound and not form.is_valid()),
        "journey": filing.journey,
        "asked": asked,
        "form": form,
        "back_url": filing.url(before) if before else "",
        "back_to": CHECK if request.GET.get("back") == CHECK or request.POST.get("back") == CHECK else "",
        "number": pages.index(asked) + 1,
        "total": len(pages) + 1,
        "notice": notice,
        **more,
    }
    return render(request, f"objections/{template}.html", context, status=status)


# Papers


def _papers(request: HttpRequest, filing: Filing, asked: Page, at: datetime) -> HttpResponse:
    """Files are taken one batch at a time; the page says what is still missing, and goes on when asked to."""
    wanted = journeys.purposes(filing.journey.procedure, filing.answers)
    form = asked.question(
        request.POST if request.method == "POST" and "upload" in request.POST else None,
        initial={"purpose": wanted[0].value},
        today=clock.day_of(at),
        before=filing.answers,
        purposes=wanted,
    )
    if request.method != "POST":
        return _show_papers(request, filing, asked, form)
    if is_stale(request):
        return _show_papers(request, filing, asked, form, notice=STALE, status=403)
    _count(request, filing)
    if "upload" in request.POST:
        if form.is_valid() and _take_in(request, filing, form, at):
            return redirect(request.get_full_path())
        return _show_papers(request, filing, asked, form, status=400)
    if missing := _missing_papers(filing):
        form = asked.question({}, today=clock.day_of(at), before=filing.answers, purposes=wanted)
        form.full_clean()
        form.errors.clear()
        form.add_error(None, f"还缺少：{'、'.join(purpose.label for purpose in missing)}")
        return _show_papers(request, filing, asked, form, status=400)
    drafts.answer(filing.draft, PAPERS, {})
    return redirect(filing.url(_next(request, filing, asked, {})))


def _take_in(request: HttpRequest, filing: Filing, form: forms.Form, at: datetime) -> bool:
    uploaded = request.FILES.getlist("files")
    if not uploaded:
        form.add_error(None, "请先选择要上传的文件")
    for each in uploaded:
        try:
            receiving.receive(each, purpose=form.cleaned_data["purpose"], at=at, draft=filing.draft)
        except FileRefused as reason:
            form.add_error(None, f"“{visible((each.name or '')[:40])}”：{reason}")
    return form.is_valid()


def _missing_papers(filing: Filing) -> list[EvidencePurpose]:
    held = set(_held(filing).exclude(state=EvidenceState.QUARANTINED).values_list("purpose", flat=True))
    wanted = journeys.required_papers(filing.journey.procedure, filing.answers)
    return [purpose for purpose in wanted if purpose not in held]


def _held(filing: Filing) -> Any:
    return filing.draft.evidence.order_by("pk")


def _show_papers(request: HttpRequest, filing: Filing, asked: Page, form: forms.Form, **more: Any) -> HttpResponse:
    said = {
        "files": list(_held(filing)),
        "missing": _missing_papers(filing),
        "accepted": types.ACCEPTED,
        "limits": settings.EVIDENCE,
        "remove_url": reverse(f"objections:{filing.journey.procedure.value}_remove", args=[filing.key]),
    }
    return _show(request, filing, asked, form, template="papers", **said, **more)


@public_form
def remove(request: HttpRequest, *, procedure: Procedure, key: str, at: datetime) -> HttpResponseBase:
    """Take a file of the draft back."""
    filing = _open(procedure, key, at)
    if request.method == "POST" and filing.draft.case is None and not is_stale(request):
        try:
            wanted = uuid.UUID(request.POST.get("file", ""))
        except ValueError:
            raise Refused(400, "请从材料列表中选择要删除的文件。") from None
        for evidence in _held(filing).filter(uid=wanted):
            evidence.delete()
            vault.destroy(evidence)
    return redirect(filing.url(PAPERS))


# Check and send


def _check(request: HttpRequest, filing: Filing, at: datetime) -> HttpResponse:
    """Everything answered, once more, each with a way back; then the one button that files."""
    missing = filing.journey.first_missing(filing.answers)
    if missing != CHECK:
        return redirect(filing.url(missing))
    form = Promise(request.POST if request.method == "POST" else None, today=clock.day_of(at), before=filing.answers)
    if request.method != "POST":
        return _show_check(request, filing, form, at)
    if is_stale(request):
        return _show_check(request, filing, form, at, notice=STALE, status=403)
    if form.is_valid() and _may_pass(request, filing, form, at):
        try:
            case = submitting.submit(filing.draft, filing.key, at=at)
        except (submitting.Incomplete, NotAdmitted) as reason:
            form.add_error(None, str(reason))
        else:
            if case.filed_at == at:  # and not one that a repetition of this very form has made
                doors.count_filing(address_of(request))
            return redirect(filing.done_url)
    return _show_check(request, filing, form, at, status=400)


def _may_pass(request: HttpRequest, filing: Filing, form: Promise, at: datetime) -> bool:
    """People pass; what looks like a machine answers a question first, and is told so."""
    many = doors.filed_many(address_of(request))
    quick = (at - filing.draft.started_at).total_seconds() < settings.FORMS["quickest"]
    if not (filing.draft.is_suspicious or many or quick):
        return True
    if doors.is_right(request.POST.get("question", ""), form.cleaned_data["answer"]):
        return True
    _suspect(filing)
    form.add_error("answer", "请回答下面的问题后再提交")
    return False


def _show_check(
    request: HttpRequest, filing: Filing, form: Promise, at: datetime, *, notice: str = "", status: int = 200
) -> HttpResponse:
    question = doors.ask() if filing.draft.is_suspicious else None
    record = submitting.record_of(filing.answers)
    context = {
        "place": _place(filing.journey, "请核对后提交", is_wrong=form.is_bound and not form.is_valid()),
        "journey": filing.journey,
        "form": form,
        "question": question,
        "record": record,
        "title": visible(record.title) if record else "",
        "parts": list(_parts(filing, at)),
        "files": list(_held(filing)),
        "papers_url": filing.url(PAPERS),
        "back_url": filing.url(filing.journey.before(CHECK, filing.answers)),
        "notice": notice,
    }
    return render(request, "objections/check.html", context, status=status)


def _parts(filing: Filing, at: datetime) -> Iterable[tuple[str, str, list[tuple[str, str]]]]:
    """Each page with its address and what was answered on it, in words."""
    for asked in filing.journey.pages(filing.answers):
        if asked.slug != PAPERS:
            form = _form(filing, asked, at, None)
            yield asked.title, f"{filing.url(asked.slug)}?back={CHECK}", _in_words(form)


def _in_words(form: Question) -> list[tuple[str, str]]:
    lines = []
    for name, field in form.fields.items():
        value = form.get_initial_for_field(field, name)
        if isinstance(field, forms.ModelChoiceField):
            value = str(field.queryset.filter(pk=value).first() or "")
        elif isinstance(field, forms.ChoiceField):
            value = str(dict(field.choices).get(value, ""))
        elif name == "id_last4":
            value = "＊＊＊＊（已填写）" if value else ""
        if value not in (None, ""):
            lines.append((field.label, str(value)))
    return lines


# Done


@public_form
def done(request: HttpRequest, *, procedure: Procedure, key: str, at: datetime) -> HttpResponseBase:
    """The number, the code while it is fresh, what happens next and by which working day."""
    filing = _open(procedure, key, at)
    case = filing.draft.case
    if case is None:
        return redirect(filing.url(CHECK))
    context = {
        "place": _place(filing.journey, "提交成功"),
        "journey": filing.journey,
        "case": case,
        "code": codes.grouped(codes.code_of(key)) if is_fresh(case, at) else "",
        "limit": next(iter(situations.running(case, situations.history(case))), None),
        "receipt_url": reverse(f"objections:{procedure.value}_receipt", args=[key]),
    }
    return render(request, "objections/done.html", context)


def is_fresh(case: Case, at: datetime) -> bool:
    """Whether the confirmation may still be looked at again, after a slip or a reload."""
    return at - case.filed_at < CODE_SHOWN_FOR


def _place(journey: Journey, title: str, *, is_wrong: bool = False, is_indexed: bool = False) -> Place:
    return Place(
        title=f"错误：{title}" if is_wrong else title,
        trail=(Crumb(journey.title, reverse(journey.url)), Crumb(title)) if title != journey.title else (Crumb(title),),
        column=journey.title,
        column_type="互动服务",
        keywords=f"{journey.title},信用安康",
        description=f"网上提出{journey.title}，凭编号和查询码查看办理进度",
        is_indexed=is_indexed,
    )


@public_form
def receipt(request: HttpRequest, *, procedure: Procedure, key: str, at: datetime) -> HttpResponseBase:
    """The receipt as a file, with the query code while the confirmation is fresh."""
    doors.count_page(address_of(request))
    case = _open(procedure, key, at).draft.case
    if case is None:
        raise Refused(404, GONE)
    code = codes.grouped(codes.code_of(key)) if is_fresh(case, at) else ""
    return receipt_of(request, case, code=code)
