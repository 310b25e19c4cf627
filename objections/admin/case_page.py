"""The page of one case: what was filed, where it stands, what may be done, everything that happened."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from objections import contacts, progress, restoring, situations, workflow
from objections.admin import acts, frame
from objections.models import Case, EvidenceState, RecallTask
from objections.statuses import CaseAction, Procedure
from registry import clock
from registry.admin import words
from registry.admin.reasons import ReasonField
from registry.audit import trace
from registry.audit.models import AuditLog
from registry.papers.serving import attachment

if TYPE_CHECKING:
    from objections.admin.cases import CaseAdmin

from django import forms

TOLD = {"name": "姓名", "representative": "代理人", "id_last4": "证件号码后四位", "phone": "电话", "email": "电子邮箱", "address": "通信地址"}  # fmt: skip


class WhyForm(forms.Form):
    """Why contact data are opened."""

    reason = ReasonField(label="查看理由", max_length=200, error_messages={"required": "请写明查看理由（不少于4个字）"})


class ClarifyForm(forms.Form):
    """What is said in public of a record that was wrong."""

    text = ReasonField(label="澄清内容", max_length=1000)


def show(admin: CaseAdmin, request: HttpRequest, case: Case, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page of the case as it stands now."""
    on, user = clock.today(), request.user
    events = situations.history(case)
    limits = situations.running(case, events)
    offered = workflow.available(case, to=user, on=on)
    restoration = getattr(case, "restoration", None)
    tasks = RecallTask.objects.filter(restoration=case.pk).select_related("organisation", "done_by")
    waiting = set(RecallTask.objects.waiting().filter(restoration=case.pk).values_list("pk", flat=True))
    said = {
        "case": case,
        "original": case,
        "on": on,
        "who": contacts.masked(case),
        "stages": progress.stages(case, events, limits),
        "limits": limits,
        "lines": list(_lines(case)),
        "forms": [acts.form_of(case, action) for action in offered if action not in acts.ELSEWHERE],
        "may_draft": CaseAction.DRAFT in offered,
        "labels": {action.value: action.label for action in CaseAction},
        "files": list(case.evidence.order_by("pk")),
        "letters": list(case.letters.select_related("issued_by")),
        "hours": list(case.service_hours.select_related("programme", "confirmed_by")),
        "restoration": restoration,
        "recalls": [(task, task.pk in waiting) for task in tasks],
        "may_clarify": _may_clarify(case, request),
        "may_reveal": user.has_perm("objections.reveal_contact"),
        "events": list(case.events.select_related("by").order_by("-seq")),
        "opened": list(case.contact_accesses.select_related("by")[:20]),
        "refusals": _refusals(case),
        "siblings": _siblings(case, request),
        **more,
    }
    return frame.page(
        admin, request, "case/detail", f"{case.get_procedure_display()} {case.number}", said, status=status
    )


def _lines(case: Case) -> Any:
    """What was asked, in the words of the form."""
    detail = case.detail
    for field in detail._meta.fields:
        value = getattr(detail, f"get_{field.name}_display", lambda field=field: getattr(detail, field.name))()
        if field.name not in ("case", "field_name") and value not in (None, ""):
            yield field.verbose_name, {True: "是", False: "否"}.get(value, value)
    if case.procedure == Procedure.OBJECTION and detail.field_name:
        spec = case.record.specification
        yield "有误的栏目", spec[detail.field_name].label if detail.field_name in spec else detail.field_name


def _may_clarify(case: Case, request: HttpRequest) -> bool:
    if case.procedure != Procedure.OBJECTION or not request.user.has_perm("objections.oversee_case"):
        return False
    restoration = getattr(case, "restoration", None)
    return restoration is not None and restoration.clarified_at is None and bool(case.objection.wants_clarification)


def _refusals(case: Case) -> list[tuple[AuditLog, str]]:
    """Attempts that were refused: who tried what, and why not."""
    lines = AuditLog.objects.filter(object_type=case._meta.label_lower, object_key=str(case.pk), succeeded=False)
    return [(line, words.act(line.action)) for line in lines.select_related("by")[:20]]


