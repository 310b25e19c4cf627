"""办理进度: opened with number and code, by POST; what the applicant may read and do there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import reverse

from objections import papers, progress, receipts, receiving, situations, tracking, workflow
from objections.filing import doors, journeys, submitting
from objections.filing.fields import WordsField
from objections.filing.questions import ServiceRows
from objections.life import Decision, Party
from objections.models import Case, CaseEvent, Evidence, EvidencePurpose
from objections.numbers import read
from objections.pages.door import STALE, address_of, is_stale, public_form
from objections.statuses import CaseAction, Procedure, RepairWay
from registry import clock
from registry.pages.crumbs import Crumb, Place
from registry.pages.refusing import Refused
from registry.papers import Refused as FileRefused
from registry.papers import types
from registry.reading.presenting import visible
from registry.records.models import Record
from registry.records.workflow import MoveRefused

LONGEST_KEPT = 4000
CLAIMED_AT_ONCE = 3
CLOSED = "页面已过期，请重新输入编号和查询码。"
READ_ONLINE = "申请人在网上查阅"
# What is told of an act; the internal remark never is.
_SAID_ACTS = frozenset(CaseAction) - {CaseAction.HANDLE, CaseAction.DRAFT}


class OpenForm(forms.Form):
    number = forms.CharField(label="编号", max_length=40, error_messages={"required": "编号：必填"})
    code = forms.CharField(
        label="查询码",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "查询码：必填"},
    )


class ActForm(forms.Form):
    """What an applicant sends with an act: some words, perhaps files."""

    text = WordsField(label="说明", required=False, fewest=5)
    purpose = forms.ChoiceField(label="材料类型", required=False, choices=EvidencePurpose.choices)


@public_form
def track(request: HttpRequest, *, at: datetime) -> HttpResponseBase:
    """The form; with number and code the case; with the ticket of an opened case, one act on it."""
    if request.method != "POST":
        known = read(request.GET.get("number", "")) or ""
        return _ask(request, OpenForm(initial={"number": known}))
    if is_stale(request):
        return _stale(request, at)
    if "ticket" in request.POST:
        return _act(request, at)
    form = OpenForm(request.POST)
    if form.is_valid():
        try:
            case = tracking.open_case(**form.cleaned_data, address=address_of(request))
        except tracking.NotFound as reason:
            form.add_error(None, str(reason))
        else:
            return _show(request, case, at)
    return _ask(request, form, status=400)


def _stale(request: HttpRequest, at: datetime) -> HttpResponse:
    """Nothing is done, and nothing that was typed is lost."""
    case = tracking.by_ticket(request.POST.get("ticket", ""))
    if case is None:
        return _ask(request, OpenForm(request.POST if "number" in request.POST else None), notice=STALE, status=403)
    return _show(request, case, at, error=STALE, status=403)


def _ask(request: HttpRequest, form: OpenForm, *, notice: str = "", status: int = 200) -> HttpResponse:
    is_wrong = form.is_bound and not form.is_valid()
    place = Place(
        title="错误：办理进度查询" if is_wrong else "办理进度查询",
        trail=(Crumb("办理进度查询"),),
        column="办理进度查询",
        column_type="互动服务",
        keywords="办理进度,异议,信用修复,投诉举报",
        description="凭编号和查询码查询异议申诉、信用修复、投诉举报的办理进度",
    )
    said = {"place": place, "form": form, "notice": notice, "kept": _typed(request)}
    return render(request, "objections/track.html", said, status=status)


def _typed(request: HttpRequest) -> str:
    """Words typed on a page that has expired since; they come along to the next."""
    return (request.POST.get("text") or request.POST.get("kept") or "")[:LONGEST_KEPT]


def _show(
    request: HttpRequest, case: Case, at: datetime, *, done: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    events = situations.history(case)
    limits = situations.running(case, events)
    letters = list(case.letters.order_by("-number"))
    offered = set(workflow.offered(case))
    context = {
        "place": Place(
            title=f"{case.get_procedure_display()} {case.number}",
            trail=(Crumb("办理进度查询", reverse("objections:track")), Crumb(case.number)),
            is_indexed=False,
        ),
        "case": case,
        "title": visible(case.record.title) if case.record else "",
        "stages": progress.stages(case, events, limits),
        "limits": limits,
        "on": clock.day_of(at),
        "acts": [_line(event) for event in reversed(events) if event.action in _SAID_ACTS],
        "letters": letters,
        "unread": next((letter for letter in letters if letter.delivered_on is None), None),
        "commitment": case.record if _is_shown_commitment(case, at) else None,
        "reply": case.complaint.reply if case.procedure == Procedure.COMPLAINT else "",
        "files": list(case.evidence.order_by("pk")),
        "hours": list(case.service_hours.select_related("programme").order_by("served_on", "pk")),
        "can": {action.value for action in offered},
        "claim": _claim(case, at, _claimed(request, done)) if _may_claim(case, offered) else None,
        "typed": "" if done else _typed(request),
        "ticket": tracking.ticket(case),
        "purposes": journeys.purposes(Procedure(case.procedure), {}),
        "accepted": types.ACCEPTED,
        "done": done,
        "error": error,
    }
    return render(request, "objections/case.html", context, status=status)


def _is_shown_commitment(case: Case, at: datetime) -> bool:
    """Whether the case is a promise that anybody can read now."""
    if case.procedure != Procedure.COMMITMENT or case.record_id is None:
        return False
    return Record.objects.public(on=clock.day_of(at)).filter(pk=case.record_id).exists()


def _line(event: CaseEvent) -> Mapping[str, object]:
    who = {"staff": event.by.organisation if event.by else "", "applicant": "您", "system": "系统"}[event.party]
    return {"at": event.at, "who": who, "what": event.get_action_display(), "text": event.text}


def _act(request: HttpRequest, at: datetime) -> HttpResponseBase:
    case = tracking.by_ticket(request.POST["ticket"])
    if case is None:
        return _ask(request, OpenForm(), notice=CLOSED, status=403)
    wanted = request.POST.get("act", "")
    if wanted in _DOWNLOADS:
        doors.count_page(address_of(request))
        return _DOWNLOADS[wanted](request, case, at)
    if wanted not in _ACTS:
        raise Refused(400, "请从页面上的按钮中选择要办理的事项。")
    doors.count_page(address_of(request))
    form = ActForm(request.POST)
    if not form.is_valid():
        words = "；".join(word for errors in form.errors.values() for word in errors)
        return _show(request, case, at, error=words, status=400)
    try:
        said = _ACTS[wanted](request, case, form, at)
    except (MoveRefused, PermissionDenied) as reason:
        case.refresh_from_db()
        return _show(request, case, at, error=str(reason), status=409)
    except FileRefused as reason:
        return _show(request, case, at, error=str(reason), status=400)
    return _show(request, case, at, done=said)


def _supplement(request: HttpRequest, case: Case, form: ActForm, at: datetime) -> str:
    """Words and files; files go in only with a step that the rule book allows, and all of them or none."""
    offered = workflow.offered(case)
    action = CaseAction.RESUBMIT if CaseAction.RESUBMIT in offered else CaseAction.ADD
    files = request.FILES.getlist("files") if action in offered else []
    purpose = form.cleaned_data["purpose"]
    if files and purpose not in {each.value for each in journeys.purposes(Procedure(case.procedure), {})}:
        raise FileRefused("请选择材料类型")
    received: list[Evidence] = []
    try:
        for uploaded in files:
            received.append(receiving.receive(uploaded, purpose=purpose, at=at, case=case))
        workflow.move(case, action, by=Party.APPLICANT, at=at, text=form.cleaned_data["text"])
    except (FileRefused, MoveRefused, PermissionDenied):
        for evidence in received:
            receiving.give_back(evidence)
        raise
    return f"已{action.label}。"


def _may_claim(case: Case, offered: Collection[CaseAction]) -> bool:
    return CaseAction.ADD in offered and case.procedure == Procedure.REPAIR and case.repair.way == RepairWay.SERVICE


def _claimed(request: HttpRequest, done: str) -> QueryDict | None:
    """The days that were typed and not taken, to be shown with what is wrong."""
    return request.POST if request.POST.get("act") == "hours" and not done else None


def _claim(case: Case, at: datetime, posted: QueryDict | None = None) -> ServiceRows:
    """Some more days of service, asked as on the form."""
    return ServiceRows(posted, today=clock.day_of(at), before={}, rows=CLAIMED_AT_ONCE)


@transaction.atomic
def _claim_hours(request: HttpRequest, case: Case, form: ActForm, at: datetime) -> str:
    """More hours, for the organisers to confirm."""
    asked = _claim(case, at, request.POST)
    if not _may_claim(case, workflow.offered(case)):
        raise MoveRefused("现在不能补报公益服务时长")
    if not asked.is_valid():
        raise MoveRefused("；".join(word for errors in asked.errors.values() for word in errors))
    rows = asked.stored()["rows"]
    workflow.move(case, CaseAction.ADD, by=Party.APPLICANT, at=at, text=f"补报公益服务{len(rows)}次")
    if not submitting.claim_hours(case, rows):
        raise MoveRefused("这些日期的服务已经申报过，没有重复计入")
    return "已补报，待组织单位确认后计入。"


def _withdraw(request: HttpRequest, case: Case, form: ActForm, at: datetime) -> str:
    if request.POST.get("sure") != "yes":
        raise MoveRefused("撤回后本件终止；确要撤回的，请勾选“我确认撤回”")
    workflow.move(case, CaseAction.WITHDRAW, by=Party.APPLICANT, at=at, text=form.cleaned_data["text"])
    return "本件已撤回。"


def _contest(request: HttpRequest, case: Case, form: ActForm, at: datetime) -> str:
    workflow.move(case, CaseAction.CONTEST, by=Party.APPLICANT, at=at, text=form.cleaned_data["text"])
    return "已反映问题未解决，将重新办理。"


def _read_letter(request: HttpRequest, case: Case, form: ActForm, at: datetime) -> str:
    """Opening the letter here delivers it, and is written down."""
    workflow.move(case, CaseAction.DELIVER, by=Party.APPLICANT, at=at, decision=Decision(delivery=READ_ONLINE))
    return "告知书已送达，见下方。"


def _clarification(request: HttpRequest, case: Case, form: ActForm, at: datetime) -> str:
    """Whether the subject wants it said in public that the record was wrong; nothing is published without."""
    if case.procedure != Procedure.OBJECTION:
        raise MoveRefused("只有异议可以选择公开澄清")
    case.objection.wants_clarification = request.POST.get("consent") == "yes"
    case.objection.save(update_fields=["wants_clarification"])
    return "已记录您的选择。"


def _end(request: HttpRequest, case: Case, form: ActForm, at: datetime) -> str:
    if request.POST.get("sure") != "yes":
        raise MoveRefused("终止后不再公示，不能恢复；确要终止的，请勾选“我确认终止”")
    workflow.move(case, CaseAction.END, by=Party.APPLICANT, at=at, text=form.cleaned_data["text"])
    return "承诺已终止，不再公示。"


_ACTS: Mapping[str, Callable[[HttpRequest, Case, ActForm, datetime], str]] = {
    "supplement": _supplement,
    "hours": _claim_hours,
    "withdraw": _withdraw,
    "contest": _contest,
    "read": _read_letter,
    "clarification": _clarification,
    "end": _end,
}


# Downloads


def _letter(request: HttpRequest, case: Case, at: datetime) -> HttpResponse:
    wanted = request.POST.get("letter", "")
    letter = case.letters.filter(number=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 5 else None
    if letter is None or letter.delivered_on is None:
        raise Refused(404, "没有找到这份告知书。")
    return attachment(papers.letter(letter), f"{case.number}-{letter.number}.pdf")


def _receipt(request: HttpRequest, case: Case, at: datetime) -> HttpResponse:
    return receipt_of(request, case, code="")


def receipt_of(request: HttpRequest, case: Case, *, code: str) -> HttpResponse:
    """The receipt as a file; with the code where the page that asks has it."""
    address = request.build_absolute_uri(reverse("objections:verify"))
    made = papers.receipt(case, code=code, verify_url=address, about=_about(case))
    return attachment(made, f"{case.number}.pdf")


def _about(case: Case) -> list[tuple[str, str]]:
    """What the receipt says of the matter; of a complaint only that there was one."""
    if case.procedure == Procedure.COMMITMENT:
        return [
            ("信用主体", case.subject.public_name),
            ("事项", f"信用承诺：{visible(case.pledge.reason)}"),
            ("受理单位", str(case.body)),
        ]
    if case.procedure == Procedure.COMPLAINT or case.record is None:
        return [("事项", "投诉举报（内容见摘要，不在回执上显示）")]
    record = case.record
    return [
        ("信用主体", record.subject.public_name),
        ("信息", f"{record.kind_label}：{visible(record.title)}"),
        ("文书号", record.document_number or "—"),
        ("提供单位", str(record.organisation)),
    ]


_DOWNLOADS: Mapping[str, Callable[[HttpRequest, Case, datetime], HttpResponse]] = {
    "letter": _letter,
    "receipt": _receipt,
}


def attachment(content: bytes, name: str) -> HttpResponse:
    """A file to be saved, never shown in the page."""
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


# Checking a receipt


@public_form
def verify(request: HttpRequest, *, at: datetime) -> HttpResponseBase:
    """Whether a receipt is ours: number and check code, from the paper or from its QR code."""
    asked, seal = request.GET.get("number", ""), request.GET.get("seal", "")
    context = {
        "place": Place(
            title="回执核验",
            trail=(Crumb("办理进度查询", reverse("objections:track")), Crumb("回执核验")),
            column="办理进度查询",
            column_type="互动服务",
            keywords="回执核验,防伪码",
            description="核验异议、修复、投诉举报提交回执的真伪",
        ),
        "number": asked[:40],
        "seal": seal[:40],
        "public_key": receipts.public_key(),
    }
    if asked or seal:
        doors.count_page(address_of(request))
        case = Case.objects.filter(number=read(asked) or "").first()
        context["is_ours"] = case is not None and receipts.is_sealed(case, seal)
        context["case"] = case if context["is_ours"] else None
    return render(request, "objections/verify.html", context)
