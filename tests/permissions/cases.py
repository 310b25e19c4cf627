"""What citizens asked of that body, with a row of each list beside it, and how each act on them is tried."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model

from objections import codes, numbers, receiving
from objections.models import (
    Case,
    Complaint,
    ComplaintTopic,
    ContactAccess,
    EvidencePurpose,
    Objection,
    Pledge,
    RecallTask,
    RemedyCase,
    RemedyKind,
    RemedyText,
    RepairRequest,
    Restoration,
    ServiceHours,
    ServiceProgramme,
    StepRule,
)
from objections.statuses import CaseStatus, Ground, Outcome, Procedure, RepairWay
from registry.directory.organisations import Organisation
from registry.directory.staff import User
from registry.models import Record
from tests.factories import NOON, TODAY
from tests.objections.files import pdf

SERVED_ON = date(2026, 3, 1)


def rows(body: Organisation, numbered: Callable[..., Record], reviewer: User) -> dict[str, Model]:
    """A row of each list of the procedures, and under short names the cases the acts are tried on."""
    asked = {
        "case.take_up": _objection(numbered(20), CaseStatus.SUBMITTED),
        "case.conclude": _objection(numbered(21), CaseStatus.VERIFYING),
        "case.clarify": _objection(
            numbered(22), CaseStatus.FED_BACK, outcome=Outcome.TO_REVOKE, finding="查无此事", concluded_by=reviewer,
            concluded_at=NOON, wants_clarification=True,
        ),
        "case.from_complaint": _complaint(body),
        "case.adopt": _pledge(numbered(26)),
    }  # fmt: skip
    paper = SimpleUploadedFile("证明.pdf", pdf("x"))
    restoration = Restoration.objects.create(
        case=asked["case.clarify"], record=asked["case.clarify"].record, edition=1, opened_at=NOON
    )
    return {
        **asked,
        "evidence": receiving.receive(paper, purpose=EvidencePurpose.FACTS, at=NOON, case=asked["case.take_up"]),
        "objections.case": asked["case.take_up"],
        "objections.recalltask": RecallTask.objects.create(
            restoration=restoration, organisation=body, use="查询了该信息", edition=1, seq=2, due_on=TODAY
        ),
        "objections.servicehours": _hours(body, numbered),
        "objections.serviceprogramme": ServiceProgramme.objects.get(),
        "objections.remedycase": RemedyCase.objects.create(
            kind=RemedyKind.LITIGATION, record=numbered(24), organ="试例法院", case_number="(2026)陕09行初1号",
            filed_on=TODAY, registered_by=reviewer, registered_at=NOON,
        ),
        "objections.contactaccess": ContactAccess.objects.create(
            case=asked["case.take_up"], by=reviewer, at=NOON, reason="通知补正"
        ),
        "objections.steprule": StepRule.objects.first(),
        "objections.remedytext": RemedyText.objects.first(),
        "objections.complainttopic": ComplaintTopic.objects.first(),
    }  # fmt: skip


def _case(procedure: Procedure, status: CaseStatus, **values: Any) -> Case:
    key = f"{procedure}{Case.objects.count()}"
    case = Case(
        procedure=procedure, status=status, number=numbers.next_number(procedure, on=TODAY), regime="试例", filed_at=NOON,
        query_code_sha256=codes.digest(key), submission_sha256=codes.digest(f"{key}!"), filing_sha256="0" * 64, **values,
    )  # fmt: skip
    case.keep_contact({"name": "唐试兰", "phone": "13900000000"})
    case.save()
    return case


def _about(record: Record) -> dict[str, Any]:
    body = record.organisation
    return {"record": record, "record_edition": 1, "subject": record.subject, "body": body, "region": body.region}


def _objection(record: Record, status: CaseStatus, **values: Any) -> Case:
    case = _case(Procedure.OBJECTION, status, **_about(record))
    Objection.objects.create(case=case, ground=Ground.FACTS, statement="金额有误", **values)
    return case


def _complaint(body: Organisation) -> Case:
    case = _case(Procedure.COMPLAINT, CaseStatus.FOUND_TRUE, body=body, region=body.region)
    Complaint.objects.create(
        case=case, topic=ComplaintTopic.objects.first(), accused_name="试例商行", facts="拖欠工资", is_anonymous=False
    )
    return case


def _pledge(record: Record) -> Case:
    values = {name: value for name, value in _about(record).items() if not name.startswith("record")}
    case = _case(Procedure.COMMITMENT, CaseStatus.SUBMITTED, **values)
    words = {
        "reason": "公开声明产品质量",
        "content": "不卖过期食品",
        "standard": "GB 7718",
        "quality": "无过期",
        "liability": "退一赔十",
    }
    Pledge.objects.create(case=case, **words)
    return case


def _hours(body: Organisation, numbered: Callable[..., Record]) -> ServiceHours:
    """A day of service in a programme of the body, claimed for the repair of a person's record."""
    person = {
        "counterparty_name": "汪试芳", "counterparty_kind": "自然人", "counterparty_uscc": None,
        "legal_representative": None, "counterparty_document_type": "身份证",
        "counterparty_id_number": "610902190006220078",
    }  # fmt: skip
    case = _case(Procedure.REPAIR, CaseStatus.VERIFYING, **_about(numbered(23, "penalty", **person)))
    RepairRequest.objects.create(case=case, way=RepairWay.SERVICE, correction="参加服务", effect_removal="参加服务")
    programme = ServiceProgramme.objects.create(organisation=body, title="社区服务", approved_from=date(2026, 1, 1))
    return ServiceHours.objects.create(
        case=case, person=case.subject.person, programme=programme, served_on=TODAY, hours=4
    )