def _siblings(case: Case, request: HttpRequest) -> list[Case]:
    """Other cases about the same record that this person may know of."""
    if case.record_id is None:
        return []
    about = Case.objects.visible_to(request.user).filter(record=case.record_id).exclude(pk=case.pk)
    return list(about.order_by("-pk")[:10])


def act(admin: CaseAdmin, request: HttpRequest, case: Case) -> HttpResponse:
    """POST one step of the rule book; a stale page is answered 409, a forbidden step 403, each with its reason."""
    action = next((one for one in CaseAction if f"{one.value}-action" in request.POST), None)
    if action is None or action in acts.ELSEWHERE:
        return _again(admin, request, case, "请从页面上的按钮中选择要办理的事项")
    try:
        form = acts.form_of(case, action, request.POST)
    except KeyError:
        return _again(admin, request, case, f"{case.get_procedure_display()}没有“{action.label}”这一步", status=409)
    if not form.is_valid():
        why = "；".join(
            f"{form.fields[name].label}：{said[0]}" for name, said in form.errors.items() if name in form.fields
        )
        return _again(admin, request, case, why or "填写有误")
    said = form.cleaned_data

    def take() -> str:
        event = workflow.move(
            case, action, by=request.user, at=clock.now(), text=said["text"], remark=said["remark"],
            decision=form.decision(), expecting=said["expecting"],
        )  # fmt: skip
        return f"已办理：{event.get_action_display()}（现为“{case.get_status_display()}”）"

    status = frame.attempt(request, f"case.{action.value}", case, take)
    if status == 200:
        return redirect(reverse("admin:objections_case_change", args=[case.pk]))
    return show(admin, request, admin.get_object(request, str(case.pk)), status=status)


def _again(admin: CaseAdmin, request: HttpRequest, case: Case, why: str, *, status: int = 400) -> HttpResponse:
    messages.error(request, why)
    return show(admin, request, case, status=status)


def reveal(admin: CaseAdmin, request: HttpRequest, case: Case) -> HttpResponse:
    """POST the reason; the data stand in the answer and nowhere else."""
    form = WhyForm(request.POST)
    if not form.is_valid():
        return _again(admin, request, case, "；".join(form.errors["reason"]))
    try:
        opened = contacts.reveal(
            case, by=request.user, at=clock.now(), reason=form.cleaned_data["reason"], address=trace.address_of(request)
        )
    except PermissionDenied as refusal:
        return _again(admin, request, case, str(refusal), status=403)
    except ValidationError as refusal:
        return _again(admin, request, case, "；".join(refusal.messages))
    said = {"case": case, "original": case, "opened": [(TOLD[name], opened.get(name) or "—") for name in TOLD if name in opened]}  # fmt: skip
    answer = frame.page(admin, request, "case/contact", f"联系信息 {case.number}", said)
    answer.headers["Cache-Control"] = "no-store, private"
    return answer


def clarify(admin: CaseAdmin, request: HttpRequest, case: Case) -> HttpResponse:
    """POST the words of a public clarification."""
    form = ClarifyForm(request.POST)
    if not form.is_valid():
        return _again(admin, request, case, "；".join(form.errors["text"]))

    def publish() -> str:
        restoring.clarify(case, by=request.user, at=clock.now(), text=form.cleaned_data["text"])
        return "澄清公告已发布"

    status = frame.attempt(request, "case.clarify", case, publish)
    if status == 200:
        return redirect(reverse("admin:objections_case_change", args=[case.pk]))
    return show(admin, request, admin.get_object(request, str(case.pk)), status=status)


def evidence(admin: CaseAdmin, request: HttpRequest, case: Case, *, uid: uuid.UUID) -> HttpResponse:
    """A file of this case for who handles it: to be saved, never shown; nothing that has not been found clean."""
    if not request.user.has_perm("objections.reveal_contact"):
        raise PermissionDenied("您的角色不能下载申请人的材料")
    found = case.evidence.filter(uid=uid).first()
    if found is None:
        raise Http404
    if found.state != EvidenceState.CLEAN:
        return _again(admin, request, case, f"该文件{found.get_state_display()}，不能下载", status=409)
    trace.write(request, "case.evidence", about=case, file=str(found.uid))
    return attachment(found)
