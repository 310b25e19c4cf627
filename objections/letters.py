"""The letters to an applicant: title, reasons, remedies; written once, their delivery noted (row S4.5.4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from objections.models import Case, Letter, RemedyText
from objections.statuses import CaseAction, Outcome, Procedure
from registry import clock
from registry.directory.staff import User

TITLES: Mapping[tuple[str, str], str] = {
    (Procedure.OBJECTION, CaseAction.FEED_BACK): "信用信息异议处理结果告知书",
    (Procedure.OBJECTION, CaseAction.REFUSE): "信用信息异议不予受理告知书",
    (Procedure.REPAIR, CaseAction.APPROVE): "准予信用修复决定书",
    (Procedure.REPAIR, CaseAction.REJECT): "不予信用修复决定书",
    (Procedure.REPAIR, CaseAction.REFUSE): "信用修复申请不予受理告知书",
}


def issue(case: Case, action: CaseAction, *, text: str, by: User, at: datetime) -> Letter:
    """Write the letter this step is told by."""
    return Letter.objects.create(
        case=case,
        number=case.letters.count() + 1,
        title=TITLES[case.procedure, action],
        text="\n".join(filter(None, [_opening(case, action), text, _result(case, action)])),
        remedies=remedies(Procedure(case.procedure), on=clock.day_of(at)),
        issued_by=by,
        issued_at=at,
    )


def deliver(case: Case, *, on: date, how: str) -> None:
    """Note that the latest letter has reached the applicant."""
    letter = case.letters.order_by("-number").first()
    letter.delivered_on, letter.delivery = on, how
    letter.save(update_fields=["delivered_on", "delivery"])


def remedies(procedure: Procedure, *, on: date) -> str:
    """What is said of reconsideration and litigation on that day; '' where no text is in force."""
    newest = RemedyText.objects.in_force(on=on).filter(procedure=procedure).order_by("-effective_from").first()
    return newest.text if newest else ""


def _opening(case: Case, action: CaseAction) -> str:
    asked = clock.day_of(case.filed_at)
    about = f"关于“{case.record.title}”（{case.record.organisation}提供"
    number = f"，文书号{case.record.document_number}" if case.record.document_number else ""
    return f"您于{asked.year}年{asked.month}月{asked.day}日提出的{case.number}号{_what(case)}，{about}{number}），办理结果如下。"


def _what(case: Case) -> str:
    return {Procedure.OBJECTION: "异议申请", Procedure.REPAIR: "信用修复申请"}[Procedure(case.procedure)]


def _result(case: Case, action: CaseAction) -> str:
    if action == CaseAction.FEED_BACK:
        return f"处理结论：{Outcome(case.objection.outcome).label}。核查结果：{case.objection.finding}"
    if action == CaseAction.REJECT and case.repair.reapply_from:
        return f"您可以自{case.repair.reapply_from}起再次申请。"
    return ""
