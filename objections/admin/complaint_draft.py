"""生成黑名单草稿: what a complaint found true becomes a draft of an adverse kind; nothing of the complainant goes along.

The draft passes the one validator and the whole way of its kind; the complaint by itself lists nobody (I15).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from objections import workflow
from objections.admin import frame
from objections.life import Decision
from objections.models import Case
from objections.statuses import CaseAction
from registry import clock
from registry.admin.forms import PREFIX, form_for
from registry.audit import trace
from registry.directory.catalogue import Nature
from registry.records import drafting, kinds
from registry.records.drafting import NotInCatalogue
from registry.records.fields import Specification
from registry.records.kinds import Kind
from registry.records.parsing import Door
from registry.records.validation import Invalid
from registry.records.workflow import MoveRefused

if TYPE_CHECKING:
    from objections.admin.cases import CaseAdmin


def draft(admin: CaseAdmin, request: HttpRequest, case: Case) -> HttpResponse:
    """The entry form of the chosen kind, filled in as far as the complaint knows."""
    if CaseAction.DRAFT not in workflow.available(case, to=request.user, on=clock.today()):
        raise PermissionDenied("只有承办单位的录入员可以在查实后生成记录草稿")
    offered = list(_offered(request))
    kind = next((kind for kind, _ in offered if kind.code == request.GET.get("kind")), None)
    if kind is None:
        said = {"case": case, "original": case, "offered": offered}
        return frame.page(admin, request, "case/choose_kind", f"生成记录草稿 {case.number}", said)
    version = dict((each.code, version) for each, version in offered)[kind.code]
    spec = kind.spec(version)
    form = form_for(kind, spec, request.user.organisation)(
        request.POST or None, prefix=PREFIX, initial=dict(_known(case, spec))
    )
    status = 200
    if form.is_valid():
        try:
            return _write(request, case, kind, version.item.code, form.raw())
        except Invalid as invalid:
            form.refuse(invalid)
            status = 400
        except MoveRefused as refusal:
            form.refuse(Invalid.because("", str(refusal)))
            status = 409
    said = {"case": case, "original": case, "form": form, "kind": kind, "errors": form.errors}
    said["media"] = admin.media + form.media
    return frame.page(admin, request, "case/draft", f"生成记录草稿：{kind.label}", said, status=status)


def _offered(request: HttpRequest) -> Iterator[tuple[Kind, Any]]:
    """The adverse kinds this body may collect today, those that carry measures first."""
    adverse = [kind for kind in kinds.every() if kind.nature is Nature.ADVERSE]
    for kind in sorted(adverse, key=lambda kind: not kind.bites):
        try:
            yield kind, drafting.item_version(kind, request.user.organisation, on=clock.today())
        except NotInCatalogue:
            continue


def _known(case: Case, spec: Specification) -> Iterator[tuple[str, Any]]:
    """What the complaint tells of the fields of that kind: the subject and the facts, nothing of who complained."""
    complaint, subject = case.complaint, case.subject
    for item in spec.kept_by("subject"):
        column = item.attribute
        if subject is not None and column in ("name", "uscc", "kind"):
            yield item.name, getattr(subject, column)
        elif column == "name":
            yield item.name, complaint.accused_name
        elif column == "uscc":
            yield item.name, complaint.accused_code
    told: Mapping[str, str] = {"facts": complaint.facts, "item": complaint.topic.taxonomy_item}
    for name, value in told.items():
        if name in spec and value:
            yield name, value
    if "legal_representative" in spec and subject is not None:
        yield "legal_representative", subject.legal_representative


def _write(request: HttpRequest, case: Case, kind: Kind, item_code: str, raw: Mapping[str, Any]) -> HttpResponse:
    at = clock.now()

    def make() -> str:
        record, _ = drafting.draft(
            kind.code, raw, organisation=request.user.organisation, by=request.user, at=at, today=clock.day_of(at),
            door=Door.FORM, item_code=item_code,
        )  # fmt: skip
        workflow.move(case, CaseAction.DRAFT, by=request.user, at=at, decision=Decision(record=record.pk))
        case.refresh_from_db()
        return "草稿已生成，请在记录页提交审核"

    with transaction.atomic():
        said = make()
        trace.write(request, "case.draft", about=case, kind=kind.code)
    messages.success(request, said)
    return redirect(reverse("admin:registry_record_change", args=[case.complaint.draft_id]))
